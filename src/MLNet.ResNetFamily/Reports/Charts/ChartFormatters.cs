namespace MLNet.ResNetFamily;

/// <summary>Says how .NET Interactive shows a type. It looks for an attribute of this name, which needs no reference to it.</summary>
/// <param name="formatterSourceType">Has a method CreateTypeFormatters, whose objects have MimeType and Format.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;
}

/// <summary>How notebooks show a <see cref="Chart"/>: as an image.</summary>
internal sealed class ChartFormatters
{
    // Both are called by their names alone, on an object.
    public IEnumerable<object> CreateTypeFormatters() => [new AsHtml()];

    private sealed class AsHtml
    {
        public string MimeType => "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write($"<div style='max-width:{((Chart)instance).Size.Width}px'>{instance}</div>");
            return true;
        }
    }
}
