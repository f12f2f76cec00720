"""Prints the rows of PictureColoursTests and PictureWarpTests: what Pillow and torchvision make of a picture drawn by formula.
Run with a Python that has both (Pillow 9.4 and torchvision 0.14 were used)."""
import base64
import math

import numpy as np
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F


def draw(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return Image.fromarray(((x * 37 + y * 59 + c * 101 + x * y * 7) % 256).astype(np.uint8))


picture = draw(9, 7)
soft = Image.fromarray((np.asarray(picture) // 3 + 60).astype(np.uint8))    # leaves room for AutoContrast
bilinear = InterpolationMode.BILINEAR


def shear(image, x, y):
    degrees = [math.degrees(math.atan(x)), math.degrees(math.atan(y))]
    return F.affine(image, 0.0, [0, 0], 1.0, degrees, bilinear, center=[0, 0])


def row(name, *arguments):
    image, values = arguments[-1], "".join(f"{value}, " for value in arguments[:-1])
    encoded = base64.b64encode(image.tobytes()).decode()
    lines = " +\n".join(f'        "{encoded[i:i + 124]}"' for i in range(0, len(encoded), 124))
    print(f'    [DataRow("{name}", {(values or "0, ").rstrip()}\n{lines})]')


for factor in 0.3, 1.0, 1.7:
    row("Brightness", factor, F.adjust_brightness(picture, factor))
    row("Contrast", factor, F.adjust_contrast(picture, factor))
    row("Saturation", factor, F.adjust_saturation(picture, factor))
    row("Sharpness", factor, F.adjust_sharpness(picture, factor))
for shift in -0.4, -0.05, 0.25:
    row("Hue", shift, F.adjust_hue(picture, shift))
row("Posterize", 3, F.posterize(picture, 3))
row("Solarize", 128.4, F.solarize(picture, 128.4))
row("AutoContrast", F.autocontrast(soft))
row("Equalize", F.equalize(draw(20, 15)))
print()
row("Rotate", 30, F.rotate(picture, 30, bilinear))
row("Rotate", -115.5, F.rotate(picture, -115.5, bilinear))
row("ShearX", 0.3, shear(picture, 0.3, 0))
row("ShearY", -0.7, shear(picture, 0, -0.7))
row("TranslateX", 3, F.affine(picture, 0.0, [3, 0], 1.0, [0.0, 0.0], bilinear))
row("TranslateY", -2, F.affine(picture, 0.0, [0, -2], 1.0, [0.0, 0.0], bilinear))
row("Mirror", F.hflip(picture))
row("TurnUpsideDown", F.vflip(picture))
