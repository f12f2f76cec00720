# Sourced by the scripts beside it, not run by itself: a temporary folder, console programs in it, and the comparison
# of what they print with what the script's header says they print.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
header=$here/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# project NAME PACKAGE=VERSION... [FILE.cs]: builds the program on standard input, with a file from here if one is named.
project() {
    local name=$1 item references=
    shift
    mkdir "$folder/$name"
    cat > "$folder/$name/Program.cs"
    for item; do
        case $item in
            *.cs) cp "$here/$item" "$folder/$name" ;;
            *) references+="<PackageReference Include=\"${item%=*}\" Version=\"[${item#*=}]\" />" ;;
        esac
    done
    cat > "$folder/$name/$name.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>$references</ItemGroup>
</Project>
END
    dotnet build "$folder/$name" --output "$folder/$name/out" --disable-build-servers --nologo -p:WarningLevel=0 > "$folder/build" \
        || { cat "$folder/build"; exit 1; }
}

# run NAME [ARGUMENT...]: runs that program in its own folder.
run() {
    local name=$1
    shift
    (cd "$folder/$name" && dotnet "out/$name.dll" "$@")
}

# as_seen: shows its input and fails unless it equals the header's lines marked "# > "; lines in brackets, such as
# times, are only shown.
as_seen() {
    tee "$folder/output" | sed 's/^/    /'
    if diff <(sed -n 's/^# > //p' "$header") <(grep -v '^(' "$folder/output"); then
        echo "$(basename "$header"): as described"
    else
        echo "$(basename "$header"): no longer as described"
        exit 1
    fi
}
