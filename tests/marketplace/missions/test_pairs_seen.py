"""What each page and letter shows of a pair, and to whom: the conversation of four, and no employer who learns of what is done
at home."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.scope import Scope
from marketplace.actions.market import needs, proposals, splitting
from marketplace.actions.missions import missions
from marketplace.actions.talk import blocks, messages
from marketplace.models import Message, MessageReport, Pair, Side, Thread
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_skill,
    make_user,
)
from tests.marketplace.missions.pairing import Pairing, told, why_not

pytestmark = pytest.mark.django_db


@pytest.fixture
def it():
    return Pairing()


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
    assert "temps de travail" in page
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


def test_what_is_reported_in_it_is_judged_by_who_is_no_boss_of_either(it):
    message = write(it.complete().thread, it.noe, "Des mots durs.")
    report = MessageReport.objects.create(
        message=message, by=it.awa, reason=MessageReport.Reason.RUDE, text=message.text
    )
    judged = MessageReport.objects.on_the_desk_of
    assert report in judged(it.solene)
    Membership.objects.create(user=it.awa, organisation=it.company, role="EMPLOYEE")
    Membership.objects.create(user=it.solene, organisation=it.company, role="ADMINISTRATOR")
    assert report not in judged(it.solene)


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
    assert page.index("En binôme") < page.index("pourraient être l’une des deux")
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


def test_once_both_are_asked_the_page_says_who_and_nothing_of_conditions(client, it):
    it.asked()
    page = page_of(client, it, it.aline)
    assert "Personne d’autre ne pourrait être l’une des deux" in page
    assert "remplit toutes les conditions" not in page


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


@pytest.mark.parametrize(("form", "is_sponsorship"), [("ASSOCIATION", True), ("SCIC", False)])
def test_the_other_half_of_a_cooperatives_pair_gives_no_sponsorship(
    client, it, form, is_sponsorship
):
    Organisation.objects.filter(pk=it.house.pk).update(legal_form=form)
    work, own = it.asked()
    client.force_login(it.aline)
    before = client.get(own.get_absolute_url()).text
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    proposals.accept(own, side=Side.OFFER, by=it.awa)
    pair = Pair.objects.get(need=it.need)
    after = client.get(pair.own.get_absolute_url()).text
    for page in (before, after):
        said = page.partition("<h2>En binôme</h2>")[2].partition("</section>")[0]
        assert "temps de travail" in said
        assert ("mécénat de compétences" in said) == is_sponsorship
