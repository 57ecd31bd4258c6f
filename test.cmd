@echo off
rem Builds and runs the tests, then again where the machine's or the user's settings could change an outcome.
setlocal
call "%~dp0.ci\dotnet.cmd" || exit /b 1
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0.ci\test.ps1" %*
exit /b %errorlevel%
