#!/usr/bin/env bash
# ML.NET 5's pictures in an application that refers to SkiaSharp 3 for its own drawing.
# Packages: Microsoft.ML.ImageAnalytics 5.0.1 (asks for SkiaSharp 2.88 or newer), SkiaSharp 3.119.4.
# Guess: NuGet warns of, or the loader refuses, another major version; or else, as SkiaSharp kept these methods, all works.
# Behaviour: restore, build and load are quiet, and loading, saving and sizes work. One property, MLImage.Pixels, throws:
# it calls a method whose signature changed. So does ExtractPixels, with it each pipeline (dotnet/machinelearning issue 7413).
# Seen on 2026-11-28:
# > Save: done
# > CreateFromFile: 2 by 1
# > GetBGRPixels: 3 2 1 6 5 4
# > Pixels: MissingMethodException
# > ExtractPixels: MissingMethodException
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.ImageAnalytics=5.0.1 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

using MLImage image = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [1, 2, 3, 255, 4, 5, 6, 255]);
Try("Save", () => { image.Save("a.png"); return "done"; });
Try("CreateFromFile", () => { using MLImage file = MLImage.CreateFromFile("a.png"); return $"{file.Width} by {file.Height}"; });
Try("GetBGRPixels", () => string.Join(" ", image.GetBGRPixels));
Try("Pixels", () => string.Join(" ", image.Pixels.ToArray()));
Try("ExtractPixels", () =>
{
    var ml = new MLContext();
    IDataView data = ml.Data.LoadFromEnumerable([new Row { Image = image }]);
    return string.Join(" ", ml.Transforms.ExtractPixels("Numbers", "Image").Fit(data).Transform(data).GetColumn<float[]>("Numbers").First());
});

static void Try(string name, Func<string> action)
{
    try { Console.WriteLine($"{name}: {action()}"); }
    catch (MissingMethodException) { Console.WriteLine($"{name}: MissingMethodException"); }
}

class Row
{
    [ImageType(1, 2)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
