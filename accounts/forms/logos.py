"""A logo may come in any picture format; what is stored is a small PNG that the site has drawn again itself."""

import hashlib
import secrets
from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from common.pictures import upright

HEAVIEST = 3 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 256
FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]


class LogoField(forms.FileField):
    """A logo, judged by its content and never by its name. What the file holds besides the picture is dropped."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"})

    def to_python(self, data: Any) -> ContentFile | None:
        sent = super().to_python(data)
        return None if sent is None else redraw(sent)


def redraw(sent: File) -> ContentFile:
    """The picture as a PNG of 256 pixels at the most. Raises ValidationError with the reason."""
    if sent.size > HEAVIEST:
        raise ValidationError(_("This picture is too heavy: three megabytes at the most."))
    return drawn_again(sent, side=SIDE, kind="PNG")


def drawn_again(sent: File, *, side: int, kind: str) -> ContentFile:
    """The picture in a format of Pillow's, of `side` pixels at the most, without what its file held besides. Raises
    ValidationError with the reason."""
    try:
        with Image.open(sent, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # known before it is decoded
                raise ValidationError(_("This picture is too large: make it smaller first."))
            again = upright(picture).convert("RGBA")
    except UnidentifiedImageError:
        raise ValidationError(
            _("We can’t read this picture: send a PNG, JPEG, WebP or GIF file.")
        ) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValidationError(_("This picture is damaged: save it again, then send it.")) from None
    again.thumbnail((side, side))
    drawn = BytesIO()
    again.save(drawn, kind, optimize=True)
    content = drawn.getvalue()
    said = hashlib.sha256(content).hexdigest()  # accounts.storage reads it there
    return ContentFile(content, name=f"{secrets.token_hex(8)}-{said}.{kind.lower()}")
