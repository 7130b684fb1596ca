"""A logo is judged by its content, drawn again, and served harmless."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.forms import logos
from accounts.states import OrganisationStatus

DESCRIPTION = {"purpose": "Réparer.", "address": "", "commune": "59350", "website": ""}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(fmt="PNG", size=(600, 300), mode="RGB", name="logo.png", **extra):
    drawn = BytesIO()
    Image.new(mode, size, "teal" if mode != "L" else 90).save(drawn, fmt, **extra)
    return SimpleUploadedFile(name, drawn.getvalue())


def send(browser, structure, logo, **fields):
    url = reverse("organisation-edit", args=[structure.pk])
    return browser.post(url, DESCRIPTION | {"logo": logo} | fields)


@pytest.mark.parametrize(
    ("fmt", "mode"), [("PNG", "RGB"), ("PNG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGB"), ("GIF", "P")]
)
def test_it_is_redrawn_as_a_small_png(as_, structure, administrator, fmt, mode):
    logo = picture(fmt, mode="RGB" if mode == "P" else mode)
    send(as_(administrator), structure, logo)
    structure.refresh_from_db()
    with structure.logo, Image.open(structure.logo) as kept:
        assert (kept.format, kept.size) == ("PNG", (256, 128))


def test_what_a_picture_carries_beside_itself_is_dropped(as_, structure, administrator):
    exif = Image.Exif()
    exif[0x010E] = "chez moi, 50.63 3.04"
    send(as_(administrator), structure, picture("JPEG", exif=exif))
    structure.refresh_from_db()
    with structure.logo as kept:
        assert b"chez moi" not in kept.read()


def test_it_is_served_as_a_png_that_no_browser_second_guesses(
    as_, structure, administrator, client
):
    send(as_(administrator), structure, picture())
    structure.refresh_from_db()
    answer = client.get(structure.logo_url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert structure.logo_url in client.get(structure.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>"), "Nous ne pouvons pas lire"),
        (
            SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "Nous ne pouvons",
        ),
        (SimpleUploadedFile("logo.png", b""), "vide"),
        (picture("TIFF"), "Nous ne pouvons pas lire"),
        (SimpleUploadedFile("logo.png", b"x" * (logos.HEAVIEST + 1)), "trop lourde"),
    ],
)
def test_what_is_not_a_picture_is_said(as_, structure, administrator, sent, sentence):
    assert sentence in send(as_(administrator), structure, sent).content.decode()
    structure.refresh_from_db()
    assert not structure.logo


def test_a_picture_cut_in_the_middle_is_said(as_, structure, administrator):
    whole = picture(size=(400, 400)).read()
    cut = SimpleUploadedFile("logo.png", whole[: len(whole) // 2])
    assert "abîmée" in send(as_(administrator), structure, cut).content.decode()


def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded(
    as_, structure, administrator, monkeypatch
):
    monkeypatch.setattr(logos, "MOST_PIXELS", 1000)
    monkeypatch.setattr(logos, "upright", lambda picture: pytest.fail("decoded"))
    assert "trop grande" in send(as_(administrator), structure, picture()).content.decode()


def test_another_logo_takes_the_place_of_the_first(as_, structure, administrator, media, on_commit):
    browser = as_(administrator)
    send(browser, structure, picture())
    with on_commit():
        send(browser, structure, picture(size=(300, 300)))
    assert len(list((media / "logos").iterdir())) == 1


def test_a_logo_may_be_taken_away(as_, structure, administrator, media, on_commit):
    browser = as_(administrator)
    send(browser, structure, picture())
    with on_commit():
        browser.post(
            reverse("organisation-edit", args=[structure.pk]), DESCRIPTION | {"logo-clear": "on"}
        )
    structure.refresh_from_db()
    assert not structure.logo
    assert list((media / "logos").iterdir()) == []


def test_the_logo_of_one_that_is_not_verified_is_not_public(as_, structure, administrator, client):
    send(as_(administrator), structure, picture())
    type(structure).objects.update(status=OrganisationStatus.SUSPENDED)
    page = reverse("organisation-logo", args=[structure.pk])
    assert client.get(page).status_code == 404
    assert as_(administrator).get(page).status_code == 200


def test_without_a_logo_there_is_none_to_fetch(client, structure):
    assert client.get(reverse("organisation-logo", args=[structure.pk])).status_code == 404
