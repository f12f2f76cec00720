// What all of these stories need: drawn images, and HTML to show them in. Notebooks take it by #!import, programs of one file by #:include.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.Data;

/// <summary>Draws images: a bright shape of any color, size and place on a dark noisy ground. Only the shape tells the classes apart.</summary>
public static class Shapes
{
    /// <summary>A folder for what a story writes.</summary>
    public static string Folder { get; } = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "resnetfamily-notebook")).FullName;

    /// <summary>Draws a folder with one folder of square images for each shape; the same arguments give the same images.</summary>
    public static string DrawFolder(string name, string[] shapes, int perClass, int seed, int size = 32)
    {
        var folder = Path.Combine(Folder, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var random = new Random(seed);
        foreach (var shape in shapes)
        {
            Directory.CreateDirectory(Path.Combine(folder, shape));
            for (var i = 0; i < perClass; i++)
            {
                using var image = DrawOne(shape, size, random);
                image.Save(Path.Combine(folder, shape, $"{i:000}.png"));
            }
        }
        return folder;
    }

    private static MLImage DrawOne(string shape, int size, Random random)
    {
        var (radius, left, top) = (size * (.22 + .12 * random.NextDouble()), size * (.36 + .28 * random.NextDouble()), size * (.36 + .28 * random.NextDouble()));
        var color = Enumerable.Range(0, 3).Select(_ => 110 + random.Next(140)).ToArray();
        var ground = Enumerable.Range(0, 3).Select(_ => 20 + random.Next(60)).ToArray();
        var rgba = new byte[size * size * 4];
        for (var i = 0; i < rgba.Length; i++)
        {
            var (x, y) = ((i / 4 % size - left) / radius, (i / 4 / size - top) / radius);
            rgba[i] = i % 4 == 3 ? (byte)255 : (byte)Math.Clamp((IsInside(shape, x, y) ? color : ground)[i % 4] + random.Next(-20, 21), 0, 255);
        }
        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, rgba);
    }

    // x and y run from -1 to 1 over the shape.
    private static bool IsInside(string shape, double x, double y) => shape switch
    {
        "disk" => x * x + y * y < 1,
        "square" => Math.Abs(x) < .85 && Math.Abs(y) < .85,
        "triangle" => y < .8 && y > -.9 + 2 * Math.Abs(x),
        "cross" => Math.Min(Math.Abs(x), Math.Abs(y)) < .3 && Math.Max(Math.Abs(x), Math.Abs(y)) < 1,
        "ring" => x * x + y * y is > .4 and < 1,
        "diamond" => Math.Abs(x) + Math.Abs(y) < 1,
        "bars" => Math.Abs(x) is > .4 and < .9 && Math.Abs(y) < .9,
        "corner" => Math.Max(Math.Abs(x), Math.Abs(y)) < .9 && Math.Min(x, y) < -.35,
        _ => throw new ArgumentException($"No shape is named '{shape}'.", nameof(shape)),
    };
}

/// <summary>Puts images and plots into HTML.</summary>
public static class Page
{
    /// <summary>Images in a row, each with a line of text under it.</summary>
    public static string Row(IEnumerable<(byte[] Png, string Text)> images) => "<div style='display:flex;flex-wrap:wrap;gap:8px'>" + string.Concat(images.Select(p =>
        $"<figure style='margin:0;text-align:center'><img width='88' alt='{p.Text}' style='image-rendering:pixelated' src='data:image/png;base64,{Convert.ToBase64String(p.Png)}'><figcaption>{p.Text}</figcaption></figure>")) + "</div>";

    /// <summary>Saves a page with a title and parts below each other, and says where it is.</summary>
    public static void Save(string title, IEnumerable<string> parts)
    {
        var path = Path.Combine(Shapes.Folder, $"{title}.html");
        File.WriteAllText(path, $"<!DOCTYPE html><html lang='en'><meta charset='utf-8'><title>{title}</title><body style='font-family:system-ui,sans-serif;max-width:800px;margin:auto'><h1>{title}</h1>{string.Join('\n', parts)}</body></html>");
        Console.Error.WriteLine($"Images and plots: {path}");
    }
}
