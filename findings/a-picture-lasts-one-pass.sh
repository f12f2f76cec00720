#!/usr/bin/env bash
# A list of pictures in memory, read twice through the same data view, as training and then evaluating would.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: LoadFromEnumerable over a list can be read as often as one likes, and the caller, who made the pictures,
# disposes of them.
# Behaviour: ExtractPixels disposes of the pictures that it reads, the caller's own included. The second pass throws.
# A file or a stream must be decoded anew for each pass.
# Seen on 2026-11-28:
# > pass 1: 10 20 30
# > pass 2: InvalidOperationException: Object is disposed.
# > the caller's picture: InvalidOperationException: Object is disposed.
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

var ml = new MLContext();
MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [10, 20, 30, 255]);
IDataView data = ml.Data.LoadFromEnumerable(new List<Row> { new() { Image = image } });
IDataView pixels = ml.Transforms.ExtractPixels("Pixels", "Image").Fit(data).Transform(data);
for (int pass = 1; pass <= 2; pass++)
    Console.WriteLine($"pass {pass}: " + Try(() => string.Join(" ", pixels.GetColumn<float[]>("Pixels").First())));
Console.WriteLine("the caller's picture: " + Try(() => image.Width));

static string Try(Func<object> action)
{
    try { return $"{action()}"; }
    catch (Exception e) { return $"{e.GetType().Name}: {e.Message}"; }
}

class Row
{
    [ImageType(1, 1)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
