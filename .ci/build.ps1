# Builds a project in Release when a source is newer than the stamp; two builders at once wait for each other.
param([string]$Project, [string]$Stamp)
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot

function Test-Stale {
    if (-not (Test-Path $Stamp)) { return $true }
    $built = (Get-Item $Stamp).LastWriteTimeUtc
    $inputs = @(Get-ChildItem "$root\src", "$root\data" -Recurse -ErrorAction SilentlyContinue | Where-Object FullName -NotMatch '\\(bin|obj)(\\|$)') +
        @(Get-ChildItem "$root\*.props", "$root\global.json")
    return [bool]($inputs | Where-Object LastWriteTimeUtc -gt $built | Select-Object -First 1)
}

if (-not (Test-Stale)) { exit 0 }
$lock = New-Object System.Threading.Mutex($false, 'BaeumBuild')
try { [void]$lock.WaitOne() } catch [System.Threading.AbandonedMutexException] { }
try {
    if (-not (Test-Stale)) { exit 0 }
    [Console]::Error.WriteLine('Building Baeum.')
    $begun = [DateTime]::UtcNow
    Get-ChildItem "$root\src" -Directory | ForEach-Object { New-Item -ItemType Directory -Force "$($_.FullName)\bin", "$($_.FullName)\obj" | Out-Null }
    $log = dotnet build "$root\$Project" -c Release -v q --nologo 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | Select-String 'error' | Sort-Object -Unique | Select-Object -First 20 | ForEach-Object { [Console]::Error.WriteLine($_) }
        exit 1
    }
    New-Item -ItemType File -Force $Stamp | Out-Null
    (Get-Item $Stamp).LastWriteTimeUtc = $begun
}
finally { $lock.ReleaseMutex() }
