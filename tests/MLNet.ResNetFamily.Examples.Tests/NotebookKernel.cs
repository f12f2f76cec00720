namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What a notebook's code finds in .NET Interactive beside C#: a way to show things.</summary>
public sealed class NotebookKernel
{
    private readonly List<(string MimeType, string Content)> _shown = [];

    /// <summary>Text that is to be shown as HTML.</summary>
    public sealed record Html(string Content);

    /// <summary>Says that a text is HTML.</summary>
    public Html HTML(string content) => new(content);

    /// <summary>Shows a value under the cell.</summary>
    public void display(object value) =>
        _shown.Add(value is Html html ? ("text/html", html.Content) : ("text/plain", $"{value}"));

    /// <summary>What was shown since the last call.</summary>
    internal IReadOnlyList<(string MimeType, string Content)> TakeShown()
    {
        List<(string, string)> shown = [.. _shown];
        _shown.Clear();
        return shown;
    }
}
