"""A mission closes by itself once nothing is waited for: reviews, hours, value and receipt."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone, translation

from common.dates import period
from marketplace.actions.documents import documents, receipts, valuations
from marketplace.actions.missions import hours, missions
from marketplace.actions.refusals import NotYet
from marketplace.desk.kinds.mission import KIND as STUCK
from marketplace.desk.scope import Scope
from marketplace.letters.missions.moved import SUBJECTS
from marketplace.models import Document, Duty, Kind, Mission, Regime, Side, Voice
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_user
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.document_desk import give_hours

NOW = timezone.now


def delivered(**fields):
    return make_mission(status=MissionStatus.DELIVERED, delivered_at=timezone.localtime(), **fields)


def by_of(mission, voice):
    return mission.need.organisation.members.get() if voice == Side.NEED else mission.offer.person


def review(mission, *voices):
    for voice in voices:
        missions.review(mission, side=voice, by=by_of(mission, voice), rating=5, again=True)
    mission.refresh_from_db()


def ready_for_receipt():
    mission = document_desk.make_receivable()
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    mission.refresh_from_db()
    return mission, document_desk.head_of(mission.need.organisation)


def letters(mission):
    return Notification.objects.filter(
        kind__in=("mission_closed", "mission_moved"),
        matter=f"mission:{mission.pk}",
        recipient__isnull=False,
    )


def test_with_the_last_review_it_closes_in_the_same_act_and_each_side_hears_it_once():
    mission = delivered(regime=Regime.VOLUNTEERING)
    review(mission, Side.NEED)
    assert mission.status == MissionStatus.DELIVERED
    review(mission, Side.OFFER)
    assert mission.status == MissionStatus.CLOSED
    assert mission.closed_at
    assert [step.after for step in mission.steps.order_by("pk")][-2:] == ["REVIEWED", "CLOSED"]
    told = letters(mission)
    assert {letter.recipient for letter in told} == {
        by_of(mission, Side.NEED), mission.offer.person,
    }  # fmt: skip
    assert told.count() == 2
    assert all("bilans" in letter.text for letter in told)
    assert all("plus rien n’est attendu" in letter.text for letter in told)


def test_a_paper_that_waits_for_a_signature_is_not_called_nothing():
    mission = delivered(regime=Regime.VOLUNTEERING)
    give_hours(mission, 3)
    head = by_of(mission, Side.NEED)
    documents.make(Kind.VOLUNTEER_CERTIFICATE, mission, by=head, now=NOW())
    review(mission, Side.NEED, Side.OFFER)
    assert mission.status == MissionStatus.CLOSED
    for letter in letters(mission):
        assert "attend encore une signature" in letter.text
        assert "plus rien n’est attendu" not in letter.text


def test_the_day_by_which_a_review_is_asked_for_is_whole():
    """“D’ici le vendredi 26 mars” was read on that very Friday, when the mission closed in the morning."""
    mission = Mission.objects.with_course().get(pk=delivered().pk)
    last_day = max(act.due_on for act in next_acts.acts(mission))
    assert last_day == timezone.localdate(NOW() + REVIEWS_AWAITED) - timedelta(days=1)


def test_a_company_that_lent_somebody_is_waited_for_until_the_date():
    mission = delivered(work=True, regime=Regime.NOT_ELIGIBLE)
    review(mission, Side.NEED, Side.OFFER)
    assert mission.status == MissionStatus.REVIEWED
    missions.close_done(NOW() + REVIEWS_AWAITED - timedelta(hours=1))
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED
    assert missions.close_done(NOW() + REVIEWS_AWAITED) == 1
    assert missions.close_done(NOW() + REVIEWS_AWAITED) == 0
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED


def test_the_company_s_review_closes_it():
    mission = delivered(work=True, regime=Regime.PUBLIC_AGENT)
    review(mission, Side.NEED, Side.OFFER, Voice.COMPANY)
    assert mission.status == MissionStatus.CLOSED


def test_the_date_closes_a_mission_without_its_second_review_and_one_letter_says_it():
    mission = delivered(regime=Regime.VOLUNTEERING)
    review(mission, Side.NEED)
    missions.end_awaited_reviews(NOW() + REVIEWS_AWAITED)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
    assert letters(mission).count() == 2


@pytest.mark.parametrize("work", [False, True])
@pytest.mark.parametrize("reviewed", [[], [Side.NEED]])
def test_no_review_is_said_to_be_in_that_nobody_gave(work, reviewed):
    """The time for the reviews has passed: neither the state nor the letter says that they are in."""
    mission = delivered(work=work, regime=Regime.LOAN if work else Regime.VOLUNTEERING)
    review(mission, *reviewed)
    missions.end_awaited_reviews(NOW() + REVIEWS_AWAITED)
    mission.refresh_from_db()
    letter = letters(mission).first()
    said = letter.subject + letter.text
    assert "bilans sont faits" not in said
    assert "bilans faits" not in f"{MissionStatus.REVIEWED.label}"
    assert ("bilans donnés" in said or "Ses bilans" in said) is bool(reviewed)


def test_hours_that_wait_for_a_yes_hold_it_open_until_silence_confirms_them():
    mission = give_hours(delivered(regime=Regime.VOLUNTEERING), confirmed=False)
    review(mission, Side.NEED, Side.OFFER)
    assert mission.status == MissionStatus.REVIEWED
    waiting = mission.hours.to_confirm()
    newest = max(waiting.values_list("pk", flat=True))
    hours.confirm(mission, up_to=newest, by=by_of(mission, Side.NEED), now=NOW())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED


def test_a_value_that_is_due_keeps_it_open_and_the_receipt_closes_it():
    mission, head = ready_for_receipt()
    missions.close_done(NOW() + 2 * REVIEWS_AWAITED)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.VALUED
    receipt = receipts.issue(mission, by=head, capacity="présidente", now=NOW())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
    assert letters(mission).filter(key__startswith="mission-step").exists()
    documents.void(receipt, reason="Un zéro de trop.", by=head)
    valuations.declare(mission, Decimal(300), by=mission.offer.person, now=NOW())
    receipts.issue(mission, by=head, capacity="présidente", now=NOW())
    mission.refresh_from_db()
    assert (mission.status, mission.valuation.amount) == (MissionStatus.CLOSED, 300)


def test_the_receipt_that_closes_it_is_among_the_papers_that_the_letter_lists():
    mission, head = ready_for_receipt()
    receipt = receipts.issue(mission, by=head, capacity="présidente", now=NOW())
    told = Notification.objects.filter(kind="mission_closed", matter=f"mission:{mission.pk}")
    of_the_company = [one for one in told if receipt.get_absolute_url() in one.text]
    assert of_the_company
    assert all("reçu fiscal" in one.text for one in of_the_company)
    assert not any("Vos papiers" in one.text for one in of_the_company), "it is the company’s"
    for one in told:  # and to nobody who may not open it
        may_open = Document.objects.visible_to(one.recipient).filter(pk=receipt.pk).exists()
        assert (one in of_the_company) == may_open


def test_a_closed_mission_takes_no_first_value():
    mission = give_hours(delivered(work=True, regime=Regime.LOAN))
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    with pytest.raises(NotYet):
        valuations.declare(mission, Decimal(300), by=mission.offer.person, now=NOW())


def test_a_receipt_that_is_declined_closes_it_with_a_reason(client):
    mission, head = ready_for_receipt()
    with pytest.raises(NotYet):
        missions.close(mission, by=head, now=NOW())
    client.force_login(head)
    page = client.get(reverse("mission-close", args=[mission.pk])).text
    assert "sans reçu" in page
    client.post(reverse("mission-close", args=[mission.pk]), {"reason": "Don déjà reçu."})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
    company = document_desk.head_of(mission.offer.organisation)
    told = Notification.objects.filter(recipient=company, text__contains="Don déjà reçu.")
    assert told.count() == 1, "they had declared the value, and waited for the receipt"


@pytest.mark.parametrize("stopped", [False, True])
def test_a_question_three_months_later_is_announced_where_it_is_asked(client, stopped):
    mission, head = ready_for_receipt()
    over = {"interrupted_at": NOW()} if stopped else {"delivered_at": NOW()}
    Mission.objects.filter(pk=mission.pk).update(**over)
    client.force_login(head)
    page = client.get(reverse("mission-close", args=[mission.pk])).text
    assert ("Trois mois après la livraison" in page) is not stopped


def test_nobody_is_asked_to_close_what_closes_by_itself(client):
    mission = delivered(work=True, regime=Regime.NOT_ELIGIBLE)
    review(mission, Side.NEED, Side.OFFER)
    for reader in (by_of(mission, Side.NEED), make_coordinator(mission.need.pole)):
        client.force_login(reader)
        page = client.get(mission.get_absolute_url()).text
        assert reverse("mission-close", args=[mission.pk]) not in page
        assert "la mission se clôt d’elle-même" in page


def test_the_desk_has_no_line_to_close(client):
    coordinator = make_coordinator(make_mission().need.pole)
    mission, _head = ready_for_receipt()
    Mission.objects.update(moved_at=NOW() - timedelta(days=120))
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    client.force_login(coordinator)
    page = client.get(reverse("desk")).text
    assert "Clore" not in page
    scope = Scope.of(coordinator, coordinator.memberships.select_related("organisation"), NOW())
    assert mission in STUCK.rows(scope)


def test_a_receipt_is_declined_by_those_alone_who_would_give_it(client):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.REVIEWED)
    give_hours(mission)
    structure, member = mission.need.organisation, make_user()
    joined = structure.memberships.create(user=member, role="MEMBER")
    door = reverse("mission-close", args=[mission.pk])
    client.force_login(member)
    assert door not in client.get(mission.get_absolute_url()).text
    assert client.post(door, {"reason": "Trop tard pour nous."}).status_code == 403
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED
    Duty.objects.create(membership=joined, kind=Duty.Kind.TREASURER, given_by=member)
    assert door in client.get(mission.get_absolute_url()).text
    client.post(door, {"reason": "Trop tard pour nous."})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED


def test_what_is_over_is_said_with_the_day_it_ended_on(client):
    """On its page and in the list: planned until February and delivered in November, it lasted until November."""
    today = timezone.localdate()
    mission = delivered(starts_on=today - timedelta(days=40), ends_on=today + timedelta(days=70))
    client.force_login(mission.offer.person)
    for page in (mission.get_absolute_url(), reverse("missions")):
        said = client.get(page).text
        assert period(mission.starts_on, today) in said
        assert period(mission.starts_on, mission.ends_on) not in said


def test_with_the_last_review_it_closes_where_no_hour_was_written_and_none_can_be_valued():
    mission = delivered(work=True, regime=Regime.LOAN)
    review(mission, Side.NEED, Side.OFFER, Voice.COMPANY)
    assert mission.status == MissionStatus.CLOSED


@pytest.mark.parametrize("regime", [Regime.LOAN, Regime.PUBLIC_AGENT, Regime.VOLUNTEERING])
def test_with_hours_that_are_contested_it_waits_for_whoever_wrote_them(regime):
    """“Vous pouvez les corriger” was written to them, then “plus rien n’est attendu” at once, where the legal frame
    gives no receipt."""
    work = regime != Regime.VOLUNTEERING
    mission = give_hours(delivered(work=work, regime=regime), 7, confirmed=False)
    structure, entry = by_of(mission, Side.NEED), mission.hours.get()
    hours.contest(entry, why="Pas ce jour-là.", by=structure, now=NOW())
    review(mission, Side.NEED, Side.OFFER, *([Voice.COMPANY] if work else []))
    missions.close_done(NOW())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED
    assert hours.is_counting(mission)
    corrected = {entry.day: (Decimal(2), "Atelier")}
    hours.write(mission, corrected, person=mission.offer.person, today=timezone.localdate())
    hours.confirm(mission, up_to=mission.hours.latest("pk").pk, by=structure, now=NOW())
    mission.refresh_from_db()
    assert mission.status == (MissionStatus.REVIEWED if regime == Regime.LOAN else "CLOSED")


def test_hours_that_nobody_corrects_hold_it_for_two_weeks():
    mission = give_hours(delivered(regime=Regime.VOLUNTEERING), 7, confirmed=False)
    hours.contest(mission.hours.get(), why="Non.", by=by_of(mission, Side.NEED), now=NOW())
    until = date(timezone.localdate() + timedelta(days=14), "j F")
    letter = Notification.objects.get(kind="hours_contested")
    assert f"À partir du {until}, la mission peut se clore sans elles" in letter.text
    review(mission, Side.NEED, Side.OFFER)
    assert missions.close_done(NOW() + timedelta(days=13)) == 0
    assert missions.close_done(NOW() + timedelta(days=14)) == 1


def test_no_english_subject_cuts_its_verb_off():
    """“X”: is closed."""
    with translation.override("en"):
        subjects = [str(subject) % {"mission": "X"} for subject in SUBJECTS.values()]
    assert [one for one in subjects if re.match("“X”: (?:is|waits) ", one)] == []
    assert "“X” is closed" in subjects
