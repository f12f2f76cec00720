using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Values written as text. What is no number becomes NaN; types without a missing value refuse it.</summary>
internal static class TextParser
{
    public static bool TryParse(PrimitiveDataViewType type, string text, out object value)
    {
        value = type is KeyDataViewType key ? KeyOf(key, text) : ValueOf(type, text);
        return value is not null;
    }

    private static object ValueOf(PrimitiveDataViewType type, string text)
    {
        var culture = CultureInfo.InvariantCulture;
        const NumberStyles Integer = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return type.RawType switch
        {
            var raw when raw == typeof(ReadOnlyMemory<char>) => text.AsMemory(),
            var raw when raw == typeof(float) => float.TryParse(text, NumberStyles.Float, culture, out var value) ? value : float.NaN,
            var raw when raw == typeof(double) => double.TryParse(text, NumberStyles.Float, culture, out var value) ? value : double.NaN,
            var raw when raw == typeof(bool) => Boolean(text),
            var raw when raw == typeof(sbyte) => sbyte.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(byte) => byte.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(short) => short.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(ushort) => ushort.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(int) => int.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(uint) => uint.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(long) => long.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(ulong) => ulong.TryParse(text, Integer, culture, out var value) ? value : null,
            var raw when raw == typeof(DateTime) => DateTime.TryParse(text, culture, out var value) ? value : null,
            var raw when raw == typeof(DateTimeOffset) => DateTimeOffset.TryParse(text, culture, out var value) ? value : null,
            var raw when raw == typeof(TimeSpan) => TimeSpan.TryParse(text, culture, out var value) ? value : null,
            _ => null,
        };
    }

    private static object Boolean(string text) => text.ToLowerInvariant() switch
    {
        "t" or "y" or "1" or "+" or "true" or "yes" or "+1" => true,
        "" or "f" or "n" or "0" or "-" or "false" or "no" or "-1" => false,
        _ => null,
    };

    /// <summary>An index that counts from 0; one out of range is missing.</summary>
    private static object KeyOf(KeyDataViewType key, string text)
    {
        var isIndex = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < key.Count;
        return Convert.ChangeType(isIndex ? index + 1 : 0, key.RawType, CultureInfo.InvariantCulture);
    }
}
