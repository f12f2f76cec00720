using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily;

/// <summary>One rule that turns a tensor's name in another dialect into the name of the published checkpoints.</summary>
/// <param name="Pattern">Regular expression for the part of the name that differs.</param>
/// <param name="Replacement">What stands there instead; <c>$1</c> is the first group, <c>&lt;$1-1&gt;</c> its number less
/// one, and <c>&lt;$1+1&gt;</c> one more.</param>
internal sealed partial record KeyRename(string Pattern, string Replacement)
{
    private readonly Regex _pattern = new(Pattern, RegexOptions.CultureInvariant);

    public string Apply(string key)
    {
        var renamed = _pattern.Replace(key, Replacement);
        while (renamed.Contains('<') && Counted().IsMatch(renamed))
            renamed = Counted().Replace(renamed, Count);
        return renamed;
    }

    private static string Count(Match match) =>
        (long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + (match.Groups[2].Value == "+" ? 1 : -1))
        .ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"<(\d{1,9})([+-])1>")]
    private static partial Regex Counted();
}
