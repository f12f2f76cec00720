#!/usr/bin/env bash
# Storing training pictures at the best quality there is.
# Package: SkiaSharp 3.119.4.
# Guess: 100 means the same for JPEG and WebP, nearly but not quite the pixels: off by a few levels, WebP no better than JPEG.
# Behaviour: at 100 WebP turns lossless, while JPEG still keeps only a quarter of the colour samples: red and blue columns
# side by side become two purples. Only SKJpegEncoderOptions with Downsample444 keeps them (within 1).
# Seen on 2026-11-28 (a red pixel and its blue neighbour):
# > Webp 100: #ffff0000 #ff0000ff
# > Jpeg 100: #ff961896 #ff670067
# > Jpeg 100 with Downsample444: #fffe0000 #ff0000fe
source "$(dirname "$0")/project.sh"

project app SkiaSharp=3.119.4 SkiaSharp.NativeAssets.Linux.NoDependencies=3.119.4 <<'END'
using SkiaSharp;

using var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
for (int i = 0; i < 32 * 32; i++)
    bitmap.SetPixel(i % 32, i / 32, i % 2 == 0 ? SKColors.Red : SKColors.Blue);
using SKPixmap pixels = bitmap.PeekPixels();
Show("Webp 100", bitmap.Encode(SKEncodedImageFormat.Webp, 100));
Show("Jpeg 100", bitmap.Encode(SKEncodedImageFormat.Jpeg, 100));
Show("Jpeg 100 with Downsample444", pixels.Encode(new SKJpegEncoderOptions(100, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)));

static void Show(string name, SKData file)
{
    using SKBitmap decoded = SKBitmap.Decode(file);
    Console.WriteLine($"{name}: {decoded.GetPixel(16, 16)} {decoded.GetPixel(17, 16)}");
    file.Dispose();
}
END
run app | as_seen
