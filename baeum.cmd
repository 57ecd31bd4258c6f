@echo off
rem Runs Baeum's command line; builds it first when a source is newer than the build.
setlocal
set "home=%~dp0"
set "output=%home%src\Baeum.Cli\bin\Release\net10.0"
call "%home%.ci\dotnet.cmd" || exit /b 1
powershell -NoProfile -ExecutionPolicy Bypass -File "%home%.ci\build.ps1" -Project src/Baeum.Cli -Stamp "%output%\built" || exit /b 1
dotnet "%output%\Baeum.Cli.dll" %*
exit /b %errorlevel%
