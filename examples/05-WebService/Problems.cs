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
            context.ProblemDetails.Detail = error.Message;
    }
}
