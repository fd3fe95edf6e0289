#Requires -Version 7.3
#: script-header
#: script-about-powershell
Set-StrictMode -Version 1.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$PSNativeCommandArgumentPassing = 'Standard'
[Console]::OutputEncoding = [System.Text.UTF8Encoding]::new()

#: script-environment
@ENVIRONMENT@

#: script-names
$containers = @CONTAINERS@
$repositories = @REPOSITORIES@
$volumes = @VOLUMES@
$networks = @NETWORKS@

$section = ''
$output = @()
$seen = [System.Collections.Generic.HashSet[string]]::new()
#? foreground
$process = $null
#.
#? afterwards
$atEnd = [System.Collections.Stack]::new()
#.

function Say([string] $Text) {
    [Console]::Error.WriteLine($Text)
}

#: script-refuse
function Refuse([string] $Text) {
    Say $Text
    exit 3
}

#: script-stop
function Fail([string] $Text) {
    throw "${section}: $Text"
}

#: script-section
function Section([string] $Id) {
    $script:section = $Id
    Say ''
    Say "── $Id"
}

#: script-show
function Show([object[]] $Words) {
    $shown = foreach ($word in $Words) {
        if ("$word" -match '^[A-Za-z0-9_./:=,@%+-]+$') { "$word" } else { "'" + "$word".Replace("'", "''") + "'" }
    }
    Write-Host ('$ ' + ($shown -join ' '))
}

#: script-program
function Find-Program([string] $Name) {
    (Get-Command -Name $Name -CommandType Application -TotalCount 1).Source
}

#: script-output
function Output([object[]] $Words) {
    $program = Find-Program $Words[0]
    $arguments = @($Words | Select-Object -Skip 1)
    & $program @arguments 2>&1 | ForEach-Object { "$_" }
}

#: script-remember
function Remember {
    foreach ($found in [regex]::Matches(($output -join "`n"), '\b[0-9a-f]{64}\b')) {
        [void] $seen.Add($found.Value)
    }
}

#: script-exits-with
function ExitsWith {
    $wanted, $words = $args
    Show $words
    $script:output = @(Output $words | ForEach-Object { Write-Host $_; $_ })
    Remember
    if ($LASTEXITCODE -ne $wanted) {
        Fail (@script-wrong-status@ + " ${LASTEXITCODE}, ${wanted}: $words")
    }
}

#: script-run
function Run {
    ExitsWith 0 @args
}
#? native

#: script-natively
function Natively {
    $word, $rest = $args
    if ($native) {
        & $word @rest
    }
}
#.
#? waiting

#: script-expect
function Expect {
    $script:with = @()
    $script:without = @()
    $script:isSilent = $false
    for ($at = 0; $at -lt $args.Count; $at++) {
        switch ($args[$at]) {
            'with' { $at++; $script:with += $args[$at] }
            'without' { $at++; $script:without += $args[$at] }
            'silence' { $script:isSilent = $true }
        }
    }
}

#: script-holds
function Holds([object[]] $Lines) {
    $text = $Lines -join "`n"
    foreach ($fragment in $with) {
        if (-not $text.Contains($fragment)) { return $false }
    }
    foreach ($fragment in $without) {
        if ($text.Contains($fragment)) { return $false }
    }
    return -not ($isSilent -and $text.Trim())
}

#: script-again
function Again([int] $Limit, [string] $Typed) {
    $script:attempts++
    if ($attempts -gt $Limit) {
        Fail (@script-too-late@ + " $Limit s: $Typed")
    }
    Start-Sleep -Seconds 1
}
#.
#? attempts

#: script-wait-until
function WaitUntil {
    $limit, $wanted, $words = $args
    Show $words
    $script:attempts = 0
    while ($true) {
        $script:output = @(Output $words)
        if ($LASTEXITCODE -eq $wanted -and (Holds $output)) { break }
        Again $limit "$words"
    }
    $output | ForEach-Object { Write-Host $_ }
    Remember
}
#.
#? foreground

#: script-foreground
function Foreground {
    $limit, $words = $args
    $words = @($words)
    Show $words
    $information = [System.Diagnostics.ProcessStartInfo]::new((Find-Program $words[0]))
    $words | Select-Object -Skip 1 | ForEach-Object { $information.ArgumentList.Add("$_") }
    $information.RedirectStandardOutput = $true
    $information.RedirectStandardError = $true
    $information.StandardOutputEncoding = [System.Text.UTF8Encoding]::new()
    $script:process = [System.Diagnostics.Process]::Start($information)
    $script:typed = "$words"
    $script:output = @()
    $script:streams = foreach ($reader in $process.StandardOutput, $process.StandardError) {
        @{ Reader = $reader; Line = $reader.ReadLineAsync() }
    }
    $script:attempts = 0
    while ($true) {
        Read-Foreground
        if (Holds $output) { break }
        if ($process.HasExited) { Fail (@script-ended@ + " $typed") }
        Again $limit $typed
    }
    Remember
}

#: script-read-foreground
function Read-Foreground {
    foreach ($stream in $streams) {
        while ($null -ne $stream.Line -and $stream.Line.Wait(100)) {
            $line = $stream.Line.Result
            if ($null -eq $line) {
                $stream.Line = $null
            }
            else {
                Write-Host $line
                $script:output += $line
                $stream.Line = $stream.Reader.ReadLineAsync()
            }
        }
    }
}

#: script-interrupt
#: script-interrupt-windows
function Interrupt([int] $Limit, [int] $Wanted) {
    Write-Host "^C $typed"
    if ($IsWindows) {
        docker container kill --signal SIGINT (docker container ls --latest --quiet) | Out-Null
    }
    else {
        & (Find-Program kill) '-INT' $process.Id
    }
    if (-not $process.WaitForExit($Limit * 1000)) {
        Fail (@script-too-late@ + " $Limit s: $typed")
    }
    Read-Foreground
    if ($process.ExitCode -ne $Wanted) {
        Fail (@script-wrong-status@ + " $($process.ExitCode), ${Wanted}: $typed")
    }
}
#.
#? values

#: script-value
function Value([string] $Form, [int] $Position) {
    $chosen = '(?<value>3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b'
    $pattern = @{
        id = '\b(?<value>[0-9a-f]{64}|[0-9a-f]{12})\b'
        address = '\b(?<value>(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3})\b'
        port = "\d:$chosen"
        ipv6_port = "[:\]]:$chosen"
        name = '\b(?<value>[a-z]+_[a-z]+\d?)\b'
    }[$Form]
    $values = [ordered] @{}
    foreach ($found in [regex]::Matches(($output -join "`n"), $pattern)) {
        $value = $found.Groups['value'].Value
        $key = $value -replace '^([0-9a-f]{12})[0-9a-f]{52}$', '$1'
        if (-not $values.Contains($key)) { $values.Add($key, $value) }
    }
    if ($values.Count -lt $Position) {
        Fail @script-no-value@
    }
    @($values.Values)[$Position - 1]
}
#.
#? afterwards

#: script-afterwards
function Afterwards {
    $atEnd.Push(@($args))
}
#.

#: script-unnamed
function Get-UnnamedImage {
    docker image ls --quiet --no-trunc --filter dangling=true
}

#: script-was-seen
function WasSeen([string] $Id) {
    $seen.Contains(($Id -replace '^sha256:', ''))
}

#: script-remove
function Remove-WhatWasMade {
    $ErrorActionPreference = 'Continue'
#? foreground
    if ($null -ne $process -and -not $process.HasExited) { $process.Kill() }
#.
    if ($env:KEEP -eq 'yes') {
        Say @script-kept@
        return
    }
#? afterwards
    while ($atEnd.Count -gt 0) {
        Output $atEnd.Pop() | ForEach-Object { Say $_ }
    }
#.
    foreach ($line in @(docker container ls --all --no-trunc --format '{{.ID}} {{.Names}} {{.Image}}')) {
        $id, $name, $image = $line -split ' '
        $isOurs = $name -in $containers -or ($image -split ':')[0] -in $repositories -or
            (WasSeen $id) -or (WasSeen $image)
        if ($isOurs -and $id -notin $containersBefore) {
            docker container rm --force --volumes $id | Out-Null
        }
    }
    foreach ($repository in $repositories) {
        foreach ($image in @(docker image ls --format '{{.Repository}}:{{.Tag}}' $repository)) {
            docker image rm --force $image | Out-Null
        }
    }
    foreach ($image in @(Get-UnnamedImage)) {
        if ($image -notin $imagesBefore -and (WasSeen $image)) {
            docker image rm --force $image | Out-Null
        }
    }
    foreach ($name in $networks) {
        docker network inspect $name *> $null
        if ($LASTEXITCODE -eq 0) { docker network rm $name | Out-Null }
    }
    foreach ($name in $volumes) {
        docker volume inspect $name *> $null
        if ($LASTEXITCODE -eq 0) { docker volume rm $name | Out-Null }
    }
}

#: script-folder
if (-not (Test-Path -LiteralPath @RECORDING@)) { Refuse @script-not-here@ }
docker version --format '{{.Server.Version}}' | Out-Null
if ($LASTEXITCODE -ne 0) { Refuse @script-no-engine@ }
#: script-taken-why
foreach ($name in $containers) {
    docker container inspect $name *> $null
    if ($LASTEXITCODE -eq 0) { Refuse (@script-taken@ + " container $name") }
}
foreach ($name in $repositories) {
    if (docker image ls --quiet $name) { Refuse (@script-taken@ + " image $name") }
}
foreach ($name in $networks) {
    docker network inspect $name *> $null
    if ($LASTEXITCODE -eq 0) { Refuse (@script-taken@ + " network $name") }
}
foreach ($name in $volumes) {
    docker volume inspect $name *> $null
    if ($LASTEXITCODE -eq 0) { Refuse (@script-taken@ + " volume $name") }
}
#? native

#: script-native
$native = $false
$bridge = docker network inspect --format '{{range .IPAM.Config}}{{println .Gateway}}{{println .Subnet}}{{end}}' bridge |
    ForEach-Object { $_ -replace '0/.*', '1' } | Where-Object { $_ -match '^[0-9.]+$' } | Select-Object -First 1
if ($bridge -and "$(docker info --format '{{.OperatingSystem}} {{.SecurityOptions}}')" -notmatch 'Docker Desktop|rootless') {
    try {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress] $bridge, 0)
        $listener.Start()
        $listener.Stop()
        $native = $true
    }
    catch [System.Net.Sockets.SocketException] { }
}
#.

$containersBefore = @(docker container ls --all --quiet --no-trunc)
$imagesBefore = @(Get-UnnamedImage)
try {
