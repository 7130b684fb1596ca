"""What the employer answered before is said to be about what it was asked about."""

from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import agreements
from marketplace.models import Agreement, Regime
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import propose, signed_mission


def test_an_answer_to_an_amendment_that_never_was_in_force_is_about_no_version(client):
    """“About version 3”, of which the sheet has none; a later amendment would have been taken for it."""
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission, hours=90)
    question = Agreement.objects.waiting().get(amendment=amendment)
    agreements.answer(question, answer="NO", reason="Trop long.", now=timezone.now())
    client.force_login(head_of(mission.offer.organisation))
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    earlier = page.partition("Auparavant")[2]
    assert f'<a href="{amendment.get_absolute_url()}">{amendment}</a>' in earlier
    assert "pour la version" not in earlier
