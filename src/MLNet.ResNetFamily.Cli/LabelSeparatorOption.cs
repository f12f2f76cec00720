using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option <c>--label-separator</c>: what parts the labels of an image in a manifest.</summary>
internal static class LabelSeparatorOption
{
    private const char Usual = '|';

    public static Option<string?> Create() =>
        new("--label-separator") { Description = "What parts the labels of an image in a manifest, one character (default: |)." };

    /// <summary>The separator.</summary>
    /// <exception cref="CommandLineException">It is not one character.</exception>
    public static char SeparatorOf(this ParseResult commandLine, Option<string?> option) => commandLine.GetValue(option) switch
    {
        null => Usual,
        [var separator] => separator,
        var other => throw new CommandLineException($"Option '{option.Name}' is '{other}', but it must be one character."),
    };
}
