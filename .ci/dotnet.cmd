@echo off
rem Finds the .NET 10 SDK, or says how to get it.
where dotnet >nul 2>nul || if exist "%LOCALAPPDATA%\Microsoft\dotnet\dotnet.exe" set "PATH=%LOCALAPPDATA%\Microsoft\dotnet;%PATH%"
dotnet --list-sdks 2>nul | findstr /b "10." >nul && exit /b 0
echo The .NET 10 SDK is needed. To install it: powershell -c "irm https://dot.net/v1/dotnet-install.ps1 -OutFile dotnet-install.ps1; ./dotnet-install.ps1 -Channel 10.0" 1>&2
exit /b 1
