using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>The code of the stories as the tests run it.</summary>
internal static partial class Story
{
    /// <summary>Whether the runs' outputs are saved in the notebooks.</summary>
    public static bool IsSaved => Environment.GetEnvironmentVariable("SAVE_NOTEBOOKS") == "1";

    /// <summary>The code with the packages that were built, and studies that train for one epoch, unless the outputs are saved.</summary>
    public static string Prepare(string code)
    {
        var prepared = LocalPackages.Use(code);
        return IsSaved ? prepared : StudyEpochs().Replace(prepared, "$1 1");
    }

    [GeneratedRegex(@"(new \w+Study\(.*\bEpochs =) \d+")]
    private static partial Regex StudyEpochs();
}
