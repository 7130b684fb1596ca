"""The way up of a picture, and what its camera wrote askew beside it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import Base

from accounts.forms.logos import redraw
from common.pictures import upright
from marketplace.uploads import clean

TEXT = b"\x00\x02"
DESCRIPTION = Base.ImageDescription.to_bytes(2) + TEXT
ASKEW = [Base.ColorMap, Base.XResolution, Base.PlanarConfiguration]  # numbers, said in words here


def taken_sideways(kind="JPEG", *, askew: Base | None = None) -> bytes:
    """Sixty points wide as it lies, forty as it was seen. `askew`: what its description passes for."""
    beside, out = Image.Exif(), io.BytesIO()
    beside[Base.Orientation], beside[Base.ImageDescription] = 6, "chez moi"
    Image.new("RGB", (60, 40), "red").save(out, kind, exif=beside)
    drawn = out.getvalue()
    assert DESCRIPTION in drawn
    return drawn.replace(DESCRIPTION, askew.to_bytes(2) + TEXT) if askew else drawn


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("askew", [None, *ASKEW])
def test_a_picture_is_turned_whatever_is_written_beside_it(kind, askew):
    with Image.open(io.BytesIO(taken_sideways(kind, askew=askew))) as picture:
        assert upright(picture).size == (40, 60)


@pytest.mark.parametrize("askew", ASKEW)
def test_one_that_a_telephone_wrote_askew_is_taken_as_a_file_and_as_a_logo(askew):
    sent = SimpleUploadedFile("photo.jpg", taken_sideways(askew=askew))
    with Image.open(io.BytesIO(clean(sent).content)) as kept:
        assert kept.size == (40, 60)
    sent.seek(0)
    with Image.open(redraw(sent)) as kept:
        assert kept.size == (40, 60)
