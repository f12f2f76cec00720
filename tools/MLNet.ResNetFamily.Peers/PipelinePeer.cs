using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times ML.NET's own way from files to labels.</summary>
internal static class PipelinePeer
{
    private const int TimedPasses = 3;
    private const int ImageSize = 224;

    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        var mlContext = new MLContext(seed: 0);
        ImageFile[] files = [.. Directory.EnumerateFiles(task.Data, "*", SearchOption.AllDirectories).Order().Select(ImageFile.At)];
        var images = mlContext.Data.LoadFromEnumerable(files);
        // The colors' own means and deviations differ a little; the time does not.
        using var model = mlContext.Transforms.LoadImages("Image", imageFolder: "", nameof(ImageFile.ImagePath))
            .Append(mlContext.Transforms.ResizeImages("Image", ImageSize, ImageSize))
            .Append(mlContext.Transforms.ExtractPixels("images", "Image", offsetImage: 116, scaleImage: 1 / 58f))
            .Append(mlContext.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = task.File, InputColumns = ["images"], OutputColumns = ["logits"], IntraOpNumThreads = task.Threads,
            })).Fit(images);

        // The first pass warms the file cache and the kernels, as in this library's bench.
        var passes = new List<double>();
        for (var pass = 0; pass < 1 + TimedPasses; pass++)
        {
            var begin = Stopwatch.GetTimestamp();
            var labels = model.Transform(images).GetColumn<float[]>("logits").Select(logits => TensorPrimitives.IndexOfMax<float>(logits))
                .ToList();
            passes.Add(Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 3));
            if (labels.Count != files.Length)
                throw new InvalidOperationException($"'{task.Data}' has {files.Length} files, but {labels.Count} were labeled.");
        }
        var seconds = Statistics.Median(passes[1..]);
        return
        [
            ("files", files.Length), ("wall_s", seconds), ("first_pass_s", passes[0]),
            ("images_per_s", Math.Round(files.Length / seconds, 2)), ("passes", passes.ToArray()),
        ];
    }

    private sealed record ImageFile
    {
        public string ImagePath { get; init; } = "";

        public static ImageFile At(string path) => new() { ImagePath = path };
    }
}
