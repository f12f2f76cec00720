namespace MLNet.ResNetFamily.Cli;

/// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> and <c>cuda:N</c>.</summary>
internal static class DeviceArgument
{
    /// <exception cref="CommandLineException">The text is none of them.</exception>
    public static ComputeDevice Parse(string? text) => text?.Split(':') switch
    {
        null or ["auto"] => ComputeDevice.Auto,
        ["cpu"] => ComputeDevice.Cpu,
        ["cuda"] => ComputeDevice.Cuda(0),
        ["cuda", var number] when int.TryParse(number, out var index) && index >= 0 => ComputeDevice.Cuda(index),
        _ => throw new CommandLineException($"Option '--device' is '{text}', but it must be auto, cpu, cuda or cuda:N, for example cuda:1."),
    };
}
