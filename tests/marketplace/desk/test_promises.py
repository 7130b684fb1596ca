"""The promises against silence: reminders by working days, limits, a no that is respected, freshness."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import proposals, responsiveness, silence
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Message,
    Origin,
    Promises,
    Proposal,
    Reminder,
    Responsiveness,
    Side,
    Solicitation,
)
from marketplace.rules import ask_limits, working_days
from marketplace.states import ProposalStatus
from notifications.models import Notification
from tests.factories import (
    a_pole,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=PARIS)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def proposal(clock):
    """An application made on Monday the 2nd of March: the structure has to answer."""
    return make_proposal(make_need(member=make_user(first_name="Aline")), make_offer())


def on(clock, day, month=3, hour=9):
    clock.move_to(datetime(2026, month, day, hour, tzinfo=PARIS))
    return silence.remind(timezone.now())


def letters(kind):
    return Notification.objects.filter(kind=kind)


# --- working days ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        ("2026-03-02", 2, "2026-03-04"),
        ("2026-03-06", 1, "2026-03-09"),  # a Friday
        ("2026-04-03", 1, "2026-04-07"),  # Easter Monday is no working day
        ("2026-12-24", 2, "2026-12-29"),
        ("2026-03-07", 1, "2026-03-09"),  # asked on a Saturday
    ],
)
def test_days_of_waiting_are_working_days_in_france(asked, days, due):
    start, end = (datetime.fromisoformat(day).date() for day in (asked, due))
    assert working_days.after(start, days) == end
    assert working_days.after(working_days.before(end, days), days) <= end


# --- reminders -------------------------------------------------------------------------------
def test_the_silent_side_is_reminded_after_two_and_five_days_and_the_coordination_told(
    clock, proposal
):
    coordinator = make_coordinator(proposal.need.pole)
    assert on(clock, 3) == 0
    assert on(clock, 4) == 1
    assert letters("proposal_reminder").get().recipient.first_name == "Aline"
    assert on(clock, 4, hour=18) == 0
    assert on(clock, 9) == 1
    assert letters("proposal_reminder").count() == 2
    assert on(clock, 11) == 1
    assert letters("proposal_silent").get().recipient == coordinator
    assert letters("proposal_reminder").count() == 2


def test_when_both_sides_are_silent_the_coordination_reads_both_names(clock, client, proposal):
    coordinator = make_coordinator(proposal.need.pole)
    Proposal.objects.update(need_said_yes_at=None, offer_said_yes_at=None)
    on(clock, 11)
    names = (proposal.need.organisation.name, proposal.offer.discreet_name)
    said = letters("proposal_silent").get().text
    assert f"Ni {names[0]} ni {names[1]} n’a répondu" in said
    client.force_login(coordinator)
    page = unescape(client.get(reverse("desk")).text)
    assert f"Ni {names[0]} ni {names[1]} n’a répondu à la proposition" in page


@pytest.mark.parametrize("many", [4, 0])
def test_after_ten_days_it_is_closed_with_a_kind_word_and_others_if_any(clock, proposal, many):
    others = [make_need(title=f"Autre besoin {n}") for n in range(many)]
    for day in (4, 9, 11, 16):
        on(clock, day)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.UNANSWERED
    letter = letters("proposal_unanswered").get()
    assert letter.recipient == proposal.offer.person
    assert sum(need.get_absolute_url() in letter.text for need in others) == min(many, 3)
    assert ("d’autres pistes" in letter.subject) == bool(many)
    assert ("Aucun autre besoin ne correspond" in letter.text) == (not many)
    assert proposal.need.get_absolute_url() not in letter.text
    assert letters("proposal_let_go").get().recipient.first_name == "Aline"


def test_an_answer_stops_everything(clock, proposal):
    by = proposal.need.organisation.members.get()
    proposals.decline(proposal, side=Side.NEED, reason="Pourvu.", by=by)
    for day in (4, 9, 11, 16, 30):
        assert on(clock, day) == 0
    assert not letters("proposal_reminder").exists()


def test_a_reminder_written_before_the_answer_does_not_leave_after_it(clock, proposal, settings):
    from notifications import delivery

    settings.MAIL_TRANSPORT = "memory"
    on(clock, 4)  # written, and no worker has carried it yet
    by = proposal.need.organisation.members.get()
    proposals.decline(proposal, side=Side.NEED, reason="Pourvu.", by=by)
    clock.move_to(datetime(2026, 3, 4, 12, tzinfo=PARIS))
    delivery.deliver_due()
    assert letters("proposal_reminder").get().sent_at is None


def test_after_an_outage_one_letter_says_it_all(clock, proposal):
    """Both reminders and the telling have become due together."""
    coordinator = make_coordinator(proposal.need.pole)
    assert on(clock, 12) == 1
    assert letters("proposal_reminder").count() == 1
    assert letters("proposal_silent").get().recipient == coordinator
    assert Reminder.objects.filter(merged=True).count() == 2
    assert on(clock, 12, hour=20) == 0


def test_nobody_is_closed_without_a_warning_however_long_the_outage(clock, proposal):
    on(clock, 1, month=4)
    proposal.refresh_from_db()
    assert proposal.is_open
    assert letters("proposal_reminder").count() == 1
    on(clock, 7, month=4)  # three working days later: Easter Monday was the 6th
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.UNANSWERED


def test_a_word_in_the_conversation_is_a_sign_of_life(clock, proposal):
    clock.move_to(MONDAY + timedelta(days=1))
    author = proposal.need.organisation.members.get()
    Message.objects.create(thread=proposal.thread, author=author, text="Je regarde.", sent_key="1")
    assert on(clock, 4) == 0
    assert on(clock, 5) == 1


def test_two_sweeps_at_once_say_it_once(clock, proposal):
    on(clock, 4)
    assert not Reminder.claim(silence.key_of(proposal.pk, silence.FIRST), timezone.now())


def test_a_pole_keeps_its_own_days(clock, proposal):
    another = make_proposal(make_need(make_organisation(pole=make_pole("Pôle lent", ["62"]))))
    Promises.objects.create(pole=proposal.need.pole, remind_after=1)
    Promises.objects.create(pole=another.need.pole, remind_after=3)
    for day, reminded in ((3, [proposal]), (4, []), (5, [another])):
        assert on(clock, day) == len(reminded)
        keys = [silence.key_of(one.pk, silence.FIRST) for one in reminded]
        day_began = timezone.localtime().replace(hour=0)
        assert (
            list(Reminder.objects.filter(at__gte=day_began).values_list("key", flat=True)) == keys
        )


# --- limits ----------------------------------------------------------------------------------
def test_a_volunteer_has_three_applications_waiting_at_once():
    offer = make_offer(capacity=9)
    for _ in range(3):
        proposals.apply(make_need(), offer, word="", by=offer.person)
    with pytest.raises(NotYet, match="3 candidatures"):
        proposals.apply(make_need(), offer, word="", by=offer.person)
    assert Proposal.objects.count() == 3
    # One that the structure has said yes to waits for nobody but the volunteer.
    Proposal.objects.filter(pk=Proposal.objects.first().pk).update(need_said_yes_at=timezone.now())
    proposals.apply(make_need(), offer, word="", by=offer.person)


def test_a_need_has_three_invitations_waiting_per_place():
    need = make_need(member=make_user())
    by = need.organisation.members.get()
    for _ in range(3):
        proposals.invite(need, make_offer(), word="", by=by)
    with pytest.raises(NotYet, match="3 invitations"):
        proposals.invite(need, make_offer(), word="", by=by)


def test_a_volunteer_is_asked_twice_a_month_whatever_the_number_of_their_offers():
    with time_machine.travel(MONDAY, tick=False) as clock:
        person = make_user()
        offers = [make_offer(person), make_offer(person)]
        coordinator = make_coordinator()
        for offer in offers:
            proposals.propose(make_need(), offer, word="", by=coordinator)
        with pytest.raises(NotYet, match="1er avril|2 avril"):
            proposals.propose(make_need(), offers[0], word="", by=coordinator)
        assert ask_limits.left(offers[1], timezone.now()) == 0
        assert Proposal.objects.count() == 2
        clock.move_to(MONDAY + timedelta(days=31))
        assert ask_limits.left(offers[0], timezone.now()) == 2


def test_what_is_told_counts_too_and_once():
    offer = make_offer()
    now = timezone.now()
    spend = {"why": Solicitation.Why.MATCHES, "key": "matches:2026-03", "now": now}
    assert ask_limits.spend(offer, **spend)
    assert not ask_limits.spend(offer, **spend)
    assert ask_limits.left(offer, now) == 1


def test_a_no_silences_further_asking_but_whoever_said_it_may_change_their_mind():
    need, offer = make_need(member=make_user()), make_offer()
    by = need.organisation.members.get()
    asked = proposals.invite(need, offer, word="", by=by)
    proposals.decline(asked, side=Side.OFFER, reason="Non.", by=offer.person)
    with pytest.raises(NotYet, match="on ne redemande pas"):
        proposals.invite(need, offer, word="", by=by)
    with pytest.raises(NotYet, match="on ne redemande pas"):
        proposals.propose(need, offer, word="", by=make_coordinator())
    assert proposals.apply(need, offer, word="", by=offer.person).is_open


def test_not_now_holds_until_the_day_and_whoever_asked_hears_of_it(client):
    with time_machine.travel(MONDAY, tick=False) as clock:
        need, offer = make_need(member=make_user(first_name="Aline")), make_offer()
        by = need.organisation.members.get()
        asked = proposals.invite(need, offer, word="", by=by)
        client.force_login(offer.person)
        client.post(
            reverse("proposal-decline", args=[asked.pk]),
            {"cause": "later", "words": "", "again_from": "2026-03-20"},
        )
        with pytest.raises(NotYet, match="20 mars"):
            proposals.invite(need, offer, word="", by=by)
        silence.reopen_postponed(timezone.localdate())
        assert not letters("proposal_again").exists()
        clock.move_to(datetime(2026, 3, 20, 8, tzinfo=PARIS))
        for _ in range(2):
            silence.reopen_postponed(timezone.localdate())
        assert letters("proposal_again").get().recipient == by
        assert proposals.invite(need, offer, word="", by=by).is_open


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Dites à partir de quel jour"),
        ("2020-01-01", "Dites à partir de quel jour"),
        ("9999-12-31", "Dans les deux ans"),
    ],
)
def test_not_now_wants_a_day_to_come(client, day, sentence):
    asked = make_proposal(origin=Origin.INVITATION)
    client.force_login(asked.offer.person)
    answer = {"cause": "later", "words": "", "again_from": day}
    page = client.post(reverse("proposal-decline", args=[asked.pk]), answer)
    assert sentence in page.content.decode()
    asked.refresh_from_db()
    assert asked.is_open


# --- shown ---------------------------------------------------------------------------------
def test_who_waits_sees_until_when(client, clock, proposal):
    client.force_login(proposal.offer.person)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Réponse attendue d’ici le mercredi 11 mars" in page
    assert "lundi 16 mars" in page


def test_who_asks_sees_the_month_of_the_volunteer(client):
    need, offer = make_need(member=make_user()), make_offer()
    client.force_login(need.organisation.members.get())
    page = client.get(reverse("need-ask-offer", args=[need.pk, offer.pk])).content.decode()
    assert "encore recevoir 2 sollicitations (sur 2 en trente jours)" in page
    assert "Encore 3 invitations possibles" in page


def test_anybody_reads_the_promises(client):
    Promises.objects.create(pole=a_pole(), remind_after=1, close_after=12)
    page = client.get(reverse("promises")).content.decode()
    assert "un rappel au bout d’un jour ouvré, et un autre au bout de 5." in page
    assert "Au bout de 12 jours ouvrés au plus" in page


def figures(**changed):
    shown = {name: getattr(Promises(), name) for name in FIELDS}
    return shown | changed


FIELDS = [
    "read_within",
    "remind_after",
    "remind_again_after",
    "tell_after",
    "close_after",
    "applications",
    "invitations",
    "solicitations",
    "fresh_for",
    "pause_after",
    "alone_after",
    "draft_after",
    "quiet_after",
    "case_after",
    "inactive_told",
    "inactive_closed",
]


def test_a_coordinator_moves_the_figures(client):
    coordinator = make_coordinator()
    url = reverse("promises-edit", args=[a_pole().pk])
    client.force_login(coordinator)
    assert client.get(url).status_code == 200
    client.post(url, figures(close_after=15))
    kept = Promises.objects.get()
    assert (kept.close_after, kept.changed_by) == (15, coordinator)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"remind_after": 6}, "Les étapes doivent se suivre"),
        ({"close_after": 61}, "60"),
        ({"pause_after": 62}, "Laissez au moins une semaine"),
        ({"solicitations": 0}, "1"),
    ],
)
def test_figures_out_of_bounds_are_answered_in_a_sentence(client, changed, sentence):
    client.force_login(make_coordinator())
    page = client.post(reverse("promises-edit", args=[a_pole().pk]), figures(**changed))
    assert sentence in page.content.decode()
    assert not Promises.objects.exists()


def test_only_the_pole_s_coordinators_move_its_figures(client):
    url = reverse("promises-edit", args=[a_pole().pk])
    for person in (make_user(), make_coordinator(make_pole("Ailleurs", ("62",)))):
        client.force_login(person)
        assert client.post(url, figures(close_after=15)).status_code == 403
    assert not Promises.objects.exists()


# --- responsiveness ----------------------------------------------------------------------------
def test_how_an_organisation_answers_is_counted_once_a_day_and_shown(client, clock):
    structure = make_organisation(member=make_user())
    by = structure.members.get()
    asked = [make_proposal(make_need(structure), make_offer()) for _ in range(3)]
    clock.move_to(MONDAY + timedelta(days=2))
    proposals.decline(asked[0], side=Side.NEED, reason="Non.", by=by)
    proposals.accept(asked[1], side=Side.NEED, by=by)
    for day in (4, 9, 11, 16):
        on(clock, day)
    assert responsiveness.count(timezone.now()) == 1
    assert responsiveness.count(timezone.now()) == 0
    row = Responsiveness.objects.get(organisation=structure)
    assert (row.asked, row.answered, row.median_hours) == (3, 2, 48)
    page = client.get(reverse("organisation", args=[structure.pk])).content.decode()
    assert "Répond en 2 jours" in page


def test_who_was_put_forward_is_not_said_to_wait(clock, proposal):
    """Neither side had said yes to what the coordinators proposed: nobody « attend votre réponse »."""
    Proposal.objects.filter(pk=proposal.pk).update(
        origin=Origin.COORDINATOR, offer_said_yes_at=None, need_said_yes_at=None
    )
    for day in (4, 9, 11, 16):
        on(clock, day)
    reminders = [*letters("proposal_reminder"), *letters("proposal_let_go")]
    assert len(reminders) == 6
    for letter in reminders:
        assert "attend votre réponse" not in letter.subject + letter.text
        assert "attendait votre réponse" not in letter.text
        assert "la coordination vous a" in letter.text.lower()
