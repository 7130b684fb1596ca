"""Nobody types a word to somebody who may not be asked this month."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Promises, Solicitation
from tests.factories import make_coordinator, make_need, make_offer, make_user


@pytest.mark.parametrize("invites", [True, False])
def test_somebody_asked_often_enough_has_no_form_that_could_only_be_refused(client, invites):
    need, offer = make_need(member=make_user()), make_offer()
    reader = need.organisation.members.get() if invites else make_coordinator(need.pole)
    asking = reverse("need-ask-offer", args=[need.pk, offer.pk])
    client.force_login(reader)
    most = Promises.of(offer.pole).solicitations
    for n in range(most):
        assert 'name="word"' in client.get(asking).text
        Solicitation.objects.create(
            offer=offer, person=offer.person, why=Solicitation.Why.ASKED, key=str(n), at=timezone.now()
        )  # fmt: skip
    page = client.get(asking).text.partition("<main")[2]
    assert "assez de sollicitations en trente jours" in page
    assert 'name="word"' not in page
    assert "invitations possibles" not in page
    assert "reçoit un courriel" not in page
