"""A need in a pair: two missions that belong together, each under its own frame, one conversation, and no employer who learns
of what is done at home."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.scope import Scope
from marketplace import ranking
from marketplace.actions.market import needs, pair_asks, proposals, splitting
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.actions.talk import blocks, messages
from marketplace.models import Message, Mission, Pair, Proposal, Regime, Side, Thread
from marketplace.states import NeedStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_skill,
    make_user,
)

pytestmark = pytest.mark.django_db


class Pairing:
    """A structure (Aline), a company (Paul runs it, Noé is lent), Awa on her own time, and Solène who coordinates."""

    def __init__(self) -> None:
        self.aline, self.paul = make_user(first_name="Aline"), make_user(first_name="Paul")
        self.noe = make_user(first_name="Noé", last_name="Lambert")
        self.awa = make_user(first_name="Awa", last_name="Diop")
        self.solene = make_coordinator(first_name="Solène")
        self.house = make_organisation(name="Bottines", member=self.aline)
        self.company = make_organisation("COMPANY", name="Verreries", administrator=self.paul)
        self.need = make_need(
            self.house, skills=("site-web", "wordpress"), in_pair=True, places=2,
            title="Refaire le site", created_by=self.aline, coordinator=self.solene,
        )  # fmt: skip
        self.work = make_offer(self.noe, organisation=self.company, skills=("site-web",))
        self.own = make_offer(self.awa, skills=("wordpress",))

    def asked(self) -> tuple[Proposal, Proposal]:
        pair_asks.ask(self.need, self.work, self.own, word="", by=self.aline, invites=True)
        return self.of(self.work), self.of(self.own)

    def of(self, offer) -> Proposal:
        return Proposal.objects.get(need=self.need, offer=offer)

    def complete(self) -> Pair:
        work, own = self.asked()
        proposals.accept(work, side=Side.OFFER, by=self.noe)
        proposals.accept(own, side=Side.OFFER, by=self.awa)
        return Pair.objects.get(need=self.need)

    def fresh(self):
        return type(self.need).objects.get(pk=self.need.pk)


@pytest.fixture
def it():
    return Pairing()


def told(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person)


def why_not(act, *args, **kwargs) -> str:
    with pytest.raises(NotYet) as refusal:
        act(*args, **kwargs)
    return str(refusal.value)


# --- from asking both to two missions -------------------------------------------------------
def test_both_are_asked_in_one_act_and_two_yeses_make_two_missions_of_their_own(it):
    work, own = it.asked()
    first = proposals.accept(work, side=Side.OFFER, by=it.noe)
    assert it.fresh().status == NeedStatus.PUBLISHED, "the other half is looked for"
    assert not Pair.objects.exists()
    second = proposals.accept(own, side=Side.OFFER, by=it.awa)
    assert it.fresh().status == NeedStatus.FILLED
    pair = Pair.objects.get()
    assert (pair.work, pair.own) == (first, second)
    assert (first.regime, second.regime) == ("", Regime.VOLUNTEERING)
    assert first.sheet != second.sheet
    for person in (it.noe, it.awa, it.aline, it.solene):
        assert told("pair_made", person).count() == 1, person
    assert not told("pair_made", it.paul).exists()


def test_a_yes_of_one_half_closes_what_waits_for_that_half_and_nothing_else(it):
    work, own = it.asked()
    other = make_proposal(
        it.need, make_offer(make_user(), organisation=it.company, skills=("site-web",))
    )
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    states = dict(Proposal.objects.values_list("pk", "status"))
    assert states[other.pk] == ProposalStatus.CLOSED
    assert states[own.pk] == ProposalStatus.OPEN


def test_somebody_more_for_a_half_that_is_found_is_refused(it):
    work, _own = it.asked()
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    more = make_offer(make_user(), organisation=it.company, skills=("site-web",))
    said = why_not(proposals.apply, it.need, more, word="", by=more.person)
    assert "temps de travail" in said


def test_asking_both_twice_asks_nobody_again_and_asks_the_one_who_lacks(it):
    it.asked()
    with pytest.raises(PutForwardAlready):
        it.asked()
    own = it.of(it.own)
    proposals.decline(own, side=Side.OFFER, reason="Pas le temps.", by=it.awa)
    rim = make_offer(make_user(first_name="Rim"), skills=("wordpress",))
    made = pair_asks.ask(it.need, it.work, rim, word="", by=it.aline, invites=True)
    assert [one.offer for one in made] == [rim]


def test_where_one_cannot_be_asked_nobody_is(it):
    blocks.block(by=it.awa, organisation=it.house, reason="Non.")
    why_not(pair_asks.ask, it.need, it.work, it.own, word="", by=it.aline, invites=True)
    assert not Proposal.objects.exists()


def test_a_team_is_no_half(it):
    team = make_offer(it.paul, somebody=None, organisation=it.company, skills=("site-web",))
    assert "équipe" in why_not(proposals.invite, it.need, team, word="", by=it.aline)


def test_nobody_is_both_halves_and_only_they_read_why(it):
    mine = make_offer(it.noe, skills=("wordpress",))
    own = make_proposal(it.need, mine)
    proposals.accept(own, side=Side.NEED, by=it.aline)
    asked = why_not(proposals.invite, it.need, it.work, word="", by=it.aline)
    assert "binôme" not in asked, "the company would read what Noé does at home"
    assert "l’autre moitié" in why_not(proposals.apply, it.need, it.work, word="", by=it.noe)


def test_a_yes_to_one_closes_what_the_same_person_has_open_for_the_other(it):
    work = make_proposal(it.need, it.work)
    own = make_proposal(it.need, make_offer(it.noe, skills=("wordpress",)))
    proposals.accept(own, side=Side.NEED, by=it.aline)
    work.refresh_from_db()
    assert work.status == ProposalStatus.CLOSED


def test_who_answers_for_the_employer_of_one_is_not_the_other_half(it):
    boss = make_offer(it.paul, organisation=it.company, skills=("site-web",))
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    own = make_proposal(it.need, it.own)
    proposals.accept(own, side=Side.NEED, by=it.aline)
    assert boss.pk not in {one.offer_id for one in ranking.offers_for(it.fresh())}
    said = why_not(proposals.apply, it.need, boss, word="", by=it.paul)
    assert "binôme" not in said
    assert "temps libre" not in said


def test_a_suspended_company_or_somebody_who_has_left_it_makes_no_pair(it):
    work, own = it.asked()
    proposals.accept(own, side=Side.OFFER, by=it.awa)
    Membership.objects.filter(user=it.noe).delete()
    why_not(proposals.accept, work, side=Side.OFFER, by=it.noe)
    assert not Pair.objects.exists()


# --- one leaves -----------------------------------------------------------------------------
def test_when_one_stops_the_other_is_told_goes_on_and_the_half_is_looked_for_again(it):
    pair = it.complete()
    missions.interrupt(pair.own, reason="Un déménagement.", by=it.awa, now=timezone.now())
    pair.refresh_from_db()
    assert pair.is_over
    assert it.fresh().status == NeedStatus.PUBLISHED
    assert told("pair_over", it.noe).count() == 1
    letter = told("pair_over", it.noe).get()
    assert "Awa" not in letter.text + letter.subject
    assert "déménagement" not in letter.text
    assert not told("pair_over", it.paul).exists()
    assert Mission.objects.get(pk=pair.work.pk).is_live
    rim, web = (make_offer(make_user(), skills=(skill,)) for skill in ("wordpress", "site-web"))
    found = {one.offer_id for one in ranking.offers_for(it.fresh())}
    assert rim.pk in found, "she brings what Noé lacks"
    assert web.pk not in found


def test_the_next_half_makes_a_new_pair_who_read_nothing_of_the_one_before(it):
    before = it.complete()
    missions.interrupt(before.own, reason="Stop.", by=it.awa, now=timezone.now())
    rim = make_offer(make_user(first_name="Rim"), skills=("wordpress",))
    proposals.accept(make_proposal(it.fresh(), rim), side=Side.NEED, by=it.aline)
    pair = Pair.objects.going_on().get()
    assert (pair.work, pair.own.offer) == (before.work, rim)
    assert pair.thread != before.thread
    seen = set(Thread.objects.visible_to(rim.person).values_list("pair", flat=True))
    assert before.pk not in seen


# --- the conversation of four ---------------------------------------------------------------
def write(thread, by, text="Bonjour à vous deux."):
    return messages.say(thread, text=text, sent_key=f"key-{by.pk}-{text[:9]}", by=by)


def test_the_structure_the_two_and_the_coordinator_have_one_conversation(client, it):
    thread = it.complete().thread
    for person in (it.aline, it.noe, it.awa, it.solene):
        client.force_login(person)
        assert client.get(thread.get_absolute_url()).status_code == 200, person
        write(thread, person)
        assert thread in Thread.objects.taken_part_in_by(person), person
    client.force_login(it.awa)
    page = client.get(thread.get_absolute_url()).text
    assert "sur son temps de travail" in page
    assert Message.objects.filter(thread=thread).count() == 4
    assert Thread.objects.unread_by(it.aline).filter(pk=thread.pk).exists()


def test_nobody_else_opens_it(client, it):
    thread = it.complete().thread
    stranger, colleague = make_user(), make_user()
    Membership.objects.create(user=colleague, organisation=it.company, role="MEMBER")
    elsewhere = make_coordinator(pole=make_pole("Pôle du Sud", ("13",)))
    for person in (it.paul, stranger, colleague, elsewhere):
        client.force_login(person)
        assert client.get(thread.get_absolute_url()).status_code == 404, person
        assert thread not in Thread.objects.taken_part_in_by(person)


def test_it_does_not_open_by_an_employers_sign_in(it):
    thread = it.complete().thread
    it.noe.scope = Scope(own=False, only=it.company.pk)
    assert not Thread.objects.visible_to(it.noe).filter(pk=thread.pk).exists()
    assert not Thread.objects.taken_part_in_by(it.noe).filter(pk=thread.pk).exists()


def test_the_letter_of_a_message_says_neither_who_wrote_nor_what(it):
    thread = it.complete().thread
    write(thread, it.awa, "Je viens jeudi avec mon ordinateur.")
    letter = told("message_waiting", it.noe).get()
    assert "Awa" not in letter.subject + letter.text
    assert "jeudi" not in letter.text
    assert not told("message_waiting", it.paul).exists()


def test_who_has_left_the_company_reads_it_no_more(it):
    thread = it.complete().thread
    Membership.objects.filter(user=it.noe).delete()
    assert not Thread.objects.visible_to(it.noe).filter(pk=thread.pk).exists()


def test_a_coordinator_who_is_a_boss_of_one_does_not_read_it(it):
    thread = it.complete().thread
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    Membership.objects.create(user=it.solene, organisation=it.company, role="ADMINISTRATOR")
    assert not Thread.objects.visible_to(it.solene).filter(pk=thread.pk).exists()
    write(thread, it.aline)
    assert not told("message_waiting", it.solene).exists()


def test_who_keeps_the_other_away_is_not_written_to(it):
    thread = it.complete().thread
    blocks.block(by=it.awa, person=it.noe, reason="Non.")
    assert "dealer" not in why_not(write, thread, it.noe)
    write(thread, it.aline)


def test_the_structures_own_conversation_with_the_coordination_stays_another(it):
    thread = it.complete().thread
    with_coordination = messages.open_about(it.fresh(), by=it.aline)
    assert with_coordination != thread
    assert messages.open_about(it.fresh(), by=it.aline) == with_coordination


# --- no employer learns of own time ---------------------------------------------------------
COMPANY_PAGES = (*("home", "missions", "offers", "inbox", "my-needs", "letters"),)


def test_no_page_of_the_company_names_or_tells_of_who_comes_on_their_own_time(client, it):
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    pair = it.complete()
    write(pair.thread, it.awa, "Un mot de chez moi.")
    client.force_login(it.paul)
    pages = [reverse(name) for name in COMPANY_PAGES]
    pages += [
        reverse(name, args=[it.company.pk])
        for name in ("programme-home", "employees", "programmes", "taking-out", "rounds")
    ]
    pages += [it.need.get_absolute_url(), pair.work.get_absolute_url(), it.work.get_absolute_url()]
    pages += [
        reverse(name, args=[pair.work.pk])
        for name in ("mission-sheet", "mission-documents", "mission-hours", "mission-archive")
    ]
    for page in pages:
        answer = client.get(page, follow=True)
        text = b"".join(answer).decode(errors="replace")
        for said in ("Awa", "Un mot de chez moi", "Écrire au binôme"):
            if not ("salaries" in page and said == "Awa"):  # she is of the house
                assert said not in text, (page, said)
    for page in (
        pair.own.get_absolute_url(),
        it.own.get_absolute_url(),
        it.of(it.own).get_absolute_url(),
    ):
        assert client.get(page).status_code in {403, 404}, page


def test_no_letter_to_the_company_names_who_comes_on_their_own_time(it):
    pair = it.complete()
    write(pair.thread, it.awa, "Un mot.")
    missions.interrupt(pair.own, reason="Stop.", by=it.awa, now=timezone.now())
    for letter in Notification.objects.filter(recipient=it.paul):
        assert "Awa" not in letter.subject + letter.text, letter.kind
    for letter in Notification.objects.filter(recipient=it.noe):
        assert "Awa" not in letter.subject + letter.text, letter.kind


def test_the_page_of_each_mission_tells_each_of_the_two_of_the_other(client, it):
    pair = it.complete()
    for person, mission, name in ((it.noe, pair.work, "Awa D."), (it.awa, pair.own, "Noé L.")):
        client.force_login(person)
        page = client.get(mission.get_absolute_url()).text
        assert name in page
        assert pair.thread.get_absolute_url() in page
        other = pair.beside(mission)
        assert client.get(other.get_absolute_url()).status_code == 404
    client.force_login(it.aline)
    assert pair.own.get_absolute_url() in client.get(pair.work.get_absolute_url()).text


def test_what_is_said_before_the_yes_names_nobody_to_the_other_half(client, it):
    work, own = it.asked()
    for person, proposal, other in (
        (it.noe, work, "Awa"),
        (it.awa, own, "Noé"),
        (it.paul, work, "Awa"),
    ):
        client.force_login(person)
        page = client.get(proposal.get_absolute_url()).text
        assert "binôme" in page
        assert other not in page, person
    client.force_login(it.aline)
    assert "Awa D." in client.get(work.get_absolute_url()).text


# --- the pages ------------------------------------------------------------------------------
def page_of(client, it, person):
    client.force_login(person)
    return client.get(reverse("need-candidates", args=[it.need.pk]), {"vue": "cartes"}).text


def test_the_candidates_page_shows_pairs_first_and_asks_both(client, it):
    door = reverse("need-ask-pair", args=[it.need.pk, it.work.pk, it.own.pk])
    page = page_of(client, it, it.aline)
    assert door in page
    assert page.index("En binôme") < page.index("remplissent vos conditions")
    answer = client.post(door, {"word": "Ensemble ?"}, follow=True)
    assert "Envoyé aux deux" in answer.text
    assert it.need.proposals.count() == 2
    again = client.post(door, {"word": "Ensemble ?"}, follow=True)
    assert "déjà en relation" in again.text
    assert it.need.proposals.count() == 2


def test_after_a_no_the_page_shows_who_would_complete_the_one_who_stays(client, it):
    work, own = it.asked()
    rim = make_offer(make_user(first_name="Rim", last_name="Azri"), skills=("wordpress",))
    proposals.decline(own, side=Side.OFFER, reason="Pas le temps.", by=it.awa)
    page = page_of(client, it, it.aline)
    assert "Qui compléterait Noé L." in page
    assert reverse("need-ask-offer", args=[it.need.pk, rim.pk]) in page
    assert work.get_absolute_url() in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 403), ("paul", 403), ("noe", 403), ("solene", 200), ("aline", 200)],
)
def test_who_may_ask_both(client, it, who, status):
    client.force_login(make_user() if who == "stranger" else getattr(it, who))
    door = reverse("need-ask-pair", args=[it.need.pk, it.work.pk, it.own.pk])
    assert client.get(door).status_code == status


def test_the_two_that_are_asked_are_one_on_each_time_of_a_need_in_a_pair(client, it):
    client.force_login(it.aline)
    for pks in ((it.own.pk, it.work.pk), (it.work.pk, it.work.pk), (it.work.pk, 10**12)):
        assert client.get(reverse("need-ask-pair", args=[it.need.pk, *pks])).status_code == 404
    plain = make_need(it.house)
    door = reverse("need-ask-pair", args=[plain.pk, it.work.pk, it.own.pk])
    assert client.get(door).status_code == 404


def test_a_boss_of_the_structure_is_shown_no_pair_with_somebody_under_them(client, it):
    Membership.objects.create(user=it.aline, organisation=it.company, role="ADMINISTRATOR")
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    assert "Awa" not in page_of(client, it, it.aline)


def test_a_pair_is_not_split_and_no_longer_changed_once_somebody_comes(client, it):
    said = why_not(
        splitting.split,
        it.need,
        skills=[make_skill("wordpress")],
        title="L’autre",
        hours=5,
        by=it.aline,
    )
    assert "binôme" in said


def test_one_hour_of_advice_is_no_pair(it):
    make = make_need(it.house, in_pair=True, places=2, status=NeedStatus.REFUSED)
    needs.reopen(make, by=it.aline, one_hour=True)
    make.refresh_from_db()
    assert (make.in_pair, make.places) == (False, 1)
