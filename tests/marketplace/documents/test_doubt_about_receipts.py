"""A structure that doubts whether it may give tax receipts is helped, as the form promises."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import eligibility as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Eligibility
from marketplace.models.documents.eligibility import why_no_receipt
from notifications import settled
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_organisation, make_user


def test_a_doubt_reaches_the_coordinators_as_the_form_promises(client):
    """“A coordinator helps you”, and nobody ever heard of it."""
    president = make_user()
    structure = make_organisation(administrator=president)
    coordinator = make_coordinator(structure.pole)
    said = acts.declare(structure, status="TO_CHECK", by=president)
    assert list(Eligibility.objects.to_verify()) == [said]
    client.force_login(coordinator)
    assert reverse("eligibility", args=[structure.pk]) in client.get(reverse("desk")).text
    letter = Notification.objects.get(kind="eligibility_declared", recipient=coordinator)
    assert not settled.is_settled(letter)
    assert "la coordination regarde" in why_no_receipt(structure, in_days(0))
    with pytest.raises(NotYet, match="à quel titre"):
        acts.verify(
            said, status="SELF_DECLARED", valid_until=None, by=coordinator, now=timezone.now()
        )
    acts.verify(
        said, status="TO_CHECK", valid_until=None, note="Déclarez l’intérêt général.",
        by=coordinator, now=timezone.now(),
    )  # fmt: skip
    assert not Eligibility.objects.to_verify().exists()
