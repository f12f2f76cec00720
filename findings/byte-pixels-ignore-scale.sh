#!/usr/bin/env bash
# ExtractPixels with an offset and a scale, once as floats and once as bytes, for a network that takes bytes.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: outputAsFloatArray: false rounds (pixel - offset) * scale to a byte, or throws when an offset or scale is
# given as well.
# Behaviour: with bytes, offset and scale are ignored without a word.
# Seen on 2026-11-28 (pixel 110 120 130, offset 100, scale 0.5):
# > floats: 5 10 15
# > bytes: 110 120 130
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

var ml = new MLContext();
Console.WriteLine("floats: " + string.Join(" ", Extract<float>(true)));
Console.WriteLine("bytes: " + string.Join(" ", Extract<byte>(false)));

T[] Extract<T>(bool floats)
{
    IDataView data = ml.Data.LoadFromEnumerable([new Row { Image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [110, 120, 130, 255]) }]);
    return ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 100, scaleImage: 0.5f, outputAsFloatArray: floats)
        .Fit(data).Transform(data).GetColumn<T[]>("Pixels").First();
}

class Row
{
    [ImageType(1, 1)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
