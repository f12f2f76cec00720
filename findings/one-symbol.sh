#!/usr/bin/env bash
# Which of TorchSharp's native libraries is it that Debian 12 is too old for, and for what?
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: libtorch, a hundred times larger and built of newer C++, is the one that needs a new system; and a library
# that needs GCC 13's C++ library uses many functions of it.
# Behaviour: libtorch itself is content with what Debian 12 has (GCC 12: GLIBCXX_3.4.30). The small libLibTorchSharp.so is
# not, for one symbol that no one calls by name: what the header iostream leaves behind in a file compiled by GCC 13.
# Seen on 2026-11-28 (newest GLIBCXX asked for; the symbols of libLibTorchSharp.so that ask for more than 3.4.30):
# > libLibTorchSharp.so 3.4.32
# > libtorch_cpu.so 3.4.26
# > libc10.so 3.4.26
# > _ZSt21ios_base_library_initv@GLIBCXX_3.4.32
source "$(dirname "$0")/project.sh"
command -v readelf > /dev/null || { echo "skipped: needs readelf"; exit 77; }

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<< 'return;'
native=$(dirname "$(find "$folder/app" -name libLibTorchSharp.so | head -n 1)")
{
    for library in libLibTorchSharp libtorch_cpu libc10; do
        file=$(find "$folder/app" -name "$library.so" | head -n 1)
        echo "$library.so $(readelf -V "$file" | grep -o 'GLIBCXX_[0-9.]*' | sort -uV | tail -n 1 | cut -d_ -f2)"
    done
    readelf -Ws --dyn-syms "$native/libLibTorchSharp.so" | grep -o '_Z[^ ]*@GLIBCXX_3\.4\.3[1-9]' | sort -u
} | as_seen
