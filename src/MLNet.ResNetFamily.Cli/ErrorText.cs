namespace MLNet.ResNetFamily.Cli;

/// <summary>An error's message as a person at the command line needs it.</summary>
internal static class ErrorText
{
    /// <summary>
    /// The message of the innermost error (ML.NET wraps what its background threads meet), without the name of the parameter of a method
    /// that the person never called.
    /// </summary>
    public static string Text(this Exception error) => error.GetBaseException() is ArgumentException { ParamName: { } parameter } argument
        ? argument.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
        : error.GetBaseException().Message;
}
