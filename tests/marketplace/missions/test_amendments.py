"""A change to what was signed: proposed, signed by all, then in force; what stands meanwhile, and what falls."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents, verification
from marketplace.actions.missions import (
    agreements,
    amendments,
    departures,
    hours,
    missions,
    renewals,
    sheets,
)
from marketplace.actions.refusals import NotYet
from marketplace.law import limits
from marketplace.models import (
    Agreement,
    Amendment,
    Departure,
    Document,
    Kind,
    Mission,
    Party,
    Regime,
    Side,
)
from marketplace.models.documents.documents import CHANGED_BY, kinds_before
from marketplace.states import AmendmentStatus, DocumentStatus, MissionStatus
from tests.factories import make_user
from tests.marketplace.documents.document_desk import give_hours, head_of, make_mission
from tests.marketplace.missions.amending import (
    employer_agrees,
    fresh,
    later,
    propose,
    sign_all,
    sign_one,
    sign_papers,
    signed_mission,
)

pytestmark = pytest.mark.django_db


def standing(mission) -> dict[str, str]:
    """Kind → state, of the papers that don't belong to an amendment."""
    return dict(mission.documents.filter(amendment=None).values_list("kind", "status"))


def of_amendment(amendment) -> set[str]:
    return set(amendment.documents.values_list("kind", flat=True))


# --- what stands ---------------------------------------------------------------------------
@pytest.mark.parametrize("regime", list(Regime))
def test_what_all_have_signed_is_voided_by_no_side_s_form(regime):
    mission = signed_mission(regime)
    before = standing(mission)
    for side, by in (
        (Side.NEED, head_of(mission.need.organisation)),
        (Side.OFFER, mission.offer.person),
    ):
        with pytest.raises(NotYet, match="avenant"):
            sheets.change(mission, {"hours": 90}, read=1, side=side, by=by)
    mission = fresh(mission)
    assert (mission.sheet.number, mission.sheet.hours) == (1, 70)
    assert standing(mission) == before
    assert DocumentStatus.VOIDED not in before.values()


@pytest.mark.parametrize("regime", list(Regime))
def test_the_version_in_force_stands_until_all_have_signed_then_the_sheet_is_the_next(regime):
    mission = signed_mission(regime)
    before, end = standing(mission), later(mission)
    amendment = propose(mission, hours=90, ends_on=end)
    assert of_amendment(amendment) == {CHANGED_BY[kind] for kind in kinds_before(regime)}
    assert standing(mission) == before
    assert fresh(mission).sheet.number == 1

    employer_agrees(amendment)
    assert fresh(mission).sheet.number == 1
    sign_papers(amendment)
    mission, amendment = fresh(mission), Amendment.objects.get(pk=amendment.pk)
    assert amendment.status == AmendmentStatus.IN_FORCE
    assert (mission.sheet.number, mission.sheet.hours, mission.ends_on) == (2, 90, end)
    assert mission.sheet.is_agreed
    assert mission.sheet.versions.filter(number=2).count() == 1
    assert standing(mission) == before
    assert not documents.left_to_sign(mission)
    assert mission.status == MissionStatus.RUNNING
    if mission.has_employer:
        assert (mission.agreed_version, mission.agreed_hours) == (2, 90)
    assert list(verification.faults()) == []


@pytest.mark.parametrize("regime", [Regime.LOAN, Regime.NOT_ELIGIBLE])
def test_in_a_loan_convention_and_contract_change_together(regime):
    amendment = propose(signed_mission(regime), address="3 rue Neuve, Lille")
    convention = amendment.documents.get(kind=Kind.CONVENTION_CHANGE)
    contract = amendment.documents.get(kind=Kind.CONTRACT_CHANGE)
    sign_all(convention)
    amendment.refresh_from_db()
    assert (amendment.status, fresh(amendment.mission).sheet.number) == (
        AmendmentStatus.PROPOSED,
        1,
    )
    sign_all(contract)
    amendment.refresh_from_db()
    assert (amendment.status, fresh(amendment.mission).sheet.number) == (
        AmendmentStatus.IN_FORCE,
        2,
    )


def test_a_loan_of_which_one_paper_is_left_to_sign_is_signed_before_it_is_amended():
    mission = make_mission(Regime.LOAN)
    convention = documents.make(
        Kind.CONVENTION_LOAN, mission, by=head_of(mission.need.organisation), now=timezone.now()
    )
    sign_all(convention)
    with pytest.raises(NotYet, match="contrat de travail"):
        propose(mission)
    with pytest.raises(NotYet, match="avenant"):
        sheets.change(
            mission, {"hours": 9}, read=1, side=Side.NEED, by=head_of(mission.need.organisation)
        )


# --- the employer --------------------------------------------------------------------------
def test_hours_or_dates_on_working_time_ask_the_employer_anew_without_voiding_the_former_yes():
    mission = signed_mission(Regime.LOAN)
    former = Agreement.objects.create(
        mission=mission, asked="MANAGER", name="D", sheet_version=1, asked_by=mission.offer.person,
        answer="YES", answered_at=timezone.now(),
    )  # fmt: skip
    amendment = propose(mission, hours=90)
    sign_papers(amendment)
    former.refresh_from_db()
    mission = fresh(mission)
    assert former.voided_at is None
    assert (mission.agreed_version, mission.agreed_hours, mission.sheet.number) == (1, 70, 1)
    employer_agrees(amendment)
    mission = fresh(mission)
    assert (mission.agreed_version, mission.agreed_hours, mission.sheet.number) == (2, 90, 2)


def test_another_place_asks_no_employer_and_keeps_what_was_agreed():
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission, address="3 rue Neuve, Lille")
    assert not amendment.asks_employer
    assert not amendment.agreements.exists()
    sign_papers(amendment)
    mission = fresh(mission)
    assert (mission.agreed_version, mission.agreed_hours, mission.sheet.number) == (2, 70, 2)


def test_the_employer_s_no_lets_the_amendment_fall_and_nothing_else():
    mission = signed_mission(Regime.PRESTATION)
    amendment = propose(mission)
    question = Agreement.objects.waiting().get(amendment=amendment)
    agreements.answer(question, answer="NO", reason="Trop.", now=timezone.now())
    amendment.refresh_from_db()
    assert amendment.status == AmendmentStatus.DECLINED
    assert fresh(mission).status == MissionStatus.RUNNING
    assert set(standing(mission).values()) == {DocumentStatus.SIGNED}


# --- how it ends otherwise -----------------------------------------------------------------
@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("end", [amendments.decline, amendments.withdraw])
def test_declined_or_withdrawn_leaves_everything_as_it_was(regime, end):
    mission = signed_mission(regime)
    before = (standing(mission), fresh(mission).sheet.hours, fresh(mission).ends_on)
    amendment = propose(mission, hours=90, ends_on=later(mission))
    sign_one(amendment.documents.exclude(kind=Kind.ORDER_CHANGE).first(), Party.STRUCTURE)
    end(amendment, reason="Finalement non.", by=head_of(mission.need.organisation))
    mission = fresh(mission)
    assert (standing(mission), mission.sheet.hours, mission.ends_on) == before
    assert mission.sheet.number == 1
    assert set(amendment.documents.values_list("status", flat=True)) == {DocumentStatus.VOIDED}
    assert not amendment.agreements.current().exists()
    assert propose(mission).ordinal == 2
    assert list(verification.faults()) == []


def test_a_mission_that_stops_or_is_delivered_takes_its_amendment_along():
    for act in (
        missions.deliver,
        lambda mission, **said: missions.interrupt(mission, reason="x", **said),
    ):
        mission = signed_mission()
        amendment = propose(mission)
        act(mission, by=head_of(mission.need.organisation), now=timezone.now())
        amendment.refresh_from_db()
        assert amendment.status == AmendmentStatus.WITHDRAWN


def test_an_amendment_falls_when_the_person_leaves_the_company_and_what_was_signed_stays():
    mission = signed_mission(Regime.LOAN)
    amendment = propose(mission)
    person, company = mission.offer.person, mission.offer.organisation
    company.memberships.filter(user=person).delete()
    departures.begin(
        person, company, why=Departure.Why.LEFT, by=head_of(company), now=timezone.now()
    )
    amendment.refresh_from_db()
    assert amendment.status == AmendmentStatus.WITHDRAWN
    assert set(amendment.documents.values_list("status", flat=True)) == {DocumentStatus.VOIDED}
    assert set(standing(mission).values()) == {DocumentStatus.SIGNED}
    with pytest.raises(NotYet, match="une fois qu’elle a repris"):
        propose(mission)


# --- what is refused -----------------------------------------------------------------------
def test_one_open_amendment_a_mission_at_a_time():
    mission = signed_mission()
    propose(mission)
    with pytest.raises(NotYet, match="Avenant n°.1"):
        propose(mission, hours=100)
    assert mission.amendments.count() == 1


def test_a_change_to_nothing_is_refused_with_a_sentence():
    mission = signed_mission()
    with pytest.raises(NotYet, match="Rien ne change"):
        propose(mission, hours=70, aim=mission.sheet.aim, ends_on=mission.ends_on)
    assert not mission.amendments.exists()


def test_before_anything_is_signed_the_sheet_changes_freely():
    mission = make_mission()
    with pytest.raises(NotYet, match="fiche"):
        propose(mission)
    sheets.change(
        mission, {"hours": 90}, read=1, side=Side.NEED, by=head_of(mission.need.organisation)
    )
    assert fresh(mission).sheet.hours == 90


@pytest.mark.parametrize("status", [MissionStatus.DELIVERED, MissionStatus.CLOSED])
def test_what_is_done_is_amended_no_more(status):
    with pytest.raises(NotYet, match="livraison"):
        propose(signed_mission(status=status))


def test_the_law_s_length_holds_for_an_amendment_too():
    mission = signed_mission(Regime.LOAN)
    with pytest.raises(NotYet, match="au plus tard"):
        propose(mission, ends_on=mission.starts_on + timedelta(days=4 * 365))


def test_it_gives_no_fewer_hours_than_are_written_and_no_other_days():
    mission = give_hours(signed_mission(), 7, 7)
    with pytest.raises(NotYet, match="14.heures"):
        propose(mission, hours=13)
    with pytest.raises(NotYet, match="ce jour"):
        propose(mission, starts_on=mission.starts_on + timedelta(days=1))
    propose(mission, hours=14)


def test_it_stays_between_the_mission_it_goes_on_with_and_the_one_that_goes_on_with_it():
    first = signed_mission()
    said = {"hours": 20, "by": head_of(first.need.organisation)}
    begins = first.ends_on + timedelta(days=10)
    following = renewals.renew(first, starts_on=begins, ends_on=later(first, 40), **said)
    with pytest.raises(NotYet, match="Une reconduction commence le"):
        propose(first, ends_on=begins)
    propose(first, ends_on=begins - timedelta(days=1))
    following = signed_mission(mission=following)
    with pytest.raises(NotYet, match="avant la fin de la mission dont elle prend la suite"):
        propose(following, starts_on=first.ends_on)
    propose(following, starts_on=first.ends_on + timedelta(days=1))


def test_a_renewal_that_was_stopped_is_in_the_way_of_no_later_end():
    mission = signed_mission()
    following = renewals.renew(
        mission, starts_on=later(mission, 5), ends_on=later(mission, 40), hours=20,
        by=head_of(mission.need.organisation),
    )  # fmt: skip
    missions.interrupt(following, reason="Fin.", by=None, now=timezone.now())
    assert propose(mission, ends_on=later(mission, 20)).is_open


def test_the_law_s_length_counts_from_the_mission_that_was_first():
    """Each of the two is short enough by itself."""
    first = signed_mission(Regime.LOAN)
    latest = limits.last_day(Regime.LOAN, first.starts_on)
    following = renewals.renew(
        first, starts_on=later(first, 1), ends_on=later(first, 30), hours=20,
        by=head_of(first.need.organisation),
    )  # fmt: skip
    following = signed_mission(Regime.LOAN, mission=following)
    with pytest.raises(NotYet, match="reconductions comprises"):
        propose(following, ends_on=latest.day + timedelta(days=1))


def test_an_end_before_the_beginning_is_refused():
    mission = signed_mission()
    with pytest.raises(NotYet, match="La fin est avant le début"):
        propose(mission, ends_on=mission.starts_on - timedelta(days=1))


def test_an_amendment_of_an_old_version_is_refused():
    mission = signed_mission()
    with pytest.raises(NotYet, match="a changé la fiche"):
        amendments.propose(
            mission, {"hours": 90}, why="x", read=7, side=Side.NEED, now=timezone.now(),
            by=head_of(mission.need.organisation),
        )  # fmt: skip


# --- hours and dates follow what is in force -----------------------------------------------
def test_hours_past_the_end_or_the_ceiling_in_force_name_the_amendment_awaited():
    mission = signed_mission(Regime.VOLUNTEERING)
    today = timezone.localdate()
    Mission.objects.filter(pk=mission.pk).update(ends_on=today - timedelta(days=2))
    mission = fresh(mission)
    person, yesterday = mission.offer.person, today - timedelta(days=1)
    with pytest.raises(NotYet, match="il faut d’abord un avenant"):
        hours.write(mission, {yesterday: (D(2), "")}, person=person, today=today)
    amendment = propose(mission, ends_on=today + timedelta(days=30), hours=71)
    with pytest.raises(NotYet, match="Avenant n°.1"):
        hours.write(mission, {yesterday: (D(2), "")}, person=person, today=today)
    give_hours(mission, *[12] * 5, 10)
    with pytest.raises(NotYet, match="Avenant n°.1"):
        hours.write(mission, {mission.ends_on: (D(1), "")}, person=person, today=today)
    sign_papers(amendment)
    mission = fresh(mission)
    assert hours.write(mission, {yesterday: (D(1), "")}, person=person, today=today) == 1


# --- papers half signed --------------------------------------------------------------------
def test_a_volunteer_s_letter_half_signed_is_made_anew_and_those_who_sign_are_asked():
    mission = make_mission(Regime.VOLUNTEERING, status=MissionStatus.RUNNING)
    head = head_of(mission.need.organisation)
    letter = documents.make(Kind.MISSION_LETTER, mission, by=head, now=timezone.now())
    sign_one(letter, Party.PERSON)
    sheets.change(mission, {"hours": 90}, read=1, side=Side.NEED, by=head)
    letter.refresh_from_db()
    assert letter.status == DocumentStatus.VOIDED
    anew = mission.documents.get(status=DocumentStatus.TO_SIGN)
    assert (anew.kind, anew.replaces, anew.facts["mission"]["hours"]) == (
        Kind.MISSION_LETTER,
        letter,
        "90 heures",
    )
    told = mission.offer.person.notifications.values_list("kind", flat=True)
    assert {"document_voided", "document_to_sign"} <= set(told)


# --- the two ways out ----------------------------------------------------------------------
def test_without_what_all_signed_a_mission_is_paused_until_it_is_signed_again():
    mission = signed_mission(Regime.LOAN)
    coordinator = make_user()
    documents.void(
        mission.documents.get(kind=Kind.CONVENTION_LOAN), reason="Erreur de nom.", by=coordinator
    )
    mission = fresh(mission)
    assert mission.status == MissionStatus.SUSPENDED
    assert set(standing(mission).values()) == {DocumentStatus.VOIDED}
    with pytest.raises(NotYet, match="signés"):
        missions.resume(mission, by=coordinator)
    for kind in kinds_before(Regime.LOAN):
        sign_all(
            documents.make(kind, mission, by=head_of(mission.need.organisation), now=timezone.now())
        )
    missions.resume(mission, by=coordinator)
    assert fresh(mission).status == MissionStatus.RUNNING


def test_a_signed_paper_is_not_voided_while_its_amendment_waits():
    mission = signed_mission()
    propose(mission)
    with pytest.raises(NotYet, match="retiré"):
        documents.void(Document.objects.get(amendment=None), reason="x", by=make_user())


def test_no_new_version_takes_the_place_of_a_signed_paper():
    mission = signed_mission()
    with pytest.raises(NotYet, match="signé"):
        documents.make(
            Kind.CONVENTION_SERVICE,
            mission,
            by=head_of(mission.need.organisation),
            now=timezone.now(),
        )
