using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Spectre.Console;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily weights list|show|convert|download</c>: published weights and weight files.</summary>
internal static class WeightsCommand
{
    private static readonly Option<string?> Model = new("--model") { Description = "Only those of this backbone." };
    private static readonly Argument<string> File =
        new("FILE") { Description = "A .safetensors file, a PyTorch checkpoint, or a Hugging Face folder." };
    private static readonly Option<string?> StateKey = StateKeyOption.Create();
    private static readonly Argument<string> In =
        new("IN") { Description = "A .safetensors file, a PyTorch checkpoint, or a model file (.zip)." };
    private static readonly Argument<string> Out =
        new("OUT") { Description = "Where to write; the extension chooses the format: .safetensors or .pth." };
    private static readonly Option<string?> Precision = PrecisionOption();
    private static readonly Argument<string> Name =
        new("NAME") { Description = "A name from 'weights list', or a backbone for its best weights." };

    public static Command Create() => new("weights", "Lists and downloads published weights, shows and converts weight files.")
    {
        new Command("list", "Lists the published weights that can be downloaded.") { Model }.Runs(List),
        new Command("show", "Lists the tensors of a weight file.") { File, StateKey }.Runs(Show),
        new Command("convert", "Writes weights in another format or precision.") { In, Out, Precision, StateKey }.Runs(Convert),
        new Command("download", "Fetches published weights into the cache folder.") { Name }.Runs(Download),
    };

    private static int List(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var backbone = commandLine.GetValue(Model) is { } name ? BackboneArgument.Named(name).Name : null;
        var settings = DownloadSettings.FromEnvironment();
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "top-1", "license", "here");
        // Names are there to be copied, so no line is broken: this much fits a terminal of 80 columns.
        foreach (var column in table.Columns)
            column.NoWrap();
        foreach (var row in PretrainedWeights.All.Where(row => backbone is null || row.Backbone == backbone))
        {
            var path = settings.PathOf(row);
            var isDownloaded = System.IO.File.Exists(path);
            results.Json(new
            {
                row.Name, row.Backbone, row.Top1, row.Top5, InputSize = row.Preprocessing.ImageSize, row.License, row.IsNonCommercial,
                row.Address, row.Sha256,
                Path = path, IsDownloaded = isDownloaded,
            });
            table.AddRow(row.Name, Percent(row.Top1), row.License, isDownloaded ? "yes" : "");
        }
        results.Show(table);
        results.Text("Weights under a license with 'nc' are not for commercial use.");
        return ExitCode.Done;
    }

    private static int Show(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        using var file = WeightFile.Open(commandLine.GetRequiredValue(File), commandLine.GetValue(StateKey));
        var table = new Table().Border(TableBorder.Simple).AddColumns("key", "type", "shape");
        foreach (var tensor in file.Tensors)
        {
            var type = tensor.DataType.ToString().ToLowerInvariant();
            results.Json(new { tensor.Key, Type = type, tensor.Shape });
            table.AddRow(Markup.Escape(tensor.Key), type, Markup.Escape(Shapes.Text(tensor.Shape)));
        }
        results.Show(table);
        results.Text($"{file.Tensors.Count} tensors, {file.Tensors.Sum(tensor => tensor.ByteCount):N0} bytes");
        foreach (var (key, value) in file.Metadata)
            results.Text($"{key}: {value}");
        return ExitCode.Done;
    }

    private static int Convert(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var (from, to) = (commandLine.GetRequiredValue(In), Path.GetFullPath(commandLine.GetRequiredValue(Out)));
        OutputPlace.CheckFile(to, Out.Name);
        ScalarType? precision = commandLine.GetValue(Precision) is { } name ? Enum.Parse<ScalarType>(name, ignoreCase: true) : null;
        if (from.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            using var model = (IDisposable)new MLContext().Model.Load(from, out _);
            ((ITransformer)model).SingleClassifier().SaveWeights(to, precision ?? ScalarType.Float32);
        }
        else
        {
            using var source = WeightFile.Open(from, commandLine.GetValue(StateKey));
            WeightExport.Convert(source, to, precision);
        }
        using var written = WeightFile.Open(to);
        var byteCount = new FileInfo(to).Length;
        results.Json(new { Path = to, Tensors = written.Tensors.Count, Bytes = byteCount });
        results.Text($"{written.Tensors.Count} tensors, {byteCount:N0} bytes, written to {to}");
        return ExitCode.Done;
    }

    private static int Download(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var name = commandLine.GetRequiredValue(Name);
        var row = name.Contains('.') ? PretrainedWeights.Named(name) : PretrainedWeights.Best(BackboneArgument.Named(name).Name);
        if (row.IsNonCommercial)
            Results.Note($"'{row.Name}' is under the license {row.License}: no commercial use.");
        var path = DownloadBar.Watch(
            results, progress => PretrainedWeights.DownloadAsync(row, progress, cancellation).GetAwaiter().GetResult());
        var byteCount = new FileInfo(path).Length;
        results.Json(new { row.Name, Path = path, Bytes = byteCount, row.License });
        results.Text($"{row.Name}: {byteCount:N0} bytes, {path}");
        return ExitCode.Done;
    }

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static Option<string?> PrecisionOption()
    {
        var option = new Option<string?>("--precision") { Description = "Type that weights are rounded to (default: as they are)." };
        option.AcceptOnlyFromAmong("float32", "float16", "bfloat16");
        return option;
    }
}
