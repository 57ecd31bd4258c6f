@echo off
rem Measures Baeum's workloads.
call "%~dp0baeum.cmd" bench %*
exit /b %errorlevel%
