"""What an hour of somebody costs can be worked out from the value: who reads it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import receipts
from marketplace.models import Regime
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission, make_receivable


@pytest.mark.parametrize("of", ["a referent", "a team"])
def test_what_an_hour_of_somebody_costs_is_told_to_no_plain_colleague(client, of):
    """The value divided by the hours: both stood on pages that a colleague without any duty reads."""
    mission = make_receivable()
    company, structure = mission.offer.organisation, mission.need.organisation
    colleague = make_user()
    company.memberships.create(user=colleague)
    if of == "a team":
        type(mission.offer).objects.filter(pk=mission.offer_id).update(person=None)
    else:
        type(mission.sheet).objects.filter(mission=mission).update(offer_referent=colleague)
    receipt = receipts.issue(
        mission, by=head_of(structure), capacity="présidente", now=timezone.now()
    )
    index = reverse("mission-documents", args=[mission.pk])
    doors = [receipt.get_absolute_url(), reverse("document-file", args=[receipt.pk, "original"])]
    for reader in (head_of(structure), head_of(company), make_coordinator(mission.need.pole)):
        client.force_login(reader)
        assert "2 261,70" in client.get(index).text.replace("\u202f", " ").replace("\xa0", " ")
        assert {client.get(door).status_code for door in doors} == {200}
    client.force_login(colleague)
    page = client.get(index).text.replace("\u202f", " ").replace("\xa0", " ")
    assert "2 261,70" not in page
    assert receipt.get_absolute_url() not in page
    assert {client.get(door).status_code for door in doors} == {404}
    archive = client.get(reverse("mission-archive", args=[mission.pk])).getvalue()
    assert receipt.reference.encode() not in archive


@pytest.mark.parametrize(
    ("regime", "told"),
    [(Regime.VOLUNTEERING, False), (Regime.NOT_ELIGIBLE, True), (Regime.LOAN, True)],
)
def test_nothing_is_said_of_a_receipt_where_somebody_gives_their_own_time(client, regime, told):
    """A volunteer who gives up what they spent may have one: that none is due would be too wide."""
    mission = make_mission(regime)
    client.force_login(head_of(mission.need.organisation))
    page = client.get(reverse("mission-documents", args=[mission.pk])).text
    assert ("Valeur et reçu fiscal" in page) is told
