#!/usr/bin/env bash
# The project's front door: ./build.sh help
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
config=Release
logs="$root/artifacts/logs"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

usage() {
    cat <<'END_OF_USAGE'
Usage: ./build.sh COMMAND

  demo [--data FOLDER] [--weights mlnet]
                         draw (or take) images, train a small ResNeXt, or fine-tune the ImageNet weights of ML.NET's package; save the
                         model, load it in a second process
  test [FILTER]          build everything, run the everyday tests; FILTER as in `dotnet test --filter`, 'TestCategory=Long' for the long ones
  cli -- ARGS            the `resnetfamily` command, for example: ./build.sh cli -- list
  golden PATH...         compare networks with reference outputs (files or folders of .json)
  bench [--rows TEXT]    time product and its peers (ONNX Runtime, ML.NET's own transforms, TorchSharp's torchvision, PyTorch)
                         alternately, print the table of ratios (all of it takes hours);
                         more: --pairs N, --threads N, --peer FILE, --data FOLDER
  transfer FOLDER...     what fine-tuning ImageNet weights brings on the images of a folder with `train` and `test`, beside training from
                         none and ML.NET's DnnFeaturizeImage; more: --epochs N, --image-size N, --seeds N
  pack [RID...]          make the NuGet packages in artifacts/packages; the tool for linux-x64, win-x64, osx-arm64 or those named

Every command builds what is missing and is quiet when there is nothing to do.
END_OF_USAGE
}

say() { printf '%s\n' "$*" >&2; }
die() { say "build.sh: $*"; exit 1; }

# --- building ---------------------------------------------------------------------------------------------------------

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is needed and 'dotnet' is not on the PATH. Install it from https://dotnet.microsoft.com/download, then run this again."
    local version
    version="$(dotnet --version)"
    [ "${version%%.*}" -ge 10 ] || die "the .NET SDK here is $version; version 10 or later is needed (https://dotnet.microsoft.com/download)."
}

# build PROJECT: builds it unless nothing in the repository is newer than its last build.
build() {
    local project="$1" name stamp
    name="$(basename "$project")"
    stamp="$root/artifacts/stamps/$name"
    if [ -f "$stamp" ] && [ -z "$(find "$root/src" "$root/tests" "$root/tools" "$root/examples" "$root"/*.props "$root"/*.targets "$root/.editorconfig" -newer "$stamp" -print -quit)" ]; then
        return
    fi
    need_dotnet
    say "Building $name ..."
    mkdir -p "$(dirname "$stamp")"
    touch "$stamp.started"
    logged "build-$name" dotnet build "$root/$project" -c "$config" -v quiet -nologo
    mv "$stamp.started" "$stamp"
}

# logged NAME COMMAND...: runs it, and shows what went wrong only if something did.
logged() {
    mkdir -p "$logs"
    "${@:2}" > "$logs/$1.log" 2>&1 \
        || { grep -E 'error|warning' "$logs/$1.log" | sort -u | head -40 >&2; die "'${*:2:3}' failed; the whole log is $logs/$1.log"; }
}

# output PROJECT-NAME ASSEMBLY: the path of a built assembly.
output() { echo "$root/artifacts/bin/$1/${config,,}/$2.dll"; }

# --- commands ---------------------------------------------------------------------------------------------------------

run_tests() {
    build MLNet.ResNetFamily.sln
    local results="$root/artifacts/test-results" filter=() status=0
    # Tests start other processes with libtorch in them; threads that spin while they wait would bring all of them to a standstill.
    export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
    rm -rf "$results"
    if [ $# -gt 0 ]; then filter=(--filter "$*"); else filter=(--filter 'TestCategory!=Long'); fi
    # One project after the other: some tests measure time and memory.
    dotnet test "$root/MLNet.ResNetFamily.sln" -c "$config" --no-build --nologo -m:1 "${filter[@]}" \
        --logger "console;verbosity=minimal" --logger trx --results-directory "$results" >&2 || status=$?
    summarize_tests "$results" "$status"
}

# One line for all test projects: "N passed, N failed, N skipped"; a crashed test host counts as a failure.
summarize_tests() {
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
    build src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj
    [ "${1:-}" = "--" ] && shift
    exec dotnet "$(output MLNet.ResNetFamily.Cli resnetfamily)" "$@"
}

run_golden() {
    [ $# -gt 0 ] || die "golden needs a file or folder, for example: ./build.sh golden tests/MLNet.ResNetFamily.Tests/Golden/resnet20_cifar.json"
    build tools/MLNet.ResNetFamily.Golden/MLNet.ResNetFamily.Golden.csproj
    exec dotnet "$(output MLNet.ResNetFamily.Golden MLNet.ResNetFamily.Golden)" "$@"
}

run_demo() {
    local data="" weights="" output="$root/artifacts/demo"
    while [ $# -gt 0 ]; do
        case "$1" in
            --data) [ $# -gt 1 ] || die "--data needs a folder"; data="$2"; shift 2 ;;
            --weights) [ "${2:-}" = mlnet ] || die "--weights takes 'mlnet', the weights of ML.NET's package; without it the network starts from random ones"; weights="$2"; shift 2 ;;
            *) die "demo does not know '$1'; it takes --data FOLDER and --weights mlnet" ;;
        esac
    done
    [ -z "$data" ] || [ -d "$data" ] || die "'$data' is not a folder. --data takes a folder with one sub-folder of images a class."
    build examples/Demo/Demo.csproj
    build examples/01-ClassifyOneImage/ClassifyOneImage.csproj
    dotnet "$(output Demo Demo)" "$output" "$data" $weights
    echo "A second process loads the model with nothing but new MLContext().Model.Load:"
    dotnet "$(output ClassifyOneImage ClassifyOneImage)" "$output/model.zip" "$output/image.jpg"
}

run_bench() {
    build src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj
    build tools/MLNet.ResNetFamily.Peers/MLNet.ResNetFamily.Peers.csproj
    build tools/MLNet.ResNetFamily.Comparison/MLNet.ResNetFamily.Comparison.csproj
    exec dotnet "$(output MLNet.ResNetFamily.Comparison MLNet.ResNetFamily.Comparison)" \
        "$(output MLNet.ResNetFamily.Cli resnetfamily)" "$(output MLNet.ResNetFamily.Peers MLNet.ResNetFamily.Peers)" "$root" "$@"
}

run_transfer() {
    build tools/MLNet.ResNetFamily.TransferAccuracy/MLNet.ResNetFamily.TransferAccuracy.csproj
    exec dotnet "$(output MLNet.ResNetFamily.TransferAccuracy MLNet.ResNetFamily.TransferAccuracy)" "$@"
}

# The tool has a package for each system, with its libtorch inside, and a small one that leads to them and is packed last.
run_pack() {
    need_dotnet
    local packages="$root/artifacts/packages" systems=("$@") system
    [ $# -gt 0 ] || systems=(linux-x64 win-x64 osx-arm64)
    rm -rf "$packages"
    pack src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj
    pack src/MLNet.ResNetFamily.OnnxRuntime/MLNet.ResNetFamily.OnnxRuntime.csproj
    pack src/MLNet.ResNetFamily.Studies/MLNet.ResNetFamily.Studies.csproj
    for system in "${systems[@]}"; do
        pack src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj -r "$system"
    done
    pack src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj -p:_InnerToolsPublishAot=true -p:IncludeSymbols=false
    ls -1 "$packages"/*nupkg
}

pack() {
    say "Packing $(basename "$1") ${*:2} ..."
    logged "pack-$(basename "$1")" dotnet pack "$root/$1" -c "$config" -o "$root/artifacts/packages" -nologo "${@:2}"
}

command="${1:-help}"
[ $# -gt 0 ] && shift
case "$command" in
    demo) run_demo "$@" ;;
    test) run_tests "$@" ;;
    cli) run_cli "$@" ;;
    bench) run_bench "$@" ;;
    transfer) run_transfer "$@" ;;
    pack) run_pack "$@" ;;
    golden) run_golden "$@" ;;
    help|-h|--help) usage ;;
    *) usage >&2; die "no command is named '$command'" ;;
esac
