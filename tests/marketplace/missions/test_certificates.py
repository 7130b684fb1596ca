"""The certificate is made by itself when a mission closes, and leaves with the one letter of its end."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from marketplace.actions.documents import documents, ledger, receipts, signatures
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NoRoomForIt
from marketplace.models import Kind, Mission, Regime, Side
from marketplace.states import DocumentStatus, MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_need
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.missions.test_closings import by_of, delivered
from tests.marketplace.missions.test_once_more import end, told


@pytest.fixture
def closed():
    make_mission(regime=Regime.VOLUNTEERING, status=MissionStatus.RUNNING)
    make_need(title="Former aux tableurs")
    mission = delivered(regime=Regime.VOLUNTEERING)
    mission.need.organisation.memberships.update(role="ADMINISTRATOR")
    return end(mission)


def test_the_certificate_is_made_by_itself_and_the_letter_says_who_still_signs(closed):
    paper = closed.documents.get()
    assert (paper.kind, paper.status) == (Kind.VOLUNTEER_CERTIFICATE, DocumentStatus.TO_SIGN)
    assert paper.made_by is None
    assert paper.facts["hours"]["total"] == "3"
    letter = told(closed, closed.offer.person).get()
    assert paper.get_absolute_url() in letter.text
    assert "Il y manque encore la signature de la structure" in letter.text
    assert "Demander votre attestation" not in letter.text
    head = by_of(closed, Side.NEED)
    asked = Notification.objects.get(kind="document_to_sign", recipient=head)
    assert paper.reference in asked.text + asked.subject


def test_what_the_structure_has_signed_already_is_left_and_no_signature_is_said_to_lack():
    mission = give_hours(delivered(regime=Regime.VOLUNTEERING), 3)
    head = by_of(mission, Side.NEED)
    paper = documents.make(Kind.VOLUNTEER_CERTIFICATE, mission, by=head, now=timezone.now())
    signatures.sign(
        paper, party="STRUCTURE", read=paper.sha256, name="Aline", capacity="présidente",
        how="ACCOUNT", by=head, now=timezone.now(),
    )  # fmt: skip
    for side in (Side.NEED, Side.OFFER):
        missions.review(mission, side=side, by=by_of(mission, side), rating=5, again=True)
    assert mission.documents.get() == paper
    assert "Il y manque" not in told(mission, mission.offer.person).get().text


def test_one_that_the_structure_has_voided_is_not_made_again_by_itself():
    mission = give_hours(delivered(regime=Regime.VOLUNTEERING), 3)
    head = by_of(mission, Side.NEED)
    paper = documents.make(Kind.VOLUNTEER_CERTIFICATE, mission, by=head, now=timezone.now())
    documents.void(paper, reason="Un jour de trop.", by=head)
    for side in (Side.NEED, Side.OFFER):
        missions.review(mission, side=side, by=by_of(mission, side), rating=5, again=True)
    assert mission.documents.get().status == DocumentStatus.VOIDED


def test_a_mission_closes_though_nothing_can_be_certified(monkeypatch):
    """No hour was confirmed; the structure is suspended; or the disk is full."""
    without = end_of(delivered(regime=Regime.VOLUNTEERING))
    assert not without.documents.exists()
    assert "attestation" not in told(without, without.offer.person).get().text.lower()

    suspended = give_hours(delivered(regime=Regime.VOLUNTEERING), 3)
    structure = suspended.need.organisation
    organisations.suspend(structure, reason="À voir.", by=make_coordinator(structure.pole))
    assert not end_of(suspended).documents.exists()

    def full(*_args, **_kwargs):
        raise NoRoomForIt("Plus de place.")

    monkeypatch.setattr(ledger, "typeset", full)
    third = end_of(give_hours(delivered(regime=Regime.VOLUNTEERING), 3))
    assert not third.documents.exists()
    letter = told(third, third.offer.person).get()
    assert reverse("mission-documents", args=[third.pk]) in letter.text


def end_of(mission):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    missions.close(Mission.objects.get(pk=mission.pk), by=None, now=timezone.now())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
    return mission


@pytest.mark.parametrize("regime", [Regime.NOT_ELIGIBLE, Regime.PUBLIC_AGENT])
def test_on_working_time_it_is_the_hours_that_are_certified(regime):
    mission = end_of(give_hours(delivered(work=True, regime=regime), 3))
    assert mission.documents.get().kind == Kind.HOURS_CERTIFICATE


def test_where_a_receipt_is_given_that_is_its_paper():
    mission = document_desk.make_receivable()
    head = document_desk.head_of(mission.need.organisation)
    receipt = receipts.issue(mission, by=head, capacity="présidente", now=timezone.now())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
    assert mission.documents.get() == receipt
