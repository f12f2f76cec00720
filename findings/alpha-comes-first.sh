#!/usr/bin/env bash
# Reading one colour picture with TorchVision's read_image in each of its modes.
# Packages: TorchVision 0.107.0, TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, SkiaSharp 2.88.6.
# Guess: as in torchvision for Python, bytes in every mode: RGB_ALPHA as red, green, blue, alpha; GRAY one channel,
# 0.299 r + 0.587 g + 0.114 b; GRAY_ALPHA two, grey and alpha.
# Behaviour: RGB_ALPHA puts alpha first. GRAY of a colour picture is a float from 0 to 1 (a grey file's would be bytes).
# GRAY_ALPHA has one channel only, into which alpha went as if it were red: an opaque black picture is not 0.
# Seen on 2026-11-28 (one opaque pixel, 200 100 50, and for the last line an opaque black one):
# > RGB: Byte [3,1,1] 200 100 50
# > RGB_ALPHA: Byte [4,1,1] 255 200 100 50
# > GRAY: Float32 [1,1,1] 0.49
# > GRAY_ALPHA: Float32 [1,1,1] 0.80
# > black GRAY_ALPHA: Float32 [1,1,1] 0.30
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchVision=0.107.0 TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 SkiaSharp=2.88.6 SkiaSharp.NativeAssets.Linux.NoDependencies=2.88.6 <<'END'
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;
using Mode = TorchSharp.torchvision.io.ImageReadMode;

torchvision.io.DefaultImager = new torchvision.io.SkiaImager();
Write("colour.png", new SKColor(200, 100, 50));
Write("black.png", SKColors.Black);
foreach (Mode mode in new[] { Mode.RGB, Mode.RGB_ALPHA, Mode.GRAY, Mode.GRAY_ALPHA })
    Console.WriteLine($"{mode}: {Read("colour.png", mode)}");
Console.WriteLine($"black GRAY_ALPHA: {Read("black.png", Mode.GRAY_ALPHA)}");

static void Write(string path, SKColor colour)
{
    using var bitmap = new SKBitmap(1, 1);
    bitmap.SetPixel(0, 0, colour);
    using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
    File.WriteAllBytes(path, png.ToArray());
}

static string Read(string path, Mode mode)
{
    using Tensor image = torchvision.io.read_image(path, mode), numbers = image.to(ScalarType.Float32).contiguous();
    return $"{image.dtype} [{string.Join(",", image.shape)}] "
        + string.Join(" ", numbers.data<float>().ToArray().Select(v => image.dtype == ScalarType.Byte ? $"{v}" : $"{v:F2}"));
}
END
run app | as_seen
