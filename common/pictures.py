"""A picture as it is seen: turned the way it was taken, whatever else its camera wrote beside it."""

from PIL import Image, ImageOps


def upright(picture: Image.Image) -> Image.Image:
    """A copy. What is written beside the points goes, once it has said the way up: Pillow would write it anew,
    and falls over what was written askew."""
    picture.load()
    picture.getexif()  # read, and remembered by the picture
    for kept in ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"):
        picture.info.pop(kept, None)
    return ImageOps.exif_transpose(picture)
