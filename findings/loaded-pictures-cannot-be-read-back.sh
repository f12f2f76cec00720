#!/usr/bin/env bash
# The pictures that LoadImages makes, read into objects with CreateEnumerable, to show or check them.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: a property of type MLImage takes them, as such a property feeds them in; with [ImageType(height, width)]
# if need be.
# Behaviour: neither works. Without the attribute the type is unknown; with it the column, which has no known size, is
# "not yet supported". Only behind ResizeImages, with the very size in the attribute, can the same picture be read.
# Seen on 2026-11-28:
# > plain: ArgumentOutOfRangeException
# > [ImageType(4, 4)]: NotImplementedException
# > [ImageType(4, 4)] behind ResizeImages to 4 by 4: 4
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

var ml = new MLContext();
using (MLImage image = MLImage.CreateFromPixels(4, 4, MLPixelFormat.Rgba32, new byte[64]))
    image.Save("a.png");
IDataView files = ml.Data.LoadFromEnumerable([new Row { Name = "a.png" }]);
IDataView loaded = ml.Transforms.LoadImages("Image", ".", "Name").Fit(files).Transform(files);
IDataView resized = ml.Transforms.ResizeImages("Image", 4, 4).Fit(loaded).Transform(loaded);
Console.WriteLine("plain: " + Try(() => ml.Data.CreateEnumerable<Plain>(loaded, false).First().Image.Width));
Console.WriteLine("[ImageType(4, 4)]: " + Try(() => ml.Data.CreateEnumerable<Sized>(loaded, false).First().Image.Width));
Console.WriteLine("[ImageType(4, 4)] behind ResizeImages to 4 by 4: " + Try(() =>
{
    foreach (Sized row in ml.Data.CreateEnumerable<Sized>(resized, false))
        return row.Image.Width;
    return null;
}));

static string Try(Func<object> action)
{
    try { return $"{action()}"; }
    catch (Exception e) { return e.GetType().Name; }
}

class Row
{
    public string Name { get; set; }
}

class Plain
{
    public MLImage Image { get; set; }
}

class Sized
{
    [ImageType(4, 4)]
    public MLImage Image { get; set; }
}
END
run app | as_seen
