"""A structure that doubts whether it may give tax receipts is helped, as the form promises."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import eligibility as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Eligibility, ReceiptRun
from marketplace.models.documents.eligibility import why_no_receipt
from notifications import settled
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_organisation, make_user
from tests.marketplace.documents import document_desk


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


def test_what_a_coordinator_answers_is_not_put_in_the_mouth_of_who_doubted(client):
    """“No, said by Philippe”, who had said that he didn't know."""
    president = make_user("Philippe", "Quenneson")
    structure = make_organisation(administrator=president)
    coordinator = make_coordinator(structure.pole, first_name="Rose", last_name="Debacker")
    said = acts.declare(structure, status="TO_CHECK", by=president)
    client.force_login(president)
    page = reverse("eligibility", args=[structure.pk])
    assert "dit par Philippe Quenneson" in client.get(page).text
    acts.verify(said, status="NOT_ELIGIBLE", valid_until=None, by=coordinator, now=timezone.now())
    after = client.get(page).text
    assert "vérifié par Rose Debacker" in after
    assert "par Philippe Quenneson" in after
    assert "dit par" not in after


def test_a_year_asks_for_no_receipt_of_who_may_give_none(client):
    """“Give them all” was there for ever, and refused each time."""
    mission = document_desk.make_receivable()
    structure = mission.need.organisation
    president, year = document_desk.head_of(structure), timezone.localdate().year
    client.force_login(president)
    page, button = reverse("receipts-year", args=[structure.pk, year]), "Le délivrer"
    assert button in client.get(page).text
    Eligibility.objects.filter(organisation=structure).update(status="NOT_ELIGIBLE")
    after = client.get(page).text
    assert button not in after
    assert "ne peut pas délivrer de reçu" in after
    refused = client.post(reverse("receipts-make", args=[structure.pk, year]), follow=True)
    assert "ne peut pas délivrer de reçu" in refused.text
    assert not ReceiptRun.objects.exists()
