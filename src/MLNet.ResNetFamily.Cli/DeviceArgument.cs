namespace MLNet.ResNetFamily.Cli;

/// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> and <c>cuda:N</c>.</summary>
internal static class DeviceArgument
{
    /// <exception cref="CommandLineException">The text is none of them.</exception>
    public static ComputeDevice Parse(string? text)
    {
        try
        {
            return ComputeDevice.Parse(text ?? "auto");
        }
        catch (ArgumentException)
        {
            throw new CommandLineException($"Option '--device' is '{text}', but it must be auto, cpu, cuda or cuda:N, for example cuda:1.");
        }
    }
}
