"""Wherever a mission stands, who has to act next and on which page: nobody else, and nobody once it is done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.documents import documents, receipts
from marketplace.actions.missions import sheets
from marketplace.models import Kind, Mission, Party, Regime
from marketplace.rules.mission_roles import (
    COMES,
    COMPANY,
    COORDINATION,
    MANAGER,
    NEED,
    OFFER,
    RECEIPTS,
    SIGNERS,
)
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import give_hours, head_of, make_receivable
from tests.marketplace.missions.amending import propose, sign_one, signed_mission
from tests.marketplace.missions.leavers import asked, back, goes, says, transfer_proposal

BOTH, SETTLE = (OFFER, NEED), (COMPANY, NEED, COORDINATION)


def turns(mission) -> list[tuple[str, str]]:
    acts = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    return [(act.who, act.url) for act in acts]


def on(page, mission, *who) -> list[tuple[str, str]]:
    return [(one, reverse(page, args=[mission.pk])) for one in who]


def tasks(mission) -> set[str]:
    acts = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    return {act.task for act in acts}


# --- before it runs ------------------------------------------------------------------------
def test_on_one_s_own_time_nothing_stands_before_the_start():
    mission = make_mission(regime=Regime.VOLUNTEERING)
    assert turns(mission) == on("mission-start", mission, *BOTH)


def test_on_one_s_own_time_a_sheet_that_the_other_side_has_changed_is_read_before_the_start():
    mission = make_mission(regime=Regime.VOLUNTEERING)
    by = mission.need.organisation.members.get()
    sheets.change(mission, {"hours": 12}, read=1, side=NEED, by=by)
    acts = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    said = {act.who: act.words for act in acts}
    assert "La fiche mission a changé" in said[OFFER]
    assert "Tout est prêt" in said[NEED]


def test_at_work_each_side_reads_the_sheet_until_it_has_said_yes():
    mission = make_mission(work=True, regime=Regime.PRESTATION)
    sheet = mission.sheet
    assert turns(mission) == on("mission-sheet", mission, *BOTH)
    for side, left in (("need_agreed", [OFFER]), ("offer_agreed", [NEED])):
        type(sheet).objects.update(need_agreed=None, offer_agreed=None)
        type(sheet).objects.update(**{side: sheet.number})
        assert turns(mission) == on("mission-sheet", mission, *left)
    type(sheet).objects.update(need_agreed=sheet.number)
    assert turns(mission) == on("mission-sheet", mission, *BOTH)
    assert tasks(mission) == {"passer à la suite"}, "either of them, for both"


def test_the_papers_are_written_made_signed_and_then_the_mission_starts():
    mission = make_mission(
        work=True, regime=Regime.PRESTATION, status=MissionStatus.DOCUMENTS, written=False
    )
    assert turns(mission) == on("mission-sheet", mission, *BOTH)
    signed = signed_mission(status=MissionStatus.DOCUMENTS)
    assert turns(signed) == on("mission-start", signed, *BOTH)
    paper = signed.documents.get(kind=Kind.CONVENTION_SERVICE)
    documents.void(paper, reason="Erreur de nom.", by=make_user())
    assert turns(signed) == on("mission-documents", signed, *BOTH)
    head = head_of(signed.need.organisation)
    made = documents.make(Kind.CONVENTION_SERVICE, signed, by=head, now=timezone.now())
    signers = [SIGNERS[Party.STRUCTURE], SIGNERS[Party.EMPLOYER]]
    assert sorted(turns(signed)) == sorted(on("mission-documents", signed, *signers))
    sign_one(made, Party.STRUCTURE)
    assert turns(signed) == on("mission-documents", signed, SIGNERS[Party.EMPLOYER])


# --- while it runs -------------------------------------------------------------------------
def test_the_work_is_said_to_be_done_once_the_last_day_has_passed():
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-9), ends_on=in_days(0))
    assert turns(mission) == on("mission-hours", mission, COMES)
    Mission.objects.filter(pk=mission.pk).update(ends_on=in_days(-1))
    assert turns(mission) == on("mission-deliver", mission, *BOTH)


def test_nobody_is_asked_for_hours_once_all_that_are_planned_are_written():
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-9), ends_on=in_days(9))
    type(mission.sheet).objects.update(hours=12)
    give_hours(mission, 6, 5)
    assert turns(mission) == on("mission-hours", mission, COMES)
    mission.hours.update(hours=6)
    assert turns(mission) == []


def test_an_amendment_waits_for_those_who_have_still_to_sign_and_for_the_employer():
    mission = signed_mission()
    amendment = propose(mission)
    structure, employer = SIGNERS[Party.STRUCTURE], SIGNERS[Party.EMPLOYER]
    page = reverse("amendment", args=[amendment.pk])
    hours = on("mission-hours", mission, COMES)
    assert sorted(turns(mission)[:2]) == sorted([(structure, page), (employer, page)])
    assert turns(mission)[2:] == [(MANAGER, ""), *hours]
    sign_one(amendment.documents.get(), Party.STRUCTURE)
    assert turns(mission) == [(employer, page), (MANAGER, ""), *hours]


WAIT_FOR_HOURS = [
    *(MissionStatus.RUNNING, MissionStatus.LEFT, MissionStatus.REVIEWED, MissionStatus.VALUED),
    MissionStatus.INTERRUPTED,
]


@pytest.mark.parametrize("status", WAIT_FOR_HOURS)
def test_hours_wait_for_the_structure_until_it_has_confirmed_them(status):
    mission = make_mission(
        work=True, regime=Regime.LOAN, status=status, interrupted_at=timezone.now()
    )
    (confirm,) = on("mission-hours", mission, NEED)
    assert confirm not in turns(mission)
    written = mission.hours.create(person=mission.offer.person, day=in_days(0), hours=3)
    assert turns(mission).count(confirm) == 1
    mission.hours.filter(pk=written.pk).update(confirmed_at=timezone.now())
    assert confirm not in turns(mission)


def test_the_value_of_what_was_given_before_it_stopped_is_the_company_s_to_declare_for_a_season():
    mission = make_mission(
        work=True,
        regime=Regime.LOAN,
        status=MissionStatus.INTERRUPTED,
        interrupted_at=timezone.now(),
    )
    value = on("mission-value", mission, COMPANY)
    assert turns(mission) == [], "nothing was given"
    give_hours(mission)
    assert turns(mission) == value
    Mission.objects.update(moved_at=timezone.now() - timedelta(days=91))
    assert turns(mission) == []


def test_without_confirmed_hours_nobody_is_asked_for_their_value():
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.REVIEWED)
    give_hours(mission, confirmed=False)
    assert turns(mission) == on("mission-hours", mission, NEED)


# --- the person has left -------------------------------------------------------------------
def test_whoever_settles_a_departure_reads_what_is_left_to_do(client):
    boss, odile = make_user(first_name="Paul"), make_user(first_name="Odile", last_name="Renard")
    company = make_organisation("COMPANY", administrator=boss, member=odile, legal_form="SAS")
    mission = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    goes(mission)
    assert turns(mission) == on("mission-left", mission, *SETTLE)
    gone = tasks(mission)
    back(mission)
    assert turns(mission) == on("mission-left", mission, *SETTLE)
    assert tasks(mission) == {"reprendre la mission"}
    Membership.objects.filter(user=mission.offer.person).delete()
    transfer = asked(Mission.objects.get(pk=mission.pk), odile, boss)
    assert turns(mission) == on("mission-left", mission, *SETTLE)
    assert not tasks(mission) & (gone | {"reprendre la mission"})
    says(client, transfer, "YES", odile)
    proposal = transfer_proposal(transfer)
    assert turns(mission) == [(NEED, proposal.get_absolute_url())], "the structure alone answers"


# --- once it is done -----------------------------------------------------------------------
@pytest.mark.parametrize(("gave", "left"), [("OFFER", NEED), ("NEED", COMES)])
def test_a_review_is_awaited_of_whoever_has_given_none(gave, left):
    mission = make_mission(status=MissionStatus.DELIVERED)
    assert sorted(turns(mission)) == sorted(on("mission-review", mission, COMES, NEED))
    mission.reviews.create(side=gave, author=mission.offer.person, rating=5, again=True)
    assert turns(mission) == on("mission-review", mission, left)


def test_where_the_frame_gives_no_receipt_nothing_is_left_to_do():
    mission = make_mission(work=True, regime=Regime.NOT_ELIGIBLE, status=MissionStatus.REVIEWED)
    assert turns(mission) == []


def test_a_receipt_is_given_once_and_again_when_it_was_voided():
    mission = make_receivable()
    valued = Mission.objects.filter(pk=mission.pk)
    valued.update(status=MissionStatus.VALUED)
    assert turns(mission) == on("mission-receipt", mission, RECEIPTS)
    mission.refresh_from_db()
    by = head_of(mission.need.organisation)
    given = receipts.issue(mission, by=by, capacity="présidente", now=timezone.now())
    valued.update(status=MissionStatus.VALUED)
    assert turns(mission) == []
    documents.void(given, reason="Mauvaises heures", by=by)
    assert turns(mission) == on("mission-receipt", mission, RECEIPTS)


@pytest.mark.parametrize(
    ("said", "who", "page"),
    [
        (None, NEED, "eligibility"),
        ({"status": "TO_CHECK"}, NEED, "eligibility"),
        (
            {"status": "TO_CHECK", "verified_at": None, "verified_by": None},
            COORDINATION,
            "eligibility",
        ),
        ({"valid_until": in_days(-1)}, NEED, "eligibility"),
        ({"verified_at": None, "verified_by": None}, COORDINATION, "eligibility"),
        ({"status": "NOT_ELIGIBLE"}, RECEIPTS, "mission-close"),
    ],
)
def test_before_the_receipt_the_structure_says_whether_it_may_give_one(said, who, page):
    mission = make_receivable()
    structure = mission.need.organisation
    if said is None:
        structure.eligibilities.all().delete()
    else:
        structure.eligibilities.update(**said)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    number = mission.pk if page == "mission-close" else structure.pk
    assert turns(mission) == [(who, reverse(page, args=[number]))]
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    (act,) = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    if page == "mission-close":
        assert (act.who, act.url) == (who, reverse(page, args=[number])), "no value is asked for"
    else:
        assert "reçu" not in act.words


def test_the_sheet_is_written_before_anybody_says_yes_to_it():
    mission = make_mission(work=True, regime=Regime.PRESTATION, written=False)
    assert turns(mission) == on("mission-sheet", mission, *BOTH)
    assert tasks(mission) == {"écrire sur la fiche le but et le travail confié"}


def test_a_mission_waits_for_each_state_as_long_as_that_state_may_take():
    mission = make_mission(
        work=True, regime=Regime.PRESTATION, starts_on=in_days(30), ends_on=in_days(60)
    )
    begun = timezone.localtime() - timedelta(days=3)
    Mission.objects.filter(pk=mission.pk).update(moved_at=begun)
    (first, *_others) = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    assert first.due_on == (begun + timedelta(days=7)).date()


@pytest.mark.parametrize("contested", [False, True])
def test_hours_have_no_day_of_the_mission_s_next_step(client, contested):
    """« Heures à confirmer, avant le 1er octobre », the day of the reviews: silence confirmed them on 17 September."""
    mission = give_hours(make_mission(status=MissionStatus.DELIVERED), 7, confirmed=False)
    if contested:
        mission.hours.update(contested_at=timezone.now())
    rows = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    page = reverse("mission-hours", args=[mission.pk])
    assert [act.due_on for act in rows if act.url == page] == [None]
    assert all(act.due_on for act in rows if act.url != page)
    client.force_login(mission.need.created_by)
    assert "À vous, d’ici le" in client.get(mission.get_absolute_url()).text
