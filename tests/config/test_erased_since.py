"""What people had removed for good after a backup goes again when that backup is restored."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Erasure
from common import apart
from marketplace.actions.missions import tellings
from marketplace.actions.talk import messages
from marketplace.models import Attachment, Consent, Message, Side, StoredFile, Telling
from marketplace.uploads import clean
from tests.config.test_backup import (  # noqa: F401 - fixtures are found by their names
    a_site_of_its_own,
    backup,
    emptied_afterwards,
    place,
    restore,
)
from tests.marketplace.missions.telling_people import SAID, ended
from tests.marketplace.missions.test_closings import by_of
from tests.marketplace.talk.talkers import talk_between_two
from tests.marketplace.talk.test_files import picture, sent

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("a_site_of_its_own", "emptied_afterwards"),
]


def tell(mission, *, by=Side.NEED, picture=None, alt=""):
    known = Telling.objects.filter(mission=mission).first()
    return tellings.write(
        mission, side=by, read=str(known.version if known else 0), picture=picture,
        by=by_of(mission, by), alt=alt, **SAID,
    )  # fmt: skip


def test_a_message_that_was_removed_since_is_removed_anew_with_its_files(place):  # noqa: F811
    talk = talk_between_two()
    said = talk.say(
        talk.aline, "Mon mot de passe", attachments=[clean(sent(picture(), "photo.jpg"))]
    )
    stays = talk.say(talk.aline, "Bonjour")
    messages.edit(said, text="Mon secret", now=said.created_at)
    folder = backup(place)
    messages.remove(said, by=talk.aline, now=timezone.now())
    assert "1 erased anew" in restore(folder)
    again = Message.objects.get(pk=said.pk)
    assert (again.text, again.is_removed, again.versions.count()) == ("", True, 0)
    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exists()
    assert Message.objects.get(pk=stays.pk).text == "Bonjour"
    assert "0 erased anew" in restore(backup(place)), "that one knows it"


def test_a_message_of_another_that_bears_the_number_stays(place):  # noqa: F811
    talk = talk_between_two()
    said = talk.say(talk.aline)
    line = f"message {said.pk} {'0' * 32} {timezone.now().isoformat()}"
    folder = backup(place)
    apart.add("erasures", [line])
    assert "0 erased anew" in restore(folder)
    assert not Message.objects.get(pk=said.pk).is_removed


def test_a_photo_that_was_taken_off_since_is_taken_off_anew_and_shown_to_nobody(place):  # noqa: F811
    mission = ended()
    tell(mission, picture=ContentFile(b"one", name="one.webp"), alt="L’atelier")
    telling = tell(mission, picture=ContentFile(b"two", name="two.webp"), alt="L’atelier")
    tellings.agree(
        telling, side=Side.OFFER, read=str(telling.version), by=by_of(mission, Side.OFFER)
    )
    name, drawn = telling.picture.name, telling.picture.storage
    folder = backup(place)
    tell(mission, picture=False)
    assert not drawn.exists(name)
    assert "1 erased anew" in restore(folder)
    again = Telling.objects.get()
    assert (again.picture.name, again.alt, again.version) == ("", "", telling.version + 1)
    assert not Consent.objects.standing().exists(), "they had agreed to it with the photo"
    assert not drawn.exists(name)
    assert Erasure.objects.filter(kind=tellings.PICTURE).count() == 2
