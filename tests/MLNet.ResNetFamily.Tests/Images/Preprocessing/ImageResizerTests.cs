namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ImageResizerTests
{
    // Expected pixels come from pillow_resize.py beside this file.
    [TestMethod]
    [DataRow(1, 1, 4, 3, Interpolation.Bilinear,
        "AGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXK")]
    [DataRow(1, 1, 4, 3, Interpolation.Bicubic,
        "AGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXKAGXK")]
    [DataRow(3, 2, 7, 5, Interpolation.Bilinear,
        "AGXKBWrPFXrfJYrvNZqRRaozSq8UBmu2C3C7G4DMLJHcPKGJTLE3UbYbHoNoI4htNZp/RquQWL1rac5Fb9Q5NZoZO6AfTrMxYMVEc9hMhutTjPFWO6AFQaYL" +
        "VLkeZ8wxet9EjfJXk/hd")]
    [DataRow(3, 2, 7, 5, Interpolation.Bicubic,
        "AFvaAGLjDHH/HoP/MZaYQKUkR6wABGW5B2zCFnvfKY7jPaKMTLEsU7gGHH9kIYZsMpeERquQW8Bsa9BBc9gxM5gOO6AWTbIpY8g9eN1Miu9WkvdbPKIARaoA" +
        "V7wGbtMehOlAlvtenv9r")]
    [DataRow(16, 12, 5, 4, Interpolation.Bilinear,
        "cY1xgYZ6cnN7hYF/d22ChXWTiYSAhX+Ij3qDeXx4iXGCi2lriHl/j3uDhnl/iIyEiHx5dHaJk46ChIuD")]
    [DataRow(16, 12, 5, 4, Interpolation.Bicubic,
        "bo5xgod6bnB8iIN8dW6Eh3KUiYh/hH+Hk3mEdnp1hXGDjWZohnp/jnyGhXuAiZCDiXp4b3SOmJGChYqA")]
    [DataRow(40, 30, 9, 8, Interpolation.Bilinear,
        "e4l7ent8g3t/f3p/f3x5cn98bn94f3Z+eIV1iHSDiXx9jXuBhHN0gn5wdXqFaH95gISAeoaBh3x+fHV/jYaHin17gnp8eH19Znx/g4KDe36EkYN6jY2IkZiF" +
        "kYB9lYF2jYaAi52IkIN+jYN7eIN+hoOAc4GAdnZ6in99iHx4mIiFfHeFg3dzgXl7eH6CcYZ4e3V4iHl1iYCBl3J3g32Bi3qKgod9g4Z/eYl7f4KCi4R5in19" +
        "kXqFgYmAiICGgIh2eoF+g4KGgXqHkXx3Z5V4nGGhfZBgb4J1")]
    [DataRow(40, 30, 9, 8, Interpolation.Bicubic,
        "eot6eHt+g3t+fnt/fn16c3x+b4B3f3R+d4Z1iXCEi358jXqDhnBxgn5tcnuHaX52gYWCeYiAin1+enF+joeJjH17gXl8dnyAYnl+g4SEenyGlIJ4jI+Kk5+H" +
        "k399l4F0jYV/i6WKkoB+joR6c4J/iYJ9cH+Ac3N4ioGAiHp2m4qGeHWHg3ZwgXd7dXyDcYh4eHN4iXd0jICClnFxhXuDjXmLgod8hoWAeIx4fYOEjYR6i3x8" +
        "jnuFf4uBiYCIgol2eIB9hIKJg3iHlXx1Xpx2oFiqfZRZbIJ0")]
    [DataRow(7, 90, 3, 8, Interpolation.Bilinear,
        "gX2Fi314g3t9goN5gnx/hISChH1/gYCEen+FinyAiIGDfH6CfYl2iIR5h4V/hH5/iHl8hX58i4B9gXt+enl8fIp8gXuAe36F")]
    [DataRow(7, 90, 3, 8, Interpolation.Bicubic,
        "gHyHjX93gnl9goV4gnp+hYWChX2AgICFeH+Gi3t/iYOGen6Ce4p2ioR2iIR/g36BiXd7hX98jYB9gHt+eXh7e4p7gXuBe36G")]
    [DataRow(90, 7, 8, 3, Interpolation.Bilinear,
        "d4F5e32BdXp/fnl5gHd5fXx6gn1/hoeIhH2Eg3t2dYB4fIB9eXd8fnODfH6Dh4WBhn+AgHt3d4OAgYd/gXyAgoGKi4J8h3l0")]
    [DataRow(90, 7, 8, 3, Interpolation.Bicubic,
        "doJ3e32Ddnp/fnh4gnZ5e354g3yAh4iJhnyGg3p0c4F1e4B9eHZ7fW+De36Fh4eCh3+BgHx3d4SBg4l/gHyBg4KMjYR6h3dz")]
    [DataRow(33, 5, 10, 12, Interpolation.Bilinear,
        "NpuNk45vT4OdkaBpWXmnjKxmZXSugnpmd2CxapZmP52EkYtzV3+WjpxuYnaiiqlqaHKrf35pd2KrbJhjXKVnioKAcXF/g459gmqQgp11c2qjdIxxdWiXc59a" +
        "ea1JhHmNi2NoeX+MoV5/epKBfWKaaZp6c22DeaVRg5Bbe3x+gmhwfHWDjmtzdYSBfmOJZ5FxcmyAgI1Wi29zcoFsdW57gGt3dnpocHR/f2R4ZoZmcGp+h3Fd" +
        "kGGFcIhpcXd8g2l6bn5pd3N8g2psaoJpbnF8j2dlkmeSdJN1d4J0hnCNdnZ5iX93inVmc4Z8bYF6lm5skmyeeZqBfotvinadfm+FmIpxj35heoqMa494mnVz" +
        "jXSgg4qNiYKEkHaQind2kIhteoNjb4mBaY12iXx5h3yijnqZlXqZl3aEloBniIdoZYdlY4h1aIt1eIOAhX6ikXWdmHefmXaAmYJjhoZmX4hlYIhyZ4p0c4WC")]
    [DataRow(33, 5, 10, 12, Interpolation.Bicubic,
        "J5yRoY9pQIWonKReS3m0kbVYYnS7hnZZeF3AZZZjNaCEnItwTX+dlp9mWnSrjbBfZnC2gX1feF+1aJpfV61gkICEbm9/h5J6g2WXhaZwb2asdY9vd2Scb6VV" +
        "e7JDgnaTjWFkeYKMplqAe5eBeFydaZ9+dWmBeKpMiZZSd3eEiGJoeHaFl2Zwc4ODfF6KZJZ1c2d7gJNQjm11bX5qdWp5f2x0c3tlbm9+fmZ2Y4NlcGV8iHJa" +
        "klyLa4llb3R7hWl4ZX9od296hWxpaX5pbG57kWZik2GYb5tydIJvjG6RbHN8jYN1knFid4aCaIR4nGxqkmqgdqGBfIltkXOgd2yGm5Fxk3dgfoyQZZN2nXZy" +
        "jXShg46PiYOFlXeUiXR2lI1ren9jcouDZZF0in57iHygj3ialHqemHqDmX5kiYVnYIZoZIlyZ4xydYaChoCglHCfmXanmXt9oIJdhYNlVYlqX4lsZ4pybYmF")]
    public void EqualsPillow(int width, int height, int newWidth, int newHeight, Interpolation interpolation, string expected)
    {
        using var source = PatternImages.Pattern(width, height);

        using var resized = ImageResizer.Resize(source, newWidth, newHeight, interpolation);

        CollectionAssert.AreEqual(Convert.FromBase64String(expected), resized.PixelSpan.ToArray());
    }

    [TestMethod]
    public void TheSameSizeChangesNothing()
    {
        using var source = PatternImages.Pattern(31, 17);

        using var resized = ImageResizer.Resize(source, 31, 17, Interpolation.Bicubic);

        CollectionAssert.AreEqual(source.PixelSpan.ToArray(), resized.PixelSpan.ToArray());
    }

    [TestMethod]
    public void APartIsResizedAsIfItHadBeenCutOutBefore()
    {
        using var source = PatternImages.Pattern(40, 30);
        using var cut = PatternImages.Draw(13, 11, (x, y, c) => source.Pixels[((y + 5) * 40 + x + 7) * 3 + c]);
        using var expected = ImageResizer.Resize(cut, 6, 9, Interpolation.Bilinear);

        var resized = new byte[6 * 9 * 3];
        ImageResizer.Resize(source, new(7, 5, 13, 11), 6, 9, new(0, 0, 6, 9), Interpolation.Bilinear, resized);

        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), resized);
    }

    [TestMethod]
    public void AWantedRectangleIsThatOfTheWholeResult()
    {
        using var source = PatternImages.Pattern(40, 30);
        using var whole = ImageResizer.Resize(source, 25, 21, Interpolation.Bicubic);
        using var expected = PatternImages.Draw(8, 5, (x, y, c) => whole.Pixels[((y + 16) * 25 + x + 17) * 3 + c]);

        var resized = new byte[8 * 5 * 3];
        ImageResizer.Resize(source, new(0, 0, 40, 30), 25, 21, new(17, 16, 8, 5), Interpolation.Bicubic, resized);

        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), resized);
    }
}
