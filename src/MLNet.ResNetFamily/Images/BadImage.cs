namespace MLNet.ResNetFamily;

/// <summary>An image that could not be used, and why.</summary>
/// <param name="Origin">The path of the file, or the row that the image came from.</param>
/// <param name="Reason">What was found and what was needed, in one or two sentences.</param>
public sealed record BadImage(string Origin, string Reason)
{
    /// <summary>The image that a decoding error speaks of; the origin is not repeated in the reason.</summary>
    internal static BadImage From(string origin, InvalidDataException error)
    {
        var prefix = $"'{origin}': ";
        return new(origin, error.Message.StartsWith(prefix, StringComparison.Ordinal) ? error.Message[prefix.Length..] : error.Message);
    }
}
