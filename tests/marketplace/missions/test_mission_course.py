"""From start to last page: each act by the right person, a stranger, the wrong role, nobody, twice, too late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ForbiddenMove, Membership
from common.dates import add_months, spoken
from marketplace.actions.missions import missions, renewals
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Regime, Review, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import give_hours

ACTS = {
    "start": (MissionStatus.FRAMING, MissionStatus.RUNNING),
    "suspend": (MissionStatus.RUNNING, MissionStatus.SUSPENDED),
    "resume": (MissionStatus.SUSPENDED, MissionStatus.RUNNING),
    "dispute": (MissionStatus.RUNNING, MissionStatus.DISPUTED),
    "interrupt": (MissionStatus.RUNNING, MissionStatus.INTERRUPTED),
    "deliver": (MissionStatus.RUNNING, MissionStatus.DELIVERED),
    "close": (MissionStatus.REVIEWED, MissionStatus.CLOSED),
}
WHY = {"reason": "Parce que."}
REVIEW = {"rating": 5, "again": "yes", "words": "Merci."}


def url(act: str, mission) -> str:
    return reverse(f"mission-{act}", args=[mission.pk])


def acting(act: str, **fields) -> Mission:
    return make_mission(status=ACTS[act][0], **fields)


@pytest.mark.parametrize("act", ACTS)
def test_the_structure_moves_it(client, act):
    mission = acting(act)
    client.force_login(mission.need.created_by)
    assert client.get(url(act, mission)).status_code == 200
    mission.refresh_from_db()
    assert mission.status == ACTS[act][0]  # reading changes nothing
    client.post(url(act, mission), WHY)
    mission.refresh_from_db()
    assert mission.status == ACTS[act][1]
    told = Notification.objects.filter(
        recipient=mission.offer.person, key__startswith="mission-step:"
    )
    assert told.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_twice_is_once_and_too_late_is_said(client, act):
    mission = acting(act)
    client.force_login(mission.need.created_by)
    client.post(url(act, mission), WHY)
    again = client.post(url(act, mission), WHY, follow=True)
    assert "Trop tard" in again.content.decode()
    assert mission.steps.filter(after=ACTS[act][1]).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_the_page_of_an_act_that_can_t_be_any_more_says_so_before_one_writes_why(client, act):
    mission = acting(act)
    client.force_login(mission.need.created_by)
    client.post(url(act, mission), WHY)
    page = client.get(url(act, mission), follow=True)
    assert page.redirect_chain[-1][0] == mission.get_absolute_url()
    assert "Trop tard" in page.text


def test_who_starts_early_is_told_from_when_hours_are_written(client):
    mission = make_mission(status=MissionStatus.FRAMING)
    client.force_login(mission.need.created_by)
    assert "Dès le premier jour" in client.get(url("start", mission)).text
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(10), ends_on=in_days(60))
    page = client.get(url("start", mission)).text
    assert "Pour commencer plus tôt, changez d’abord la fiche" in page
    assert "Dès le premier jour" not in page


def test_the_page_that_starts_a_mission_says_what_comes_first(client):
    mission = make_mission(status=MissionStatus.FRAMING, work=True)
    client.force_login(mission.need.created_by)
    page = client.get(url("start", mission), follow=True).text
    assert "La mission ne peut pas encore commencer" in page
    assert "Oui, la mission commence" not in page


@pytest.mark.parametrize("act", [*ACTS, "review", "renew"])
def test_a_stranger_finds_nothing_and_nobody_signs_in(client, act):
    mission = acting(act) if act in ACTS else make_mission(status=MissionStatus.DELIVERED)
    assert reverse("account_login") in client.post(url(act, mission), WHY).url
    client.force_login(make_user())
    assert client.post(url(act, mission), WHY).status_code == 404


@pytest.mark.parametrize("act", ["suspend", "dispute", "interrupt"])
def test_whoever_stops_says_why(client, act):
    mission = acting(act)
    client.force_login(mission.offer.person)
    client.post(url(act, mission), {"reason": " "})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RUNNING


# --- own time: quick -----------------------------------------------------------------------
def test_on_own_time_one_page_stands_between_yes_and_running(client):
    mission = make_mission()
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).content.decode()
    assert "Commencer la mission" in page
    client.post(url("start", mission))
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RUNNING
    assert mission.started_at


def test_at_work_nothing_starts_before_it_is_agreed():
    mission = make_mission(work=True, regime=Regime.LOAN)
    with pytest.raises(NotYet, match="sa fiche doit être acceptée"):
        missions.start(mission, by=mission.offer.person, now=timezone.now())


# --- the wrong role ------------------------------------------------------------------------
def test_the_volunteer_does_not_close(client):
    mission = acting("close")
    client.force_login(mission.offer.person)
    assert client.post(url("close", mission)).status_code == 403


def test_only_the_structure_says_that_something_is_missing(client):
    mission = make_mission(status=MissionStatus.DELIVERED)
    client.force_login(mission.offer.person)
    assert client.post(url("resume", mission), WHY).status_code == 403
    client.force_login(mission.need.created_by)
    client.post(url("resume", mission), WHY)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RUNNING


def test_a_company_member_s_colleague_has_no_page_of_an_own_time_mission(client):
    colleague = make_user()
    make_organisation("COMPANY", member=colleague)
    mission = make_mission()
    client.force_login(colleague)
    assert client.get(mission.get_absolute_url()).status_code == 404


# --- places --------------------------------------------------------------------------------
def test_an_interrupted_mission_frees_need_and_offer():
    mission = make_mission(status=MissionStatus.RUNNING)
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    mission = Mission.objects.get(pk=mission.pk)
    assert mission.need.status == NeedStatus.PUBLISHED
    assert "Une place est de nouveau libre" in mission.need.steps.last().said
    assert mission.offer.status == OfferStatus.PUBLISHED
    assert not Mission.objects.taking_a_place().exists()


def test_the_letter_of_an_interrupted_mission_says_what_is_open_and_not_what_might_be():
    """“De nouveau ouvert si ses dates le permettent” was written of a need whose dates were over, and known to be."""
    mission = make_mission(status=MissionStatus.RUNNING)
    Need.objects.filter(pk=mission.need_id).update(starts_on=in_days(-9), ends_on=in_days(-1))
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    letter = Notification.objects.filter(kind="mission_interrupted").first()
    assert "L’offre est ouverte à d’autres." in letter.text
    assert "Le besoin" not in letter.text


# --- reviews -------------------------------------------------------------------------------
def test_the_second_review_moves_it_on(client):
    mission = make_mission(status=MissionStatus.DELIVERED)
    client.force_login(mission.need.created_by)
    client.post(url("review", mission), REVIEW | {"handed_over": "ALONE"})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.DELIVERED
    client.force_login(mission.offer.person)
    assert (
        "continuer seule\u00a0?</legend>" not in client.get(url("review", mission)).content.decode()
    )
    client.post(url("review", mission), REVIEW)
    assert mission.steps.filter(after=MissionStatus.REVIEWED).exists()
    assert Review.objects.get(side=Side.NEED).handed_over == "ALONE"


def test_nobody_waits_for_ever_for_a_review():
    now = timezone.now()
    mission = make_mission(
        work=True, regime=Regime.LOAN, status=MissionStatus.DELIVERED, delivered_at=now
    )
    give_hours(mission)
    assert missions.end_awaited_reviews(now + timedelta(days=20)) == 0
    assert missions.end_awaited_reviews(now + timedelta(days=21)) == 1
    assert missions.end_awaited_reviews(now + timedelta(days=22)) == 0
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED


def test_closing_without_a_value_asks_why(client):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.REVIEWED)
    give_hours(mission)
    Membership.objects.filter(user=mission.need.created_by).update(role="ADMINISTRATOR")
    client.force_login(mission.need.created_by)
    with pytest.raises(NotYet, match="sans reçu"):
        missions.close(mission, by=mission.need.created_by, now=timezone.now())
    assert "sans reçu" in client.get(url("close", mission)).content.decode()
    client.post(url("close", mission), WHY)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED


# --- renewing ------------------------------------------------------------------------------
def renewal(**changes):
    return {"starts_on": in_days(100), "ends_on": in_days(190), "hours": 30} | changes


def test_a_renewal_goes_on_with_the_same_people_on_the_same_place(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.need.created_by)
    client.post(url("renew", mission), renewal())
    following = Mission.objects.get(renewed_from=mission)
    assert following.status == MissionStatus.FRAMING
    assert following.sheet.hours == 30
    assert following.sheet.aim == mission.sheet.aim
    assert list(Mission.objects.taking_a_place()) == [mission]
    assert Notification.objects.filter(
        recipient=mission.offer.person, kind="mission_renewed"
    ).exists()


@pytest.mark.parametrize("renewed", [True, False])
def test_with_a_renewal_that_stops_nothing_is_said_to_open_again(client, renewed):
    """“Le besoin et l’offre s’ouvrent de nouveau” was asked and written of a renewal, which has no place of its own."""
    mission = make_mission(status=MissionStatus.RUNNING)
    if renewed:
        Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RENEWED)
        first = Mission.objects.get(pk=mission.pk)
        mission = renewals.renew(first, **renewal(), by=mission.need.created_by)
    client.force_login(mission.need.created_by)
    asked = client.get(url("interrupt", mission)).text.partition("<main")[2]
    client.post(url("interrupt", mission), WHY)
    letter = Notification.objects.get(kind="mission_interrupted", recipient=mission.offer.person)
    mission.need.refresh_from_db()
    opens = mission.need.status == NeedStatus.PUBLISHED
    assert opens == (not renewed)
    assert ("et l’offre" in asked, "et l’offre" in letter.text) == (opens, opens)


def test_the_law_s_last_day_of_a_renewal_is_counted_from_the_first_mission(client):
    mission = make_mission(status=MissionStatus.RUNNING, work=True, regime=Regime.LOAN)
    renewals.renew(mission, **renewal(), by=mission.need.created_by)
    client.force_login(mission.need.created_by)
    following = Mission.objects.get(renewed_from=mission)
    latest = spoken(add_months(mission.starts_on, 36) - timedelta(days=1), "j F Y")
    for one in (mission, following):
        page = client.get(one.get_absolute_url()).text
        assert f"reconductions comprises, jusqu’au {latest} au plus tard" in page


def test_a_mission_that_was_delivered_early_is_renewed_from_the_next_day():
    now = timezone.now()
    mission = make_mission(
        status=MissionStatus.REVIEWED, starts_on=in_days(-9), ends_on=in_days(60),
        started_at=now - timedelta(days=9), delivered_at=now,
    )  # fmt: skip
    by = mission.need.created_by
    with pytest.raises(NotYet, match="avant la fin de la mission"):
        renewals.renew(mission, **renewal(starts_on=in_days(0)), by=by)
    following = renewals.renew(mission, **renewal(starts_on=in_days(1)), by=by)
    assert following.starts_on == in_days(1)


def test_once_closed_it_is_said_renewed():
    mission = make_mission(status=MissionStatus.CLOSED, ends_on=in_days(5))
    renewals.renew(mission, **renewal(), by=mission.need.created_by)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RENEWED


def test_a_renewal_waits_for_the_end_of_the_first():
    mission = make_mission(status=MissionStatus.RUNNING)
    following = renewals.renew(mission, **renewal(), by=mission.need.created_by)
    with pytest.raises(NotYet, match="pas encore finie"):
        missions.start(following, by=mission.need.created_by, now=timezone.now())


@pytest.mark.parametrize("says", ["starts it", "agrees to the sheet", "renewed it"])
def test_a_volunteer_goes_on_by_their_own_will(says):
    mission = make_mission(status=MissionStatus.CLOSED)
    structure, person = mission.need.created_by, mission.offer.person
    by = person if says == "renewed it" else structure
    following = renewals.renew(mission, **renewal(), by=by)
    now = timezone.now()
    if says != "renewed it":
        with pytest.raises(NotYet, match="n’a pas encore dit vouloir continuer"):
            missions.start(following, by=structure, now=now)
    if says == "agrees to the sheet":
        missions.agree(following, read=1, side=Side.OFFER, by=person)
    missions.start(following, by=person if says == "starts it" else structure, now=now)
    following.refresh_from_db()
    assert following.status == MissionStatus.RUNNING


def test_the_whole_chain_counts_for_the_law():
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.RUNNING)
    with pytest.raises(NotYet, match="La loi l’arrête"):
        renewals.renew(mission, **renewal(ends_on=in_days(3 * 366)), by=mission.offer.person)
    assert not Mission.objects.filter(renewed_from=mission).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_on": in_days(2)}, "avant la fin de la mission"),
        ({"ends_on": in_days(99)}, "La fin est avant le début"),
        ({"hours": -1}, "supérieure ou égale à 1"),
        ({"hours": 10**12}, "inférieure ou égale à"),
    ],
)
def test_a_wrong_renewal_is_answered_in_a_sentence(client, changes, sentence):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.need.created_by)
    assert sentence in client.post(url("renew", mission), renewal(**changes)).content.decode()
    assert Mission.objects.count() == 1


def test_renewing_twice_is_once():
    mission = make_mission(status=MissionStatus.RUNNING)
    renewals.renew(mission, **renewal(), by=mission.need.created_by)
    with pytest.raises(NotYet, match="a déjà été proposée"):
        renewals.renew(mission, **renewal(), by=mission.need.created_by)


def test_after_a_renewal_that_never_began_it_is_said_how_to_go_on():
    """“This mission has already been renewed”, and it hadn't been."""
    mission = make_mission(status=MissionStatus.RUNNING)
    following = renewals.renew(mission, **renewal(), by=mission.need.created_by)
    missions.interrupt(following, reason="Non.", by=None, now=timezone.now())
    assert "arrêtée avant de commencer" in renewals.why_none(mission)


def test_a_mission_that_stops_takes_its_renewal_with_it():
    mission = make_mission(status=MissionStatus.RUNNING)
    following = renewals.renew(mission, **renewal(), by=mission.need.created_by)
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    following.refresh_from_db()
    assert following.status == MissionStatus.INTERRUPTED


# --- whose turn ----------------------------------------------------------------------------
WHOSE_TURN = [
    (MissionStatus.FRAMING, {"OFFER", "NEED"}),
    (MissionStatus.AGREEMENT, {"ASKS"}),
    (MissionStatus.DOCUMENTS, {"OFFER", "NEED"}),
    (MissionStatus.RUNNING, {"COMES"}),
    (MissionStatus.SUSPENDED, {"OFFER", "NEED"}),
    (MissionStatus.DISPUTED, {"COORDINATION"}),
    (MissionStatus.DELIVERED, {"COMES", "NEED"}),
    (MissionStatus.REVIEWED, {"COMPANY"}),
    (MissionStatus.VALUED, {"NEED"}),  # it has not said whether it may give receipts
    (MissionStatus.CLOSED, set()),
]


@pytest.mark.parametrize(("status", "who"), WHOSE_TURN)
def test_every_state_says_whose_turn_it_is(status, who):
    mission = give_hours(make_mission(work=True, regime=Regime.PRESTATION, status=status))
    mission = Mission.objects.with_course().get(pk=mission.pk)
    assert {act.who for act in next_acts.acts(mission)} == who


def test_what_waits_is_on_one_s_home(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    assert "Répondre à quelques questions" in client.get(reverse("home")).content.decode()


def test_what_nobody_moves_reaches_the_desk(client):
    mission = make_mission(work=True)
    Mission.objects.update(moved_at=timezone.now() - timedelta(days=8))
    client.force_login(make_coordinator(mission.need.pole))
    desk = client.get(reverse("desk"), {"kind": "mission"}).content.decode()
    assert mission.need.title in desk


def test_a_state_is_never_left_by_a_road_that_does_not_exist():
    mission = make_mission(status=MissionStatus.CLOSED)
    with pytest.raises(ForbiddenMove):
        missions.deliver(mission, by=mission.need.created_by, now=timezone.now())
    mission.refresh_from_db()
    assert mission.delivered_at is None
