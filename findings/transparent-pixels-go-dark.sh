#!/usr/bin/env bash
# A PNG with transparency as input of a network that takes red, green and blue.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: ExtractPixels drops the alpha channel and keeps the colours as they are in the file (as Pillow's
# convert("RGB") does): 200 100 50 three times.
# Behaviour: decoding multiplies the colours by their alpha, which ExtractPixels then drops. The half-transparent pixel
# comes out half as bright, the transparent one black: what a model saw in training elsewhere is not what it gets here.
# Seen on 2026-11-28:
# > opaque 200 100 50, half transparent 100 50 25, transparent 0 0 0
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

using (var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
{
    for (int x = 0; x < 3; x++)
        bitmap.SetPixel(x, 0, new SKColor(200, 100, 50, (byte)(x == 0 ? 255 : x == 1 ? 128 : 0)));
    using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
    File.WriteAllBytes("a.png", png.ToArray());
}
var ml = new MLContext();
IDataView data = ml.Data.LoadFromEnumerable([new Row { Image = MLImage.CreateFromFile("a.png") }]);
float[] pixels = ml.Transforms.ExtractPixels("Pixels", "Image", interleavePixelColors: true)
    .Fit(data).Transform(data).GetColumn<float[]>("Pixels").First();
Console.WriteLine(string.Join(", ", new[] { "opaque", "half transparent", "transparent" }.Select((name, i) =>
    $"{name} {string.Join(" ", pixels.Skip(i * 3).Take(3))}")));

class Row
{
    [ImageType(1, 3)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
