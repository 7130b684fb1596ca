"""Who reads in English is told that papers are in French, and that this is what is signed."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from marketplace.models import Document, Kind
from marketplace.states import MissionStatus
from tests.factories import make_mission

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "is_said"), [("en", True), ("fr", False)])
def test_the_papers_of_a_mission_say_their_language(client, language, is_said):
    mission = make_mission(status=MissionStatus.RUNNING)
    mission.offer.person.language = language
    mission.offer.person.save(update_fields=["language"])
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-documents", args=[mission.pk])).text
    assert ("are in French only" in page) is is_said
    assert "sont en français" not in page


@pytest.mark.parametrize(
    ("kind", "is_signed"),
    [
        (Kind.ORDER_AGENT, False),
        (Kind.COMPANY_STATEMENT, False),
        (Kind.RECEIPT, True),
        (Kind.CONVENTION_AGENT, True),
    ],
)
def test_what_nobody_signs_here_isn_t_said_to_be_signed(kind, is_signed):
    paper = Document(kind=kind)
    with translation.override("en"):
        page = render_to_string(
            "marketplace/documents/_french_paper.html",
            {"of_several": True, "is_unsigned": paper.is_never_signed_here},
        )
    assert "in French only" in page
    assert ("what is signed" in page) is is_signed
