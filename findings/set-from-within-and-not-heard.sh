#!/usr/bin/env bash
# Switching ONNX Runtime's telemetry off by its environment variable, on Linux: from outside the program and from its first line.
# Package: Microsoft.ML.OnnxRuntime 1.31.1 (telemetry on Linux came with 1.29.0; ORT_DISABLE_TELEMETRY=1 before its start leaves all of it out).
# Guess: a program that sets the variable in its first line, before it touches ONNX Runtime, is as quiet as one that got it.
# Behaviour: on Linux and macOS .NET keeps environment variables in a copy of its own. SetEnvironmentVariable changes the
# copy, child processes get it, but native code in the process still reads the old environment: ONNX Runtime makes its
# device identifier and its store of events all the same. setenv of the C library, called in the same place, is heard.
# Seen on 2026-11-29:
# > not set: device identifier written
# > set from outside: nothing written
# > set by Environment.SetEnvironmentVariable: device identifier written
# > set by setenv: nothing written
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.OnnxRuntime=1.31.1 <<'END'
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

const string Variable = "ORT_DISABLE_TELEMETRY";
if (args is ["set by Environment.SetEnvironmentVariable"])
    Environment.SetEnvironmentVariable(Variable, "1");
if (args is ["set by setenv"])
    SetEnv(Variable, "1", 1);
OrtEnv.Instance();
bool isWritten = Directory.EnumerateFiles(Environment.GetEnvironmentVariable("HOME")!, "deviceid", SearchOption.AllDirectories).Any();
Console.WriteLine($"{args[0]}: {(isWritten ? "device identifier" : "nothing")} written");

[DllImport("libc", EntryPoint = "setenv")]
static extern int SetEnv(string name, string value, int overwrite);
END

# start NAME [VARIABLE=VALUE]: in an empty home, and not as a build server, where ONNX Runtime is quiet by itself.
start() {
    local home=$folder/home
    rm -rf "$home"
    mkdir "$home"
    (cd "$folder/app" && env -i PATH="$PATH" HOME="$home" ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} "${@:2}" dotnet out/app.dll "$1")
}
{
    start "not set"
    start "set from outside" ORT_DISABLE_TELEMETRY=1
    start "set by Environment.SetEnvironmentVariable"
    start "set by setenv"
} | as_seen
