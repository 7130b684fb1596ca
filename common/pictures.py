"""Turns a picture the right way up, and drops what the camera wrote beside it."""

from PIL import Image, ImageOps


def upright(picture: Image.Image) -> Image.Image:
    """A copy of the picture, the right way up. What is stored beside the pixels is dropped once it has said how to
    turn it: Pillow would write it again, and fails on what was written badly."""
    picture.load()
    picture.getexif()  # read, and remembered by the picture
    for kept in ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"):
        picture.info.pop(kept, None)
    return ImageOps.exif_transpose(picture)
