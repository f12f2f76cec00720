namespace WebService;

/// <summary>How a failure is answered: what the sender can mend is said in words, anything else stays in the log.</summary>
internal static class Problems
{
    public static int StatusOf(Exception error) => error.GetBaseException() switch
    {
        InvalidDataException => StatusCodes.Status422UnprocessableEntity,
        BadHttpRequestException request => request.StatusCode,
        OperationCanceledException => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static void Describe(ProblemDetailsContext context)
    {
        if (context.Exception?.GetBaseException() is { } error && StatusOf(error) < 500)
            context.ProblemDetails.Detail = error is InvalidDataException ? FirstSentence(error.Message) : error.Message;
    }

    // "'row 2': this is not an image. Remove the row, ...": the first sentence speaks of the image, the rest to the programmer.
    private static string FirstSentence(string message)
    {
        var start = message.IndexOf("': ", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var end = message.IndexOf(". ", start, StringComparison.Ordinal);
        return end < 0 ? message[start..] : message[start..(end + 1)];
    }
}
