#!/usr/bin/env bash
# A square picture resized to a smaller square: IsoPad has nothing to pad, IsoCrop nothing to crop, Fill nothing to squeeze.
# Packages: Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: the kind says only what happens to the shape, so all three give the same pixels: a ramp comes out
# smooth, and a fine chessboard turns grey.
# Behaviour: the kind also picks the filter. Fill takes the nearest pixel as it is, halving a chessboard to plain black
# and doubling a ramp in steps; the other two blend.
# Seen on 2026-11-28:
# > chessboard 64 to 32  IsoPad 127..128  IsoCrop 127..128  Fill 0..0
# > ramp 4 to 8  IsoPad 0 14 44 75 105 136 166 181  IsoCrop 0 14 44 75 105 136 166 181  Fill 0 0 60 60 120 120 180 180
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Kind = Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind;

var ml = new MLContext();
Console.Write("chessboard 64 to 32");
foreach (Kind kind in Enum.GetValues<Kind>())
{
    float[] pixels = Resized(64, 32, kind, (x, y) => (x + y) % 2 * 255);
    Console.Write($"  {kind} {pixels.Min()}..{pixels.Max()}");
}
Console.Write("\nramp 4 to 8");
foreach (Kind kind in Enum.GetValues<Kind>())
    Console.Write($"  {kind} {string.Join(" ", Resized(4, 8, kind, (x, y) => x * 60).Take(8))}");
Console.WriteLine();

float[] Resized(int from, int to, Kind kind, Func<int, int, int> grey)
{
    byte[] pixels = new byte[from * from * 4];
    for (int i = 0; i < from * from; i++)
    {
        pixels.AsSpan(i * 4, 3).Fill((byte)grey(i % from, i / from));
        pixels[i * 4 + 3] = 255;
    }
    // The size of the type does not matter here: ResizeImages looks at each picture.
    var data = ml.Data.LoadFromEnumerable([new Row { Image = MLImage.CreateFromPixels(from, from, MLPixelFormat.Rgba32, pixels) }]);
    var pipeline = ml.Transforms.ResizeImages("Image", to, to, resizing: kind)
        .Append(ml.Transforms.ExtractPixels("Red", "Image", ImagePixelExtractingEstimator.ColorBits.Red));
    return pipeline.Fit(data).Transform(data).GetColumn<float[]>("Red").First();
}

class Row
{
    [ImageType(64, 64)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
