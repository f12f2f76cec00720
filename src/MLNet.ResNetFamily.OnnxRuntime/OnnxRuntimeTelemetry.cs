using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.ResNetFamily;

/// <summary>
/// What ONNX Runtime reports to its makers: a device identifier, facts about machine, models and sessions, from its version 1.29 on also on
/// Linux and macOS. A program that has not chosen stays quiet.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Starts ONNX Runtime, with its telemetry off unless the environment says something about it.</summary>
    /// <returns>ONNX Runtime, of which a process has one.</returns>
    public static OrtEnv StartQuietly()
    {
        var isChosen = Environment.GetEnvironmentVariable(Variable) is not null;
        // Where .NET keeps a copy of the environment, native code does not see what is set there.
        if (!isChosen && !OperatingSystem.IsWindows())
            SetForNativeCode(Variable, "1", overwrite: 0);
        var environment = OrtEnv.Instance();
        if (!isChosen)
            environment.DisableTelemetryEvents();
        return environment;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetForNativeCode(string name, string value, int overwrite);
}
