using System.CommandLine;
using System.CommandLine.Parsing;
using F23.StringSimilarity;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// Words that begin with a dash and stand where files or folders are expected. The parser takes them for such; unless there is a file of
/// that name, they are mistyped options. What stands behind <c>--</c> is taken as it is.
/// </summary>
internal static class MistypedOption
{
    /// <summary>A message about the first such word; null where there is none.</summary>
    public static string? Find(ParseResult commandLine)
    {
        // A shell that completes a word asks about one that is not finished.
        if (commandLine.Tokens.Any(token => token.Type == TokenType.Directive))
            return null;
        // Behind the double dash every word is an argument.
        var dashes = commandLine.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToList();
        var words = commandLine.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens).Select(token => token.Value).Concat(commandLine.UnmatchedTokens);
        var mistyped = words.FirstOrDefault(word => word is ['-', _, ..] && dashes.Contains(word) && !Path.Exists(word));
        if (mistyped is null)
            return null;
        var command = commandLine.CommandResult.Command;
        var nearest = command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            .MinBy(name => new Damerau().Distance(name, mistyped));
        return $"'{mistyped}' is neither an option of '{command.Name}' nor a file. Did you mean '{nearest}'? " +
            $"A file whose name begins with a dash is given as './{mistyped}'.";
    }
}
