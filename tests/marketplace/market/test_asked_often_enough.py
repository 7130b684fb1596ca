"""Nobody types a word to somebody who may not be asked this month."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Promises, Solicitation
from marketplace.ranking import clock
from tests.factories import make_coordinator, make_need, make_offer, make_pole, make_user


def ask_often(offer) -> None:
    for n in range(Promises.of(offer.pole).solicitations):
        Solicitation.objects.create(
            offer=offer, person=offer.person, why=Solicitation.Why.ASKED, key=str(n), at=timezone.now()
        )  # fmt: skip


@pytest.mark.parametrize("invites", [True, False])
def test_somebody_asked_often_enough_has_no_form_that_could_only_be_refused(client, invites):
    need, offer = make_need(member=make_user()), make_offer()
    reader = need.organisation.members.get() if invites else make_coordinator(need.pole)
    asking = reverse("need-ask-offer", args=[need.pk, offer.pk])
    client.force_login(reader)
    assert 'name="word"' in client.get(asking).text
    ask_often(offer)
    page = client.get(asking).text.partition("<main")[2]
    assert "assez de sollicitations en trente jours" in page
    assert 'name="word"' not in page
    assert "invitations possibles" not in page
    assert "reçoit un courriel" not in page


@pytest.mark.parametrize("name", ["home", "need-candidates", "desk-need", "need-elsewhere-look"])
def test_no_button_of_theirs_leads_to_what_could_only_be_refused(client, name):
    need, elsewhere = make_need(member=make_user()), make_pole("Ailleurs", ("62",))
    coordinator = make_coordinator(elsewhere if name == "need-elsewhere-look" else need.pole)
    offer = make_offer(pole=coordinator.memberships.get().organisation.pole)
    if offer.pole == elsewhere:
        need.asked_poles.create(pole=elsewhere, by=make_coordinator(need.pole))
    clock.refresh_marked(now=timezone.now())
    client.force_login(need.created_by if name in ("home", "need-candidates") else coordinator)
    page = reverse(name, args=[] if name == "home" else [need.pk])
    asking = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert asking in client.get(page).text
    ask_often(offer)
    assert asking not in (shown := client.get(page).text)
    assert offer.get_absolute_url() in shown
    assert "Assez en trente jours : de nouveau" in shown.replace("\xa0", " ")
