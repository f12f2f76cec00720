#!/usr/bin/env bash
# Does ResizeImages give the same pixels after an update from ML.NET 5 to 6?
# Packages: Microsoft.ML.ImageAnalytics 5.0.1 with SkiaSharp 2.88.9, Microsoft.ML.ImageAnalytics 6.0.0 with SkiaSharp 3.119.4.
# Guess: yes, up to rounding. Both average when they shrink (IsoCrop, the default kind), so a picture with one white
# column in eight, shrunk to an eighth, is dark grey (255 / 8 = 31) wherever in the eight the white column is.
# Behaviour: only version 5 averages. Version 6 interpolates between the two pixels nearest to a new pixel's centre, so
# the white column either makes the whole picture mid-grey or vanishes. Features computed on one version's pixels are
# not those of the other's.
# Seen on 2026-11-28 (the white column's place among the eight, then the pixel values that came of it):
# > 5.0.1  0:31 1:31 2:31 3:31 4:31 5:31 6:31 7:31
# > 6.0.0  0:0 1:0 2:0 3:136 4:136 5:0 6:0 7:0
source "$(dirname "$0")/project.sh"

program=$(cat <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

var ml = new MLContext();
Console.Write(args[0] + " ");
for (int white = 0; white < 8; white++)
{
    byte[] pixels = new byte[64 * 64 * 4];
    for (int i = 0; i < 64 * 64; i++)
        pixels.AsSpan(i * 4, 4).Fill(i % 8 == white ? (byte)255 : (byte)0);
    for (int i = 3; i < pixels.Length; i += 4)
        pixels[i] = 255;
    var data = ml.Data.LoadFromEnumerable([new Row { Image = MLImage.CreateFromPixels(64, 64, MLPixelFormat.Rgba32, pixels) }]);
    var pipeline = ml.Transforms.ResizeImages("Image", 8, 8).Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
    float[] small = pipeline.Fit(data).Transform(data).GetColumn<float[]>("Pixels").First();
    Console.Write($" {white}:{string.Join("/", small.Distinct())}");
}
Console.WriteLine();

class Row
{
    [ImageType(64, 64)]
    public MLImage Image { get; set; }
}
END
)
project five Microsoft.ML.ImageAnalytics=5.0.1 SkiaSharp=2.88.9 SkiaSharp.NativeAssets.Linux.NoDependencies=2.88.9 <<< "$program"
project six Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<< "$program"
{ run five 5.0.1; run six 6.0.0; } | as_seen
