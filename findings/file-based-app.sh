#!/usr/bin/env bash
# A first program with ML.NET as one file, app.cs, run with "dotnet run app.cs".
# Package: Microsoft.ML 6.0.0; .NET SDK 10.0.
# Guess: the same code runs as in a project. Native AOT matters only to "dotnet publish", and dotnet run does not publish.
# Behaviour: file-based programs have PublishAot on, and with it the switches of AOT hold at dotnet run as well: the
# runtime says that it cannot make code, and ML.NET, which makes code to read the rows' properties, fails on its first call
# with a TargetInvocationException that names no such reason. "#:property PublishAot=false" mends it.
# Seen on 2026-11-28:
# > app.cs: dynamic code False, TargetInvocationException
# > the same with PublishAot=false: dynamic code True, 2 rows
source "$(dirname "$0")/project.sh"

program=$(cat <<'END'
#:package Microsoft.ML@6.0.0
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

Console.Write($"dynamic code {RuntimeFeature.IsDynamicCodeSupported}, ");
try
{
    IDataView data = new MLContext().Data.LoadFromEnumerable([new Row { Value = 1 }, new Row { Value = 2 }]);
    Console.WriteLine($"{data.GetColumn<float>("Value").Count()} rows");
}
catch (Exception e)
{
    Console.WriteLine(e.GetType().Name);
}

class Row
{
    public float Value { get; set; }
}
END
)
mkdir "$folder/plain" "$folder/mended" "$folder/data"
echo "$program" > "$folder/plain/app.cs"
{ echo "#:property PublishAot=false"; echo "$program"; } > "$folder/mended/app.cs"
# What the SDK builds for such files goes to the user's data folder, here a temporary one.
start() { (cd "$folder/$1" && XDG_DATA_HOME=$folder/data UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1 dotnet run app.cs 2> /dev/null | grep '^dynamic'); }
{
    echo "app.cs: $(start plain)"
    echo "the same with PublishAot=false: $(start mended)"
} | as_seen
