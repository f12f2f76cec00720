namespace MLNet.ResNetFamily.Cli;

/// <summary>The command line is wrong in a way that its grammar does not show.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
