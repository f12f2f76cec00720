#!/usr/bin/env bash
# The project's front door: ./build.sh help
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
config=Release
local_props="$root/Directory.Build.local.props"
logs="$root/artifacts/logs"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

usage() {
    cat <<'END'
Usage: ./build.sh COMMAND

  demo [--data FOLDER]   draw (or take) images, train a small ResNeXt, save it, load it in a second process
  test [FILTER]          build everything, run all tests; FILTER as in `dotnet test --filter`
  cli -- ARGS            the `resnetfamily` command, for example: ./build.sh cli -- list
  golden PATH...         compare networks with reference outputs (files or folders of .json)
  bench [--rows TEXT]    time product and PyTorch alternately, print the table of ratios (all of it takes an hour);
                         more: --pairs N, --threads N, --peer FILE, --data FOLDER
  pack                   make the NuGet packages in artifacts/packages
  setup                  only what all of these do first: system packages, package source, native bridge

Every command does the set-up that is missing and is quiet when there is nothing to do.
END
}

say() { printf '%s\n' "$*" >&2; }
die() { say "build.sh: $*"; exit 1; }

# --- set-up -----------------------------------------------------------------------------------------------------------

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is needed and 'dotnet' is not on the PATH. Install it from https://dotnet.microsoft.com/download, then run this again."
    local version
    version="$(dotnet --version)"
    [ "${version%%.*}" -ge 10 ] || die "the .NET SDK here is $version; version 10 or later is needed (https://dotnet.microsoft.com/download)."
}

# Asks the package feed once whether it has the genuine packages, and keeps the answer.
choose_package_source() {
    [ -f "$local_props" ] && return
    say "Asking the package feed for Microsoft.ML and TorchSharp ..."
    local probe answer
    probe="$(mktemp -d)"
    cp "$root/Directory.Packages.props" "$root/NuGet.config" "$probe/"
    cat > "$probe/probe.csproj" <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML" />
    <PackageReference Include="Microsoft.ML.ImageAnalytics" />
    <PackageReference Include="TorchSharp" />
  </ItemGroup>
</Project>
END
    if dotnet restore "$probe/probe.csproj" > "$probe/log" 2>&1; then
        answer=false
    elif grep -qE 'NU110[123]|NU1603' "$probe/log"; then
        # NU1603: the feed has another version, which is not the one that this repository was written and tested for.
        answer=true
        say "The feed lacks them in the versions of Directory.Packages.props: building against the stand-ins under src/StandIns (see README.md)."
    else
        cat "$probe/log" >&2
        rm -rf "$probe"
        die "the package feed did not answer. Mend the network or the package sources ('dotnet nuget list source'), then run this again."
    fi
    rm -rf "$probe"
    printf '<Project>\n  <PropertyGroup>\n    <UseStandIns>%s</UseStandIns>\n  </PropertyGroup>\n</Project>\n' "$answer" > "$local_props"
}

uses_stand_ins() { grep -q '<UseStandIns>true' "$local_props"; }

# What the stand-ins need of Debian: libtorch and a compiler for its bridge, and the image libraries.
debian_packages=(cmake g++ libtorch-dev libopenblas0 libturbojpeg0 libpng16-16 libwebp7)

install_debian_packages() {
    local missing=() package
    for package in "${debian_packages[@]}"; do
        case "$package" in libtorch-dev) [ -n "${TORCH_ROOT:-}" ] && continue ;; esac
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if [ "$(id -u)" -ne 0 ]; then
        die "these Debian packages are missing. Run: sudo apt-get update && sudo apt-get install --no-install-recommends -y ${missing[*]}"
    fi
    say "Installing Debian packages: ${missing[*]} ..."
    mkdir -p "$logs"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y "${missing[@]}"; } \
        > "$logs/apt.log" 2>&1 || { tail -20 "$logs/apt.log" >&2; die "apt-get failed; the whole log is $logs/apt.log"; }
}

setup() {
    need_dotnet
    choose_package_source
    if uses_stand_ins; then
        command -v dpkg-query >/dev/null || die "the stand-ins need Debian's libtorch-dev; use a feed that has Microsoft.ML and TorchSharp, or a Debian machine."
        install_debian_packages
        "$root/src/StandIns/TorchSharp.Native/build.sh"
    fi
}

# --- building ---------------------------------------------------------------------------------------------------------

source_name() { uses_stand_ins && echo standins || echo packages; }

# build PROJECT: builds it unless nothing in the repository is newer than its last build.
build() {
    local project="$1" name stamp
    name="$(basename "$project")"
    stamp="$root/artifacts/$(source_name)/stamps/$name"
    if [ -f "$stamp" ] && [ -z "$(find "$root/src" "$root/tests" "$root/tools" "$root/examples" "$root"/*.props "$root"/*.targets "$root/.editorconfig" -newer "$stamp" -print -quit)" ]; then
        return
    fi
    say "Building $name ..."
    mkdir -p "$logs" "$(dirname "$stamp")"
    touch "$stamp.started"
    dotnet build "$root/$project" -c "$config" -v quiet -nologo > "$logs/build-$name.log" 2>&1 \
        || { grep -E 'error|warning' "$logs/build-$name.log" | sort -u | head -40 >&2; die "building $name failed; the whole log is $logs/build-$name.log"; }
    mv "$stamp.started" "$stamp"
}

# output PROJECT-NAME ASSEMBLY: the path of a built assembly.
output() { echo "$root/artifacts/$(source_name)/bin/$1/$(echo "$config" | tr '[:upper:]' '[:lower:]')/$2.dll"; }

# --- commands ---------------------------------------------------------------------------------------------------------

run_tests() {
    setup
    build MLNet.ResNetFamily.sln
    local results="$root/artifacts/test-results" filter=() status=0
    # Tests start other processes with libtorch in them; threads that spin while they wait would bring all of them to a standstill.
    export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
    rm -rf "$results"
    [ $# -gt 0 ] && filter=(--filter "$*")
    dotnet test "$root/MLNet.ResNetFamily.sln" -c "$config" --no-build --nologo "${filter[@]}" \
        --logger "console;verbosity=minimal" --logger trx --results-directory "$results" >&2 || status=$?
    summarise_tests "$results" "$status"
}

# One line for all test projects: "N passed, N failed, N skipped"; a crashed test host counts as a failure.
summarise_tests() {
    local total=0 passed=0 failed=0 counters
    while read -r counters; do
        total=$((total + $(attribute total "$counters")))
        passed=$((passed + $(attribute passed "$counters")))
        failed=$((failed + $(attribute failed "$counters") + $(attribute error "$counters") + $(attribute timeout "$counters") + $(attribute aborted "$counters")))
    done < <(find "$1" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + 2>/dev/null)
    if [ "$2" -ne 0 ] && [ "$failed" -eq 0 ]; then
        say "The test run itself ended with status $2, so it counts as a failure."
        failed=1
    fi
    echo "$passed passed, $failed failed, $((total - passed - failed > 0 ? total - passed - failed : 0)) skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

attribute() { sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<< "$2"; }

run_cli() {
    setup
    build src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj
    [ "${1:-}" = "--" ] && shift
    exec dotnet "$(output MLNet.ResNetFamily.Cli resnetfamily)" "$@"
}

run_golden() {
    [ $# -gt 0 ] || die "golden needs a file or folder, for example: ./build.sh golden tests/MLNet.ResNetFamily.Tests/Golden/resnet20_cifar.json"
    setup
    build tools/MLNet.ResNetFamily.Golden/MLNet.ResNetFamily.Golden.csproj
    exec dotnet "$(output MLNet.ResNetFamily.Golden MLNet.ResNetFamily.Golden)" "$@"
}

run_demo() {
    local data="" output="$root/artifacts/demo"
    while [ $# -gt 0 ]; do
        case "$1" in
            --data) [ $# -gt 1 ] || die "--data needs a folder"; data="$2"; shift 2 ;;
            *) die "demo does not know '$1'; it takes --data FOLDER" ;;
        esac
    done
    [ -z "$data" ] || [ -d "$data" ] || die "'$data' is not a folder. --data takes a folder with one sub-folder of images a class."
    setup
    build examples/Demo/Demo.csproj
    build examples/01-ClassifyOneImage/ClassifyOneImage.csproj
    dotnet "$(output Demo Demo)" "$output" ${data:+"$data"}
    echo "A second process loads the model with nothing but new MLContext().Model.Load:"
    dotnet "$(output ClassifyOneImage ClassifyOneImage)" "$output/model.zip" "$output/image.jpg"
}

run_bench() {
    setup
    build src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj
    build tools/MLNet.ResNetFamily.Comparison/MLNet.ResNetFamily.Comparison.csproj
    exec dotnet "$(output MLNet.ResNetFamily.Comparison MLNet.ResNetFamily.Comparison)" "$(output MLNet.ResNetFamily.Cli resnetfamily)" "$root" "$@"
}

run_pack() {
    setup
    local packages="$root/artifacts/packages"
    rm -rf "$packages"
    # The tool package has no libtorch in it: README.md says how the tool finds one.
    if [ -n "${GENUINE_ASSEMBLIES:-}" ]; then
        [ -f "$GENUINE_ASSEMBLIES/TorchSharp.dll" ] || die "GENUINE_ASSEMBLIES is '$GENUINE_ASSEMBLIES', but there is no TorchSharp.dll in it. It must name a folder with the assemblies of Microsoft.ML and TorchSharp."
        pack_project src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj "$packages" -p:TorchBackend=none "-p:GenuineAssemblies=$(realpath "$GENUINE_ASSEMBLIES")"
        pack_project src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj "$packages" -p:TorchBackend=none "-p:GenuineAssemblies=$(realpath "$GENUINE_ASSEMBLIES")"
    elif ! uses_stand_ins; then
        pack_project src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj "$packages"
        pack_project src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj "$packages" -p:TorchBackend=none
    else
        build src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj
        pack_project src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj "$packages" --no-build
        say "The library's package is for looking at: compiled against the stand-ins, which are signed with another key, it does not work beside the genuine packages."
        say "Not packed: the 'resnetfamily' tool. A tool package holds all assemblies that it runs with, and stand-ins must not be among them:"
        say "pack where the feed has Microsoft.ML and TorchSharp, or name a folder with their assemblies in GENUINE_ASSEMBLIES."
    fi
    ls -1 "$packages"/*nupkg
}

# pack_project PROJECT FOLDER OPTION...
pack_project() {
    local log="$logs/pack-$(basename "$1").log"
    mkdir -p "$logs"
    dotnet pack "$root/$1" -c "$config" -o "$2" -nologo "${@:3}" > "$log" 2>&1 || { tail -20 "$log" >&2; die "packing $1 failed; the whole log is $log"; }
}

command="${1:-help}"
[ $# -gt 0 ] && shift
case "$command" in
    demo) run_demo "$@" ;;
    test) run_tests "$@" ;;
    cli) run_cli "$@" ;;
    bench) run_bench "$@" ;;
    pack) run_pack ;;
    golden) run_golden "$@" ;;
    setup) setup ;;
    help|-h|--help) usage ;;
    *) usage >&2; die "no command is named '$command'" ;;
esac
