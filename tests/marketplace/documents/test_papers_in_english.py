"""Who reads in English is told that papers are in French, and that this is what is signed."""

import pytest
from django.urls import reverse

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
