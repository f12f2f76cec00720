using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>What the program runs on, in words.</summary>
internal static class Machine
{
    public static string Description => $"{Processor()}, {Environment.ProcessorCount} threads, {RuntimeInformation.OSDescription}";

    public static string Software => RuntimeInformation.FrameworkDescription;

    /// <summary>Name of the processor's model, or its architecture where the system does not tell.</summary>
    public static string Processor()
    {
        try
        {
            var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            if (line is not null)
                return line[(line.IndexOf(':') + 1)..].Trim();
        }
        catch (IOException)
        {
            // Not Linux.
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture}";
    }
}
