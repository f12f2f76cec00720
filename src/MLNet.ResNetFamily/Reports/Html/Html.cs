using System.Runtime.CompilerServices;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// A piece of HTML. It is made from interpolated strings, whose literal parts are markup and whose values are text: they are escaped,
/// unless they are pieces of HTML themselves. So nothing that a user named can become markup.
/// </summary>
internal sealed class Html
{
    public static readonly Html Empty = new("");

    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    public bool IsEmpty => _markup.Length == 0;

    public static Html Of(HtmlInterpolation markup) => new(markup.ToString());

    /// <summary>Markup that the library wrote itself: its style sheet and script.</summary>
    public static Html Trusted(string markup) => new(markup);

    public static Html Join(IEnumerable<Html> parts) => new(new StringBuilder().AppendJoin('\n', parts).ToString());

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> write) => Join(items.Select(write));

    public override string ToString() => _markup;
}

/// <summary>Puts an interpolated string together for <see cref="Html"/>.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlInterpolation
{
    private readonly StringBuilder _text;

    public HtmlInterpolation(int literalLength, int formattedCount) => _text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(Html html) => _text.Append(html);

    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    public void AppendFormatted<T>(T value, string? format) => _text.Append(System.Net.WebUtility.HtmlEncode(
        value is IFormattable formattable
            ? formattable.ToString(format, System.Globalization.CultureInfo.InvariantCulture)
            : value?.ToString()));

    public override string ToString() => _text.ToString();
}
