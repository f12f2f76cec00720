#!/usr/bin/env bash
# Builds libTorchSharpStandIn.so into artifacts/native/ unless it is up to date. TORCH_ROOT chooses another libtorch.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(cd "$here/../../.." && pwd)/artifacts/native
library=$out/libTorchSharpStandIn.so
root=${TORCH_ROOT:-}
[ -z "$root" ] || root=$(cd "$root" && pwd)

version_file=$(ls {"$root",/usr}/include/torch/csrc/api/include/torch/version.h 2>/dev/null | head -n 1 || true)
stamp=$(cat "$here"/*.cpp "$here"/*.h "$here"/CMakeLists.txt ${version_file:+"$version_file"} | sha256sum | cut -d ' ' -f 1)\ $root
if [ -f "$library" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi

mkdir -p "$out"
exec 9>"$out/lock"
flock 9
if [ -f "$library" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
echo "Building the native half of the TorchSharp stand-in (about a minute, once)." >&2
build=$out/build
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
if ! { rm -rf "$build" && cmake -S "$here" -B "$build" "${generator[@]}" -DTORCH_ROOT="$root" && cmake --build "$build" --parallel 2; } >"$out/build.log" 2>&1; then
    cat "$out/build.log" >&2
    echo "The native half of the TorchSharp stand-in did not build; it needs cmake, a C++ compiler and libtorch (Debian: libtorch-dev; else TORCH_ROOT)." >&2
    exit 1
fi
cp "$build/libTorchSharpStandIn.so" "$library.new"
mv "$library.new" "$library"
echo "$stamp" > "$out/stamp"
