"""An agent is made available by an order that the authority signs elsewhere: an amendment doesn't make it by itself."""

import pytest
from django.urls import reverse

from marketplace.models import Regime
from notifications.models import Notification
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import (
    employer_agrees,
    propose,
    sign_papers,
    signed_mission,
)

pytestmark = pytest.mark.django_db

ORDER = "L’autorité signe elle-même l’arrêté modificatif"


@pytest.mark.parametrize(("regime", "told"), [(Regime.PUBLIC_AGENT, True), (Regime.LOAN, False)])
def test_that_the_order_is_still_to_be_signed_is_said_on_pages_and_in_the_letter(
    client, regime, told
):
    mission = signed_mission(regime)
    head = head_of(mission.need.organisation)
    client.force_login(head)
    amendment = propose(mission)
    assert (ORDER in client.get(amendment.get_absolute_url()).text) == told
    sign_papers(amendment)
    employer_agrees(amendment)
    assert (ORDER in client.get(amendment.get_absolute_url()).text) == told
    letter = Notification.objects.get(kind="amendment_in_force", recipient=head)
    assert (ORDER in letter.text) == told


def as_shown(client, page):
    form = client.get(page).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def test_what_is_refused_as_a_whole_is_said_once(client):
    mission = signed_mission(Regime.PRESTATION)
    client.force_login(head_of(mission.need.organisation))
    page = reverse("amendment-new", args=[mission.pk])
    refused = client.post(page, as_shown(client, page) | {"why": "Le chantier a pris du retard."})
    assert refused.text.count("Rien ne change") == 1


def test_what_comes_next_is_said_before_it_is_proposed(client):
    mission = signed_mission(Regime.PUBLIC_AGENT)
    client.force_login(head_of(mission.need.organisation))
    page = reverse("amendment-new", args=[mission.pk])
    typed = as_shown(client, page) | {"hours": 90, "why": "Le chantier a pris du retard."}
    seen = client.post(page, typed)
    assert "Et ensuite" in seen.text
    assert ORDER in seen.text
