using System.CommandLine;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily ensemble MODEL MODEL... --out FILE</c>: several models as one, which averages their probabilities.</summary>
internal static class EnsembleCommand
{
    private static readonly Argument<string[]> Models = new("MODEL")
    {
        Description = "Model files that 'train' or 'import' wrote, at least two, of the same classes.", Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "Where the model file is written.", Required = true };
    private static readonly Option<double[]> Weights = new("--weights")
    {
        Description = "Weight of each model in the mean, in their order (default: equal ones).", AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() =>
        new Command("ensemble", "Makes one model of several, which averages their probabilities.") { Models, Out, Weights }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        OutputPlace.CheckFile(outPath, Out.Name);
        var paths = commandLine.GetRequiredValue(Models);
        if (paths.Length < 2)
            throw new CommandLineException($"One model, '{paths[0]}', makes no ensemble. Give at least two.");
        var weights = commandLine.GetValue(Weights) is { Length: > 0 } given ? given : null;
        EnsembleCheck.Weights(weights, paths.Length);

        var mlContext = new MLContext();
        var models = new List<ITransformer>();
        try
        {
            DataViewSchema? schema = null;
            foreach (var path in paths)
            {
                models.Add(mlContext.Model.Load(path, out var input));
                schema ??= input;
            }
            var ensemble = mlContext.Transforms.ImageEnsemble(models, weights);
            ModelFile.Save(mlContext, ensemble, schema!, outPath);
            var bytes = new FileInfo(outPath).Length;
            results.Json(new
            {
                Models = paths.Length, Classes = ensemble.ClassNames.Count, ensemble.Weights, Path = outPath, Bytes = bytes,
            });
            results.Text(
                $"{ListText.Text(ensemble.Members.Zip(ensemble.Weights, (member, weight) => $"{member.Backbone.Name} ({weight:P1})"))} " +
                $"with {ensemble.ClassNames.Count} classes, {bytes:N0} bytes, written to {outPath}");
            return ExitCode.Done;
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"{ListText.Quoted(paths)}: {error.Message}", error);
        }
        finally
        {
            models.ForEach(model => (model as IDisposable)?.Dispose());
        }
    }
}
