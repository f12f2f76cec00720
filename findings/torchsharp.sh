# Sourced, after project.sh, by the scripts that run TorchSharp: lets it load where the C++ library is older than
# GCC 13's (on Debian 12 for instance). one-symbol.sh says why this is enough.
cxx=$(ldconfig -p | sed -n 's/.*libstdc++\.so\.6 .*x86-64.* => //p' | head -n 1)
if ! grep -q GLIBCXX_3.4.32 "$cxx"; then
    for tool in gcc readelf; do
        command -v $tool > /dev/null || { echo "skipped: needs the C++ library of GCC 13, or $tool to stand in for it"; exit 77; }
    done
    mkdir "$folder/cxx"
    # The system's library under another name of the same length, and before it one that has the missing symbol, under
    # its old name and with all its version names.
    sed 's/libstdc++\.so\.6/libstdc++.so.9/g' "$cxx" > "$folder/cxx/libstdc++.so.9"
    {
        readelf -V "$cxx" | sed -n '/definition section/,/needs section/s/.*Name: \(\(GLIBCXX\|CXXABI\)_[^ ]*\).*/\1 { };/p' | sort -u
        echo 'GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; local: *; };'
    } > "$folder/cxx/versions"
    echo 'namespace std { struct ios_base { struct Init { Init(); ~Init(); }; }; void ios_base_library_init() { static ios_base::Init once; } }' > "$folder/cxx/init.cpp"
    gcc -shared -fPIC -o "$folder/cxx/libstdc++.so.6" "$folder/cxx/init.cpp" "$folder/cxx/libstdc++.so.9" \
        -Wl,--no-as-needed -Wl,-soname,libstdc++.so.6 -Wl,--version-script="$folder/cxx/versions" -Wl,-rpath,'$ORIGIN'
    export LD_LIBRARY_PATH=$folder/cxx
fi
