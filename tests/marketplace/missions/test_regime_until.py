"""Until when the legal frame may change, and what falls with it, is said where it is chosen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.actions.documents import documents
from marketplace.actions.missions import missions, regimes
from marketplace.models import Kind, Mission, Party
from marketplace.states import DocumentStatus, MissionStatus
from notifications.models import Notification
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.missions.amending import sign_one

FALLS = "ce qui y est signé tombe avec lui"


@pytest.fixture
def mission(db):
    return make_mission()


def chooses(client, mission):
    client.force_login(head_of(mission.need.organisation))
    return client.get(reverse("mission-regime", args=[mission.pk])).content.decode()


def made(mission):
    head = head_of(mission.need.organisation)
    return documents.make(Kind.CONVENTION_SERVICE, mission, by=head, now=timezone.now())


def test_the_page_says_that_it_may_change_until_all_have_signed(client, mission):
    page = chooses(client, mission)
    assert (
        "jusqu’à ce que toutes les parties aient signé un papier, ou que la mission commence"
        in page
    )
    assert "tant que rien n’est signé" not in page
    assert FALLS not in page, "nobody has signed"


def test_who_has_signed_alone_is_named_before_the_choice_and_falls_with_it(client, mission):
    document = made(mission)
    assert FALLS not in chooses(client, mission), "made, and signed by nobody"
    sign_one(document, Party.STRUCTURE)
    page = chooses(client, mission)
    assert FALLS in page
    assert document.reference in page
    assert document.signatures.get().name in page
    regimes.choose(
        mission, whose="COMPANY", directs="STRUCTURE", receipt="YES",
        by=head_of(mission.need.organisation),
    )  # fmt: skip
    document.refresh_from_db()
    assert document.status == DocumentStatus.VOIDED, "as the page says"
    assert FALLS not in chooses(client, mission), "what is void is signed no more"


def test_once_all_have_signed_nothing_is_said_to_fall(client, mission):
    document = made(mission)
    sign_one(document, Party.STRUCTURE)
    sign_one(document, Party.EMPLOYER)
    page = chooses(client, mission)
    assert "il ne peut plus changer" in page
    assert FALLS not in page


@pytest.mark.parametrize(
    ("language", "until"),
    [
        ("fr", "toutes les parties aient signé un papier, ou qu’elle commence"),
        ("en", "all have signed a paper of it, or it begins"),
    ],
)
def test_the_letter_says_the_same(mission, language, until):
    User.objects.update(language=language)
    regimes.choose(
        mission, whose="COMPANY", directs="STRUCTURE", receipt="YES",
        by=head_of(mission.need.organisation),
    )  # fmt: skip
    told = Notification.objects.filter(kind="regime_chosen")
    assert told
    assert all(until in one.text for one in told)


def test_a_mission_that_was_stopped_before_a_frame_was_chosen_asks_for_none(client, mission):
    """“Dites d’abord dans quel cadre juridique se fait la mission” stood on the papers of a mission that was over."""
    Mission.objects.update(regime="", status=MissionStatus.FRAMING)
    mission.refresh_from_db()
    client.force_login(head_of(mission.need.organisation))
    pages = [reverse(name, args=[mission.pk]) for name in ("mission", "mission-documents")]
    asked = ("Cadre juridique à choisir", "Dites d’abord dans quel cadre juridique")
    for page, words in zip(pages, asked, strict=True):
        assert words in client.get(page).text
    missions.interrupt(mission, reason="Plus besoin.", by=None, now=timezone.now())
    over = ("Aucun cadre juridique n’a été choisi", "elle n’a pas de papiers")
    for page, words, gone in zip(pages, over, asked, strict=True):
        said = client.get(page).text
        assert words in said
        assert gone not in said
        assert "n’est pas encore choisi" not in said
    assert "il n’y a pas de reçu à délivrer" in client.get(pages[1]).text
    made = reverse("document-make", args=[mission.pk, Kind.CONVENTION_SERVICE])
    assert "elle n’a pas de papiers" in client.post(made, follow=True).text
