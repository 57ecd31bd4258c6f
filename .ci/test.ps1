# The tests on Windows: as ./test does elsewhere.
$root = Split-Path $PSScriptRoot
dotnet build "$root\tests\Baeum.Tests" -c Release -v q --nologo | Select-String 'error' | Sort-Object -Unique
if ($LASTEXITCODE -ne 0) { exit 1 }
$passed = 0; $failed = 0; $skipped = 0

function Invoke-Leg([string]$variable, [string]$value, [string[]]$arguments) {
    if ($variable) { Write-Host "== $variable=$value"; Set-Item "env:$variable" $value } else { Write-Host '== tests' }
    $output = dotnet "$root\tests\Baeum.Tests\bin\Release\net10.0\Baeum.Tests.dll" -noLogo -noColor @arguments
    $code = $LASTEXITCODE
    if ($variable) { Remove-Item "env:$variable" }
    $output | Where-Object { $_ -notmatch '^ *(Discovering|Discovered|Starting|Finished|Running)[: ]|=== TEST EXECUTION SUMMARY|^ *$' } | Write-Host
    $summary = $output | Select-String 'Total: *(\d+), *Errors: *(\d+), *Failed: *(\d+), *Skipped: *(\d+)' | Select-Object -Last 1
    # a runner that dies, or finds no test, is a failure whatever it printed
    if (-not $summary) { $script:failed++; return }
    $total, $errors, $bad, $skip = $summary.Matches[0].Groups[1..4] | ForEach-Object { [int]$_.Value }
    $script:passed += $total - $bad - $skip
    $script:skipped += $skip
    $script:failed += [Math]::Max($bad + $errors, [int]($code -ne 0))
}

Invoke-Leg '' '' $args
if ($args.Count -eq 0) {
    $widths = @('-namespace', 'Baeum.Tests.Kernels', '-namespace', 'Baeum.Tests.Operations', '-namespace', 'Baeum.Tests.NN')
    Invoke-Leg 'BAEUM_SIMD' 'scalar' $widths
    Invoke-Leg 'BAEUM_SIMD' '128' $widths
    Invoke-Leg 'BAEUM_POISON' '1' @('-namespace-', 'Baeum.Tests.Kernels', '-namespace-', 'Baeum.Tests.Course', '-namespace-', 'Baeum.Tests.Cli', '-trait-', 'Leg=once')
    Invoke-Leg 'BAEUM_TEST_CULTURE' 'de-DE' @('-namespace-', 'Baeum.Tests.Kernels', '-namespace-', 'Baeum.Tests.Operations', '-trait-', 'Leg=once')
}
Write-Host "$passed passed, $failed failed, $skipped skipped"
exit [int]($failed -gt 0)
