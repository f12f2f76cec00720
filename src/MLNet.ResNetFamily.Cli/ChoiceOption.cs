using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>An option that takes one of some words.</summary>
internal static class ChoiceOption
{
    public static Option<string?> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
