namespace MLNet.ResNetFamily;

/// <summary>The check of one option, with one wording for all.</summary>
internal static class OptionCheck
{
    /// <summary>Throws unless an option is as it must be.</summary>
    /// <param name="holds">Whether it is.</param>
    /// <param name="option">Its name.</param>
    /// <param name="found">Its value.</param>
    /// <param name="needed">What it must be, in words.</param>
    /// <param name="kind">What messages call it.</param>
    /// <exception cref="ArgumentException"><paramref name="holds"/> is false.</exception>
    public static void Require(bool holds, string option, object? found, string needed, string kind = "Option")
    {
        if (!holds)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{kind} '{option}' is {found ?? "null"}, but it must be {needed}."), option);
        }
    }
}
