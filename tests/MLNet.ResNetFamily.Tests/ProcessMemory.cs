using System.Globalization;

namespace MLNet.ResNetFamily.Tests;

/// <summary>What the tests' own process takes, as Linux counts it; the test is skipped elsewhere.</summary>
internal static class ProcessMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Reads a field: <c>VmRSS</c>, what is in memory now, or <c>VmHWM</c>, the most that was.</summary>
    public static long Bytes(string field)
    {
        if (!File.Exists(Status))
            Assert.Inconclusive($"needs {Status}, which Linux has");
        var line = File.ReadLines(Status).Single(line => line.StartsWith(field + ':', StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Lets the peak be what is in memory now.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");
}
