"""A mission that has ended, and its two sides who tell it."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from marketplace.models import (
    Regime,
    Side,
    Telling,
)
from marketplace.states import MissionStatus
from tests.factories import make_mission
from tests.marketplace.missions.test_closings import by_of

SAID = {
    "needed": "Un site que l’équipe tienne à jour.",
    "done": "Un site neuf, et deux matinées pour apprendre.",
    "changed": "Trois fois plus d’inscriptions en ligne.",
}


def photo(name="livre.jpg", kind="JPEG", size=(2000, 1500)):
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "UnAppareil"
    Image.new("RGB", size, "teal").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue())


def ended(*, work=False, **fields):
    fields.setdefault("regime", Regime.NOT_ELIGIBLE if work else Regime.VOLUNTEERING)
    return make_mission(
        work=work, status=MissionStatus.CLOSED, delivered_at=timezone.now(), **fields
    )


def address(mission, suffix=""):
    return reverse(f"mission-telling{suffix}", args=[mission.pk])


def post(client, mission, by, **said):
    client.force_login(by)
    telling = Telling.objects.filter(mission=mission).first()
    fields = SAID | {"alt": "", "read": str(telling.version if telling else 0)} | said
    return client.post(address(mission), fields)


def agree(client, mission, by, read=None):
    client.force_login(by)
    version = Telling.objects.get(mission=mission).version
    return client.post(address(mission, "-agree"), {"read": read or version})


def both(client, mission, **said):
    post(client, mission, by_of(mission, Side.NEED), **said)
    agree(client, mission, mission.offer.person)
    return Telling.objects.get(mission=mission)


def shown(client, mission):
    client.logout()
    return client.get(mission.need.organisation.get_absolute_url()).content.decode()
