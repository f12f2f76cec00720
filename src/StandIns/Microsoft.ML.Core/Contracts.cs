using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The exceptions that the genuine assemblies throw, by the name they have there, and marked as theirs.</summary>
internal static class Contracts
{
    private const string MarkedKey = "ML_IsMarked";

    public static TException Mark<TException>(TException exception) where TException : Exception
    {
        exception.Data[MarkedKey] = 1;
        return exception;
    }

    public static bool IsMarked(this Exception exception) => exception.Data.Contains(MarkedKey);

    public static Exception Except(string message, Exception inner = null) => Mark(new InvalidOperationException(message, inner));

    public static Exception Except(this IExceptionContext context, string message) => Process(context, new InvalidOperationException(message));

    public static Exception ExceptParam(string name, string message) => Mark(new ArgumentOutOfRangeException(name, message));

    public static Exception ExceptParam(this IExceptionContext context, string name, string message)
        => Process(context, new ArgumentOutOfRangeException(name, message));

    public static Exception ExceptDecode(string message, Exception inner = null) => Mark(new FormatException(message, inner));

    public static Exception ExceptSchemaMismatch(this IExceptionContext context, string name, string columnRole, string columnName)
        => context.ExceptParam(name, $"Could not find {columnRole} column '{columnName}'");

    public static Exception ExceptSchemaMismatch(
        this IExceptionContext context, string name, string columnRole, string columnName, string expectedType, string actualType)
        => context.ExceptParam(name, $"Schema mismatch for {columnRole} column '{columnName}': expected {expectedType}, got {actualType}");

    public static void Check(bool condition, string message)
    {
        if (!condition)
            throw Except(message);
    }

    public static void CheckParam(bool condition, string name, string message)
    {
        if (!condition)
            throw ExceptParam(name, message);
    }

    public static void CheckDecode(bool condition, string message)
    {
        if (!condition)
            throw ExceptDecode(message);
    }

    public static void CheckValue<T>(T value, string name) where T : class
    {
        if (value is null)
            throw Mark(new ArgumentNullException(name));
    }

    public static void CheckNonEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw ExceptParam(name, $"{name} cannot be null or empty");
    }

    private static TException Process<TException>(IExceptionContext context, TException exception) where TException : Exception
        => context is null ? Mark(exception) : context.Process(exception);
}
