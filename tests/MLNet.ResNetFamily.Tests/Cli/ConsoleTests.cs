using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>What the command <c>resnetfamily</c> writes where no person watches.</summary>
[TestClass]
public sealed partial class ConsoleTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [TestMethod]
    public async Task TrainingIntoAFileWritesNoControlCharactersAndAReport()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("images"), 24);
        File.WriteAllText(folder.File(Path.Combine("images", "blue", "broken.png")), "no image");

        var (exitCode, output, errors) = await CommandLine.RunAsync(NoVariables, Training(folder, "--report", folder.File("report")));

        Assert.AreEqual(0, exitCode, errors);
        AssertPlain(output);
        AssertPlain(errors);
        StringAssert.Contains(errors, "     2/2 ");
        var page = File.ReadAllText(folder.File(Path.Combine("report", "report.html")));
        foreach (var section in new[] { "training", "confusion", "classes", "calibration", "augmentation", "balance", "skipped", "card" })
            StringAssert.Contains(page, $"<section id=\"{section}\"");
        StringAssert.Contains(page, "broken.png");
    }

    [TestMethod]
    [DataRow("summary", "resnet18")]
    [DataRow("summary", "resnet18", "--json")]
    public async Task WithoutLibtorchTheMessageSaysWhereToHaveIt(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(CommandLine.Program())!)
            .Where(file => Path.GetExtension(file) is ".dll" || file.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        var start = new ProcessStartInfo(CommandLine.Host, [folder.File("resnetfamily.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The package cache is the last place where libtorch is looked for.
        start.Environment["NUGET_PACKAGES"] = folder.Path;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.AreEqual(1, process.ExitCode, errors);
        StringAssert.Contains(
            errors, "TorchSharp's native libraries cannot be loaded. The program has none: reference the package TorchSharp-cpu");
        Assert.DoesNotContain("   at ", errors);
        Assert.AreEqual("", await output);
    }

    [TestMethod]
    [DataRow("--top", "predict", "model.zip", "a.jpg", "--tpo", "1")]
    [DataRow("--report", "evaluate", "model.zip", "--reprot")]
    [DataRow("--precision", "weights", "convert", "in.pth", "--precison", "float16")]
    [DataRow("--model", "weights", "list", "--modle", "resnet50")]
    public async Task AMistypedOptionIsNoFile(string meant, params string[] arguments)
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(NoVariables, arguments);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, $"'{meant}'");
        Assert.DoesNotContain("a.jpg", output);
    }

    [TestMethod]
    public async Task AFileThatBeginsWithADashIsOneBehindTheDoubleDash()
    {
        var (_, _, errors) = await CommandLine.RunAsync(NoVariables, "predict", "nowhere.zip", "--", "--tpo");

        StringAssert.Contains(errors, "nowhere.zip");
    }

    [TestMethod]
    [DataRow(80)]
    [DataRow(120)]
    public async Task ATerminalShowsABarWithinTheEpochAndNoLineBreaks(int columns)
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("images"), 24);

        var screen = await OnATerminalAsync(columns, NoVariables, Training(folder));

        StringAssert.Contains(screen, "━");
        StringAssert.Contains(screen, "epoch 1/2, batch 1/3");
        StringAssert.Contains(screen, "\u001b[38;5;2m");
        Assert.IsLessThan(
            columns, Escapes().Replace(screen, "").Split('\r', '\n').Where(line => !line.Contains("written to")).Max(line => line.Length));
    }

    [TestMethod]
    public async Task ATerminalWithoutColorsGetsNone()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("images"), 24);

        var screen = await OnATerminalAsync(80, new() { ["NO_COLOR"] = "1" }, Training(folder));

        StringAssert.Contains(screen, "━");
        Assert.IsFalse(screen.Contains("\u001b[3", StringComparison.Ordinal), "a color was set");
    }

    [TestMethod]
    public async Task TheReportMeasuresTheImagesThatWereSetAside()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("images"), 24);

        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, Training(folder, "--report", folder.File("report")));

        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(
            File.ReadAllText(folder.File(Path.Combine("report", "report.html"))),
            "Measured on 6 images of 3 classes from the validation images");
    }

    [TestMethod]
    public async Task EveryLineOfJsonParsesWhateverTheCommand()
    {
        using var folder = new TemporaryFolder();
        var images = TestImages.Files(folder.File("images"), 24);

        var epochs = await CommandLine.JsonAsync(NoVariables, Training(folder));
        var evaluation = await CommandLine.JsonAsync(
            NoVariables, "evaluate", folder.File("model.zip"), folder.File("images"), "--report", folder.File("report"));
        var predictions = await CommandLine.JsonAsync(NoVariables, "predict", folder.File("model.zip"), images[0].Image, images[1].Image);

        CollectionAssert.AreEqual(
            new[] { "epoch", "epoch", "done" }, epochs.Select(line => line.GetProperty("event").GetString()).ToArray());
        Assert.AreEqual(24, evaluation.Single().GetProperty("images").GetInt32());
        Assert.HasCount(2, predictions);
        Assert.AreEqual(JsonValueKind.Array, predictions[0].GetProperty("predictions").ValueKind);
        Assert.IsTrue(File.Exists(folder.File(Path.Combine("report", "report.html"))));
    }

    [TestMethod]
    public async Task TheSummaryEndsWithTheStages()
    {
        var lines = await CommandLine.JsonAsync(NoVariables, "summary", "resnet20_cifar");
        var (_, table, _) = await CommandLine.RunAsync(NoVariables, "summary", "resnet18", "--image-size", "64");

        var stages = lines.Where(line => line.TryGetProperty("stage", out _)).Select(line => line.ToString()).ToList();
        Assert.HasCount(4, stages);
        Assert.AreEqual("""{"stage":"layer2","channels":32,"reduction":2,"output":[32,16,16]}""", stages[2]);
        Assert.AreEqual(lines[^1].ToString(), stages[^1]);
        Assert.MatchesRegex(@"layer3\s+256\s+16\s+256×4×4", table);
    }

    [TestMethod]
    public async Task TablesAndBarsInAPipeAreNotCutAndHaveNoColors()
    {
        var (_, table, _) = await CommandLine.RunAsync(NoVariables, "list");

        AssertPlain(table);
        StringAssert.Contains(table, "https://arxiv.org/abs/1512.03385");
    }

    [TestMethod]
    [DataRow("--help", "predict photos.zip new.jpg")]
    [DataRow("train --help", "--report report")]
    [DataRow("evaluate --help", "evaluate photos.zip photos/test")]
    [DataRow("explain --help", "--out why.png")]
    [DataRow("weights convert --help", "weights convert resnet18.pth resnet18.safetensors")]
    public async Task HelpShowsExamples(string words, string example)
    {
        var (exitCode, output, _) = await CommandLine.RunAsync(NoVariables, words.Split(' '));

        Assert.AreEqual(0, exitCode);
        StringAssert.Contains(output, "Examples:");
        StringAssert.Contains(output, example);
    }

    [TestMethod]
    public async Task BashCompletesCommandsAndNamesOfBackbones()
    {
        if (!File.Exists("/bin/bash"))
            Assert.Inconclusive("needs /bin/bash");
        using var folder = new TemporaryFolder();
        var (_, script, _) = await CommandLine.RunAsync(NoVariables, "completion", "bash");
        File.WriteAllText(folder.File("completion.bash"), script);

        Assert.AreEqual("evaluate", Complete(folder, "resnetfamily eva"));
        StringAssert.Contains(Complete(folder, "resnetfamily train images --model resnext50"), "resnext50_32x4d");
    }

    // What bash would offer for the last word of a line; the program itself stands in for the installed command.
    private static string Complete(TemporaryFolder folder, string line)
    {
        var words = line.Split(' ');
        var bash = $$"""
            resnetfamily() { "$DOTNET" "$PROGRAM" "$@"; }
            source '{{folder.File("completion.bash")}}'
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{words.Length - 1}}
            _resnetfamily
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("/bin/bash", ["-c", bash]) { RedirectStandardOutput = true };
        start.Environment["DOTNET"] = CommandLine.Host;
        start.Environment["PROGRAM"] = CommandLine.Program();
        using var process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    // What a terminal of this width would be sent; 'script' of util-linux makes one.
    private static async Task<string> OnATerminalAsync(int columns, Dictionary<string, string> environment, string[] arguments)
    {
        if (!File.Exists("/usr/bin/script"))
            Assert.Inconclusive("needs /usr/bin/script, which makes a terminal (Debian: bsdutils)");
        var line = string.Join(' ', arguments.Prepend(CommandLine.Program()).Prepend(CommandLine.Host).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty cols {columns}; exec {line}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var screen = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, screen);
        return screen;
    }

    [GeneratedRegex(@"\u001b(\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex Escapes();

    private static string[] Training(TemporaryFolder folder, params string[] more) =>
    [
        "train", folder.File("images"), "--model", "resnet20_cifar", "--epochs", "2", "--batch-size", "8", "--threads", "1",
        "--validation-fraction", "0.25", "--out", folder.File("model.zip"), .. more,
    ];

    private static void AssertPlain(string text)
    {
        var control = text.Where(c => char.IsControl(c) && c != '\n').Select(c => $"U+{(int)c:X4}").Distinct().ToList();
        Assert.IsEmpty(control, string.Join(", ", control));
    }
}
