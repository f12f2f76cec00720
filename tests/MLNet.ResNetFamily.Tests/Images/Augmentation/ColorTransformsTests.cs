namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ColorTransformsTests
{
    // Expected pixels come from pillow_augment.py beside this file.
    [TestMethod]
    [DataRow("Brightness", 0.3,
        "AB48CylHFjQGIT8RLEocNwknQhQyAB89DCpIETABHj0OLEobOQopRhg2BiVDFDIDIT8RLgAeI0ETMgQiQhMxBCJBEzIDI0ESMgMiQRMxBCJANQYkRhg2CylHHDoM" +
        "LUwdPxAvAyJAFTMFJkUWRhg2DStKIT8QNAYkSBk3Di1LIkASNQclSRo5CypIIT8RNggmTB48FTMFKkkaQBIwCSdFHj0OHTsNNQYkAB48FzYHLwAfRxg2EjABKUgZ" +
        "QRIx")]
    [DataRow("Contrast", 0.3,
        "WHeVZIKgb41eephqhaN1kGGAm22LWXiWZIOhaohad5ZnhaN0kmOCn3CPX36cbYtcephqh1h3fJpsi117mmyKXXuabItcfJpri1x7mmyKXXuZjl99n3CPZIKgdZNl" +
        "hqV2mGmIXHuZboxef51vn3GPZoSjeZhpjV59oHKQZ4Wke5lqjmB+onORZIKhephqj2F/pXaVboxeg6JzmWqJYoCed5ZndpRmjl99WHeVcI5giFl4oHGPaolagqBy" +
        "mmuK")]
    [DataRow("Saturation", 0.3,
        "OVd2Xnybb41elLKDudeodUZkmmuJPFp5YX+eYH5PjKp7uNane0xqp3iWUG6NaIZXlLKDVyhGm7mKZTZUmGmHSGaFZ4VWmriJZDVTl2iGR2WEbT5cp3iWXnybhKJz" +
        "vtytj2B+RmSDbIpbpsSVqHmXZoSjk7GCazxarH2baoinl7WGb0BesIGfYH6dlLKDc0Riu4yqbIpbtNKjk2SCWHaVjKp7h6V2bT5cOVd2dJJjWitJqXqYYX9QsM6f" +
        "lmeF")]
    [DataRow("Sharpness", 0.3,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ7BMhcBro1t7s2uZTnypXoxEb5ximwBldttAm0VzslyYRoKvXZlDdbBajERyo1uJDnPYsRZ7wV6nTnzFbahS" +
        "i8ZxqWGPRHKtYpBIgeZL7FG2VoTNfKlhoUt5xnCeWpbDcq1ll0999Fm+J4zxb6pim0WBx2SfcJBIj7xnrWWTVoSxZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Brightness", 1.0,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ8wxk/hdvySJ61C1F3zhQ6gNb9Q5mwBldttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYsRZ761C1JYrvX8Qp" +
        "mf5j0zidDXLXR6wRgeZL7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+J4zxb9Q5txyB/2TJR6wRj/RZ1zyhH4TpZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Contrast", 1.0,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ8wxk/hdvySJ61C1F3zhQ6gNb9Q5mwBldttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYsRZ761C1JYrvX8Qp" +
        "mf5j0zidDXLXR6wRgeZL7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+J4zxb9Q5txyB/2TJR6wRj/RZ1zyhH4TpZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Saturation", 1.0,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ8wxk/hdvySJ61C1F3zhQ6gNb9Q5mwBldttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYsRZ761C1JYrvX8Qp" +
        "mf5j0zidDXLXR6wRgeZL7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+J4zxb9Q5txyB/2TJR6wRj/RZ1zyhH4TpZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Sharpness", 1.0,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ8wxk/hdvySJ61C1F3zhQ6gNb9Q5mwBldttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYsRZ761C1JYrvX8Qp" +
        "mf5j0zidDXLXR6wRgeZL7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+J4zxb9Q5txyB/2TJR6wRj/RZ1zyhH4TpZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Brightness", 1.7,
        "AKv/Pur/ff8ivP9g+/+f/zPe/3H/BbD/RO//ZP8Ir/9T+f+e/z3o/4j/J9L/cf8WvP9g/wCryP9s/xfD/27/GcX/cP8Uxv9r/xbB/2z/F8P//yXR/4j/Pur/of9F" +
        "//+o/1//FsH/eP8c2/9//4n/TPj/u/9f/yLN/5D/U///wf9m/yjU/5f/Qu7/vP9g/y/b/6r/eP8c8/+X/2b/NOD/r/9Tpv9K/yXRAKv/hv8q/wWw/4v/Zv8K7P+Q" +
        "/2v/")]
    [DataRow("Contrast", 1.7,
        "AFL+AJH/JNAAY/8Iov9G4QCF/xnEAFf/AJb/C7cAVv8Aof9F6wCQ/y/aAHn/GcQAY/8IrgBSb/8TxgBq/xXBAGz/F8MAbv8SxABo/xO/AGr/1AB4/y/aAJH/SPQA" +
        "q/9P/wayAGj/H8sAgv8m/zDcAJ//Yv8G0AB0/zfjAKb/aP8N1wB7/z7qAJX/Y/8I3gCC/1H8H8sAmv8+/w24AIf/Vv8ATfkA1AB4AFL+LdkAswBX/zLeDbgAk/83" +
        "/xK9")]
    [DataRow("Saturation", 1.7,
        "AHL/AJf/JNAASfUAbv8T/ACh/xrGAHX/AJr/FcEAQe0Abf8S/wCn/yfTAIn/HckASfUA3gCDUPwA7ACR/xjEAIH/HMgAT/sA6wCQ/xfDAID/9ACZ/yfTAJf/OeUA" +
        "c/8Y/w+7AH//Ic0AW/8A/yjUAJ//SPQA8gCX/yzYAKP/TPgA9gCb/zDcAJn/SfUA+gCf/zvnIc0Aaf8O/xO/AJH/Qe0APOgA9ACZAHL/KdUA4QCG/ynVFsIAZf8K" +
        "/xbC")]
    [DataRow("Sharpness", 1.7,
        "AGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jNKI3yO6AFZ+cVof9P2gCX/zTQAHz/J8MAb/8PmwBldttAtwBz/yW0AGb/JrUAdf8jwwBy/yTADnPYsRZ7/0LDAJj/Ud8A" +
        "p/9V/A6rAHL/K8cAgeZL7FG2A6D/YPwOvQB5/znVB5b/cv8SzgB99Fm+J4zxb/0P0gCB/2TyHccAj/9L/xKvAIT/Z8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV" +
        "2j+k")]
    [DataRow("Hue", -0.4,
        "ucoA3u8lrxWF1Dmq+V/PHrmwQ97VvM0D4fIpoAV2zDKi+F3OJb+2UOvi0OEYqA1+1DmqAJuS20CxD6mgQtzTyNkPpwx92j+wDaifQNvSx9gOFrGoUOvi3u8lxCqa" +
        "/mTUONPKxtcNrBKC5ky8Uezj5vcu0zipFa+mVvDn6vsx1z2tGbOqWvTr4PEo1DmqHbeuZP/2rBKC9FrKPdfO2OkfzDKixyydFrGoucoAtBmKA56VU+3koQZ38FbG" +
        "P9rR")]
    [DataRow("Hue", -0.05,
        "AKLKJcfvd68VnNQ5wflfuR6w3kPVA6XNKcryZ6AFlMwywPhdvyW261DiGLnhcKgNnNQ5mwCSo9tAqQ+g3ELTD7HZb6cMoto/qA2f20DSDrDYsRao61DiJcfvjMQq" +
        "xv5k0zjKDa/XdKwSruZM7FHjLs/3m9M4rxWm8FbnMdP7n9c9sxmq9FrrKMnxnNQ5tx2u/2T2dKwSvPRa1z3OH8HplMwyj8cssRaoAKLKfLQZngOV7VPkaaEGuPBW" +
        "2j/R")]
    [DataRow("Hue", 0.25,
        "wwDK6CXvFZuvOcDUX+X5uZoe3r9DxgPN6ynyBYygMrjMXeT4v6Al68xQ2hjhDZSoOcDUm3wAQMfbqYoP3L1C0g/ZDJOnP8baqIkN27xA0Q7YsZIW68xQ6CXvKrDE" +
        "ZOr+07Q40A3XEpisTNLm7M1R8C73OL/Tr5AV8NFW9DH7PcPXs5QZ9NVa6ijxOcDUt5gd/+BkEpisWuD017g94h/pMrjMLLPHsZIWwwDKGaC0nn8D7c5TBo2hVtzw" +
        "2rs/")]
    [DataRow("Posterize", 3,
        "AGDAIIDgQKAAYMAggOBAoACAwECgAGDAIIDgIKAAYMAggOBAoCCA4ECgAGDgQKAAYMAggABgYMBAoABgwECgAGDAQKAAYMAgoABgwECgAGDAoABg4ECgIIDgQMAg" +
        "gOBgwCCAAGDAQKAAgOBA4ECgIIDgYMAgoABg4ECgIIDgYMAgoABg4ECgIIDgYMAgoACA4GDAQKAAgOBAwCCgAIDgYMAgYMAgoABgAGDAQKAAgABg4ECgIKAAgOBA" +
        "wCCg")]
    [DataRow("Solarize", 128.4,
        "AGU1JXUQSlAUbys5awZeRh58IUNXA2gyKHINO18FZzMxbAddQCR2FFBKF3weQ1cNbys5ZABldiRAVg5zI0FZD3QmQlgMdSU/Vw1yJEBaDnMnThZ7FFBKJXUQXzsp" +
        "ZgFjLDhiDXIoR1MRfhlLE1FJLW0Ibiw4UBR5D1VFMWkEcig8TBh9C1lBJ3MObys5SBx+AGQ2R1MRcAtZKDxeH3sWZzMxYjgsThZ7AGU1T0sZYQNoElJIPF4GdA9V" +
        "JT9b")]
    [DataRow("AutoContrast", 0,
        "AGTNJIvySLAPb9Q3k/tdtx6C3kKrA2fQJ471OaAAZs4uk/hdvSSI6k63FXzmQqkJb9Q3mQBjdd0+qAxz2z+nD3PcQqYJddo+qAxz2z+nDHPcsRV86k63JIvyXcUl" +
        "mf5j0jaeDHPZRa0MgeZK6lG3LZH7bNQ0rhJ58FS9MJf/ctc7sRh881jAJ4v1b9Q3txuC/2TNRa0MjfVX1TyhHoXsZs4uYMgosRV8AGTNTrYVnANm7VG6PKADivJT" +
        "2D+k")]
    [DataRow("Equalize", 0,
        "AID5IKD/S8sYcvI/pv9z0SWe+U3GAoL7JaX/UNAdd/dEp/901Smi+0/IBob/KKj/VdUifPxJqv931yukN7cEa+s4pP9x1yuk/1PMFJT/RcUScvI/rAB54zew/17X" +
        "G5v/TMwZgP9NsweA5jqz/2rjIqL/W9soiP9Vfv5LwRWO9krDDo7/RMQRfPxJvhKL80fADY3/Q8MQe/tIug6H8UW+C4v/QsIPevpHuAyF8ES9Cor/PLwJyByV/1PM" +
        "IKD/YeEuqf926z+4C4v/R8cUlv9j0yeg/2HaKqr/be06sweA90vEFJT/VtYjmf9m4TWu/3Lr/1bPKan/cfE+xhqT/1zVLKz/d/dEyh6X/2DZMLD/fv5LzSGa/2bf" +
        "NbUCg/9Q0yeg/27nOroHhv9T1yukIqL/cvI/zSGa/3LrR8cUoP9t7UG6G5v/a+s4xhqT/2PcPLwJl/9k5jqzFJT/YeEuug6H/1nSM7MAiP9VZOQxyByVAID5U9Mg" +
        "rwN8/1fQObkGmf9m8UW+J6f/gv9P4zewE5P/aek2yx+YAoL7WdkmsQV+/1zVPLwJrgJ7/17XSsoXsAR9/2HaTMwZsQV+/2PcUNAdsweA/2fgU9MgtwuE/2rjVtYj" +
        "ug6H/2/oW9sowRWO/3Lr70O8MLD/o/9w/1nST88cwRWOBob/Z+c03DCpGpr/g/9Q7UG6L6//ov9v/1jRTMwZvhKLBIT9ZOQx1yukEJD/gP9N80fAPLwJsweACIj/" +
        "b+885jqzLq7/p/90/2rjYeEu3jKrIqL/mf9m/1nSW9sozSGaGJj/iP9VUtIf0SWeH5//oP9t/2niaek26j63N7cEuAyFD4//hf9S/VHKWdkm1iqjJaX/pP9x/3Hq" +
        "be067EC5PLwJmP9l/2rjcPA9+k7HVtYj3jKrMLD/ug6HF5f/mf9m/2/ocvI/+0/IW9so4TWuM7MAwRWOGJj/nv9r/3Lr4DStOroHzCCZKqr/vhKLHZ3/qv93EJD/" +
        "nf9qBIT9hv9T/2PcdvZD/lLLZOQx80fAX98s5TmyRsYT1yuk/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3LriP9V/3Lr" +
        "iP9VNrYD3TGqSckW5jqzYOAt90vEaOg1/1PMd/dE/2fglf9iCIj/n/9sEpL/rQF6Hp7/xRmSLKz/0CSdPLwJ")]
    public void EqualsPillow(string change, double argument, string expected)
    {
        using var image = change switch
        {
            "AutoContrast" => PatternImages.Draw(9, 7, (x, y, c) => (byte)((byte)(x * 37 + y * 59 + c * 101 + x * y * 7) / 3 + 60)),
            "Equalize" => PatternImages.Pattern(20, 15),
            _ => PatternImages.Pattern(9, 7),
        };

        Action<RgbImage> apply = change switch
        {
            "Brightness" => image => ColorTransforms.Brightness(image, argument),
            "Contrast" => image => ColorTransforms.Contrast(image, argument),
            "Saturation" => image => ColorTransforms.Saturation(image, argument),
            "Sharpness" => image => ColorTransforms.Sharpness(image, argument),
            "Hue" => image => ColorTransforms.Hue(image, argument),
            "Posterize" => image => ColorTransforms.Posterize(image, (int)argument),
            "Solarize" => image => ColorTransforms.Solarize(image, argument),
            "AutoContrast" => ColorTransforms.AutoContrast,
            _ => ColorTransforms.Equalize,
        };
        apply(image);

        CollectionAssert.AreEqual(Convert.FromBase64String(expected), image.PixelSpan.ToArray());
    }

    [TestMethod]
    public void OneColorStaysAsItIsWhereThereIsNothingToStretch()
    {
        using var image = PatternImages.Plain(8, 8, 10, 20, 30);
        var before = image.PixelSpan.ToArray();

        ColorTransforms.AutoContrast(image);
        ColorTransforms.Equalize(image);

        CollectionAssert.AreEqual(before, image.PixelSpan.ToArray());
    }
}
