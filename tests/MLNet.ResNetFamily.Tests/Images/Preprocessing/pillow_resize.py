"""Prints the rows of ImageResizerTests: what Pillow makes of a picture drawn by formula. Run with a Python that has Pillow (9.4 was used)."""
import base64

import numpy as np
from PIL import Image


def draw(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * 37 + y * 59 + c * 101 + x * y * 7) % 256).astype(np.uint8)


for size in [(1, 1, 4, 3), (3, 2, 7, 5), (16, 12, 5, 4), (40, 30, 9, 8), (7, 90, 3, 8), (90, 7, 8, 3), (33, 5, 10, 12)]:
    width, height, new_width, new_height = size
    for name, filter in ("Bilinear", Image.BILINEAR), ("Bicubic", Image.BICUBIC):
        pixels = Image.fromarray(draw(width, height)).resize((new_width, new_height), filter).tobytes()
        print(f'    [DataRow({width}, {height}, {new_width}, {new_height}, Interpolation.{name},\n        "{base64.b64encode(pixels).decode()}")]')
