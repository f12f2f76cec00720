namespace MLNet.ResNetFamily.Cli;

/// <summary>An error's message as a person at the command line needs it.</summary>
internal static class ErrorText
{
    /// <summary>
    /// The message without the name of the parameter of a method that the person never called; of an error that ML.NET has wrapped on a
    /// background thread, the innermost one's.
    /// </summary>
    public static string Text(this Exception error) => (error is InvalidOperationException ? error.GetBaseException() : error) switch
    {
        ArgumentException { ParamName: { } parameter } argument =>
            argument.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        var cause => cause.Message,
    };
}
