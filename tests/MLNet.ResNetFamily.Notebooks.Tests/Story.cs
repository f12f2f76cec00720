using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>The code of the stories as the tests run it.</summary>
internal static partial class Story
{
    /// <summary>Whether the runs' outputs are saved in the notebooks.</summary>
    public static bool IsSaved => Environment.GetEnvironmentVariable("SAVE_NOTEBOOKS") == "1";

    /// <summary>
    /// The code with the packages that were built; unless the outputs are saved, with a quarter of the images, the epochs and the
    /// repetitions, so that all of it runs in minutes.
    /// </summary>
    public static string Prepare(string code)
    {
        var prepared = LocalPackages.Use(code);
        if (IsSaved)
            return prepared;
        prepared = Images().Replace(prepared, match => $"{match.Groups[1].Value}{Math.Max(5, int.Parse(match.Groups[2].ValueSpan) / 4)}");
        return Repetitions().Replace(prepared, match => $"{match.Groups[1].Value}{Math.Max(1, int.Parse(match.Groups[2].ValueSpan) / 4)}");
    }

    [GeneratedRegex(@"(\bperClass: )(\d+)")]
    private static partial Regex Images();

    [GeneratedRegex(@"(\b(?:Epochs|DrawCount|ImageCount) = )(\d+)")]
    private static partial Regex Repetitions();
}
