using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.StandIns.Tests.Imaging;

/// <summary>A folder of a test's own, gone when the test is over; and the pictures to put there.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("standins-").FullName;

    /// <summary>A picture that grows smoothly in red to the right, in green downwards, in blue both ways.</summary>
    public static MLImage Gradient(int width, int height) => Draw(width, height, (x, y) => ((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)(x + y)));

    public static MLImage Draw(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> color)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < width * height; i++)
        {
            var (red, green, blue) = color(i % width, i / width);
            (pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2], pixels[i * 4 + 3]) = (blue, green, red, 255);
        }
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Saves a picture and returns its path.</summary>
    public string Save(string name, MLImage image)
    {
        using (image)
            image.Save(File(name));
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
