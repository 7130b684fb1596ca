"""Pictures that we keep, drawn again as small as a page needs them."""

import base64
from functools import lru_cache
from io import BytesIO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from PIL import Image

from accounts.storage import FilesAway
from common.pictures import upright

MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@lru_cache(maxsize=200)
def small(path: str, side: int) -> bytes:
    """The kept picture of this path, of so many pixels at the most; b"" without one, or one that can't be read. A path's
    picture never changes: another one has another name."""
    if not path:
        return b""
    try:
        with default_storage.open(path) as kept:
            return drawn_small(kept, side)
    except FilesAway:  # not for long: nothing is remembered of it
        raise
    except (OSError, SuspiciousFileOperation):
        return b""


def drawn_small(kept: File, side: int) -> bytes:
    """The picture, the right way up, as a PNG where one sees through it and as a JPEG otherwise; b"" where it can't be
    read."""
    try:
        with Image.open(kept, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # known before it is decoded
                return b""
            drawn = _drawn(picture, side)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    return drawn


def _drawn(picture: Image.Image, side: int) -> bytes:
    picture.draft("RGB", (side, side))
    turned = upright(picture).convert("RGBA")
    turned.thumbnail((side, side))
    written = BytesIO()
    if turned.getchannel("A").getextrema() == (255, 255) and picture.format == "JPEG":
        turned.convert("RGB").save(written, "JPEG", quality=85, optimize=True)
    else:
        turned.save(written, "PNG", optimize=True)
    return written.getvalue()


def type_of(picture: bytes) -> str:
    """What `drawn_small` has written, as the web names it."""
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"


def as_data(picture: bytes) -> str:
    """The picture within an address."""
    return f"data:{type_of(picture)};base64,{base64.b64encode(picture).decode()}"


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(picture)) as read:
        return read.size


def in_svg(picture: bytes) -> bytes:
    """The picture within a drawing: the typesetter takes files of text alone from memory."""
    wide, tall = size_of(picture)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}">'
        f'<image width="{wide}" height="{tall}" href="{as_data(picture)}"/></svg>'
    ).encode()
