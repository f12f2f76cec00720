#!/usr/bin/env bash
# Caching a data view that has a column of pictures, to decode the files only once for several passes.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.ImageAnalytics 6.0.0, SkiaSharp 3.119.4.
# Guess: Cache keeps the decoded pictures in memory, or throws because it cannot. SaveAsBinary throws.
# Behaviour: both leave the column out without a word. The loss shows as "column not found" in a later step, or not at
# all when later steps need only the other columns.
# Seen on 2026-11-28:
# > data: Image, Name
# > cached: Name
# > saved and loaded: Name
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.ImageAnalytics=6.0.0 SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

var ml = new MLContext();
MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [10, 20, 30, 255]);
IDataView data = ml.Data.LoadFromEnumerable([new Row { Image = image, Name = "one" }]);
Console.WriteLine("data: " + Columns(data));
Console.WriteLine("cached: " + Columns(ml.Data.Cache(data)));
using (FileStream file = File.Create("data.idv"))
    ml.Data.SaveAsBinary(data, file);
Console.WriteLine("saved and loaded: " + Columns(ml.Data.LoadFromBinary("data.idv")));

static string Columns(IDataView view) => string.Join(", ", view.Schema.Select(column => column.Name));

class Row
{
    [ImageType(1, 1)]
    public MLImage Image { get; set; }
    public string Name { get; set; }
}
END
run app | as_seen
