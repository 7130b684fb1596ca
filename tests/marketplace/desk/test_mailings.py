"""Writing to several: who receives a letter of the pôle, who doesn't and why, and what happens until it leaves."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.desk import mailings as acts
from marketplace.actions.desk import pole_letters
from marketplace.actions.refusals import NotYet
from marketplace.letters.families import POLE
from marketplace.models import Addressee, Block, Consent, ConsentKind, JournalEntry, Mailing, Thread
from marketplace.rules import mailings as rules
from marketplace.rules.mailings import LeftOut
from notifications import unsubscribe
from notifications.delivery import deliver_due
from notifications.models import Habits, Notification, Pace, Status, SuppressedAddress
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk.desk_people import elsewhere

NOON = timezone.now()
LATER = timedelta(minutes=11)


@pytest.fixture
def aline():
    return make_user("Aline", "Moreau")


@pytest.fixture
def need(nadia, aline):
    return make_need(member=aline, title="Refaire le site")


@pytest.fixture
def noe(nadia):
    """A volunteer on their own time, who wants the letters of the pôle."""
    noe = make_user("Noé", "Lambert")
    make_offer(noe, title="Comptable")
    return noe


def written(by, pole, code="besoins", **fields) -> Mailing:
    said = {"query": "all=1", "subject": "Pour {structure}", "text": "Votre besoin : {besoin}."}
    return acts.draft(pole, code=code, by=by, now=NOON, **said | fields)


def sent(by, pole, code="besoins", **fields) -> Mailing:
    mailing = written(by, pole, code, **fields)
    acts.send(mailing, by=by, now=NOON)
    return mailing


def posted(mailing) -> list[Notification]:
    acts.post_due(NOON + LATER)
    return list(Notification.objects.filter(kind="pole_letter").order_by("pk"))


def told(mailing, by) -> set:
    return {one.person for one in acts.whom(mailing, by=by).receivers}


def whys(mailing, by) -> dict[str, str]:
    return {one.name: one.why for one in acts.whom(mailing, by=by).not_told}


# --- who receives it -----------------------------------------------------------------------
def test_a_need_is_written_of_to_those_who_answer_for_its_structure(nadia, pole, need, aline):
    employee = make_user("Sami", "Petit")
    Membership.objects.create(user=employee, organisation=need.organisation, role="EMPLOYEE")
    assert told(written(nadia, pole), nadia) == {aline}


def test_it_says_to_each_what_is_theirs_in_one_letter(nadia, pole, need, aline):
    make_need(need.organisation, title="Tenir la caisse")
    mailing = sent(nadia, pole)
    (it,) = mailing.addressees.all()
    assert it.subject == f"Pour {need.organisation.name}"
    assert set(it.text.removeprefix("Votre besoin : ")[:-1].split(", ")) == {
        "Refaire le site",
        "Tenir la caisse",
    }


def test_a_person_is_written_to_after_their_yes_only(nadia, pole, noe):
    mailing = written(nadia, pole, "personnes")
    assert whys(mailing, nadia)["Noé Lambert"] == LeftOut.NO
    pole_letters.want(pole, by=noe)
    assert told(mailing, nadia) == {noe}


def test_a_persons_own_offer_is_no_reason_to_write_to_them(nadia, pole, noe):
    assert whys(written(nadia, pole, "offres"), nadia) == {"Noé Lambert": LeftOut.NO}


def test_a_companys_offer_is_written_of_to_those_who_speak_for_it(nadia, pole):
    chief = make_user("Ana", "Costa")
    company = make_organisation(Organisation.Kind.COMPANY, member=chief)
    employee = make_user("Bob", "Durand")
    Membership.objects.create(user=employee, organisation=company, role="EMPLOYEE")
    make_offer(employee, organisation=company)
    assert told(written(nadia, pole, "offres"), nadia) == {chief}


def test_a_mission_is_written_of_to_both_sides_without_any_yes(nadia, pole, need, aline, noe):
    mission = make_mission(need=need, person=noe)
    mailing = written(nadia, pole, "missions")
    assert told(mailing, nadia) == {aline, noe}
    it = acts.whom(mailing, by=nadia).receivers[0]
    assert (it.thing, it.values["besoin"]) == (mission, "Refaire le site")


def test_who_has_left_the_company_is_not_written_to_about_its_mission(nadia, pole, need):
    mission = make_mission(work=True, need=need)
    gone = mission.offer.person
    gone.memberships.all().delete()
    assert gone not in told(written(nadia, pole, "missions"), nadia)


def test_an_organisation_without_a_need_of_its_own_is_asked_for_its_yes(nadia, pole, need, aline):
    mailing = written(nadia, pole, "organisations")
    assert aline not in told(mailing, nadia)
    pole_letters.want(pole, by=aline)
    assert told(mailing, nadia) == {aline}


def test_another_pole_is_neither_written_to_nor_named(nadia, pole, need):
    canary = make_pole("Canari", ["02"])
    bird = make_user("Titi", "Jaune")
    structure = make_organisation(member=bird, pole=canary)
    there = make_need(structure, title="Canari")
    pole_letters.want(canary, by=bird)
    for code in ("besoins", "organisations", "personnes", "offres", "missions"):
        query = f"rows={there.pk}&rows={need.pk}" if code == "besoins" else "all=1"
        mailing = written(nadia, pole, code, query=query)
        assert bird not in told(mailing, nadia)
        assert "Titi Jaune" not in whys(mailing, nadia)


def test_who_coordinates_two_poles_writes_in_the_name_of_one(nadia, pole, need, aline):
    other = make_pole("Second", ["02"])
    operator = make_organisation(Organisation.Kind.OPERATOR, pole=other, member=nadia)
    make_need(make_organisation(member=make_user(), pole=other))
    assert operator.pole == other
    assert told(written(nadia, pole), nadia) == {aline}


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("off", LeftOut.STOPPED),
        ("bounced", LeftOut.BOUNCED),
        ("left", LeftOut.LEFT),
        ("suspended", LeftOut.SUSPENDED),
        ("blocked", LeftOut.BLOCKED),
    ],
)
def test_who_does_not_receive_it_is_said_with_the_reason(nadia, pole, need, aline, what, why):
    match what:
        case "off":
            Habits.objects.create(user=aline, paces={POLE.code: Pace.OFF})
        case "bounced":
            SuppressedAddress.objects.mark(aline.email.upper(), "550", now=NOON)
        case "left":
            aline.is_active = False
            aline.save()
        case "suspended":
            status = OrganisationStatus.SUSPENDED
            Organisation.objects.filter(pk=need.organisation_id).update(status=status)
        case "blocked":
            Block.objects.create(by=aline, person=nadia, blocker=aline.pk, blocked=nadia.pk)
    mailing = written(nadia, pole)
    assert whys(mailing, nadia) == {"Aline Moreau": why}
    with pytest.raises(NotYet, match="Personne ne la recevrait"):
        acts.send(mailing, by=nadia, now=NOON)


def test_a_structure_without_anybody_is_named(nadia, pole, need, aline):
    need.organisation.memberships.all().delete()
    assert whys(written(nadia, pole), nadia) == {need.organisation.name: LeftOut.NOBODY}


# --- sent ----------------------------------------------------------------------------------
def test_nothing_leaves_before_ten_minutes(nadia, pole, need):
    mailing = sent(nadia, pole)
    acts.post_due(NOON + timedelta(minutes=9))
    assert not Notification.objects.filter(kind="pole_letter").exists()
    assert len(posted(mailing)) == 1


def test_each_receives_it_once_however_often_the_clock_rings(nadia, pole, need, aline):
    mailing = sent(nadia, pole)
    posted(mailing)
    (letter,) = posted(mailing)
    assert letter.recipient == aline
    assert "Refaire le site" in letter.text
    mailing.refresh_from_db()
    assert mailing.written_at


def test_it_is_sent_once(nadia, karim, pole, need):
    mailing = sent(nadia, pole)
    with pytest.raises(NotYet, match=r"déjà envoyée\W+Nadia Berger"):
        acts.send(mailing, by=karim, now=NOON)
    assert mailing.addressees.count() == 1


def test_the_journal_notes_it_once_it_leaves(client, nadia, pole, need):
    posted(mailing := sent(nadia, pole))
    entry = JournalEntry.objects.filter(told=False).get(pole=pole)
    assert (entry.by, entry.number, entry.rows) == (nadia, mailing.pk, 1)
    nadia.memberships.update(role="ADMINISTRATOR")
    client.force_login(nadia)
    (line,) = re.findall(r"\([^()]*1 ligne\)", client.get(reverse("pole-journal")).text)
    assert "année" not in line


def test_who_coordinates_no_more_sends_nothing(nadia, pole, need):
    mailing = written(nadia, pole)
    nadia.memberships.all().delete()
    for act in (acts.send, acts.call_off):
        with pytest.raises(NotYet, match="plus ce pôle"):
            act(mailing, by=nadia, now=NOON)


def test_a_coordinator_of_another_pole_sends_nothing(nadia, pole, need):
    with pytest.raises(NotYet, match="plus ce pôle"):
        acts.send(written(nadia, pole), by=elsewhere(), now=NOON)


def test_it_is_called_off_while_it_waits(nadia, pole, need):
    mailing = sent(nadia, pole)
    acts.call_off(mailing, by=nadia, now=NOON)
    assert posted(mailing) == []
    assert not JournalEntry.objects.exists(), "nobody was written to"
    with pytest.raises(NotYet, match="déjà annulée"):
        acts.call_off(mailing, by=nadia, now=NOON)


def test_what_waits_in_a_summary_is_called_off_too_unless_all_is_handed_on(
    nadia, pole, need, aline
):
    Habits.objects.create(user=aline, paces={POLE.code: Pace.DAILY})
    mailing = sent(nadia, pole)
    (letter,) = posted(mailing)
    assert letter.status == Status.HELD, "as they chose"
    with pytest.raises(NotYet, match="est partie"):
        acts.call_off(mailing, by=nadia, now=NOON)


def test_who_says_no_between_the_sending_and_the_letter_receives_nothing(nadia, pole, noe):
    pole_letters.want(pole, by=noe)
    mailing = sent(nadia, pole, "personnes")
    pole_letters.want_no_more(pole, by=noe)
    assert posted(mailing) == []
    assert mailing.addressees.get().left_out == LeftOut.NO


def test_a_structure_suspended_between_the_sending_and_the_letter_receives_nothing(
    nadia, pole, need
):
    mailing = sent(nadia, pole)
    suspended = OrganisationStatus.SUSPENDED
    Organisation.objects.filter(pk=need.organisation_id).update(status=suspended)
    assert posted(mailing) == []
    assert mailing.addressees.get().left_out == LeftOut.SUSPENDED


def test_who_has_left_the_structure_before_it_leaves_receives_nothing(nadia, pole, need, aline):
    (letter,) = posted(sent(nadia, pole))
    aline.memberships.all().delete()
    deliver_due()
    letter.refresh_from_db()
    assert letter.status == Status.CANCELLED


def test_what_waits_of_who_coordinates_no_more_is_called_off(nadia, karim, pole, need):
    mailing, other = sent(nadia, pole), sent(karim, pole)
    nadia.memberships.all().delete()
    (letter,) = posted(mailing)
    assert letter.key.startswith(f"mailing:{other.pk}:")
    mailing.refresh_from_db()
    assert mailing.is_called_off


def test_a_structure_that_is_suspended_while_it_waits_in_the_post_receives_nothing(
    nadia, pole, need
):
    (letter,) = posted(sent(nadia, pole))
    Organisation.objects.filter(pk=need.organisation_id).update(status=OrganisationStatus.SUSPENDED)
    deliver_due()
    letter.refresh_from_db()
    assert letter.status == Status.CANCELLED


def test_a_boss_who_coordinates_learns_of_no_own_time_of_their_people(nadia, pole, need, noe):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=nadia)
    Membership.objects.create(user=noe, organisation=company, role="EMPLOYEE")
    make_mission(need=need, person=noe)
    for code in ("missions", "offres"):
        mailing = written(nadia, pole, code)
        assert noe not in told(mailing, nadia)
        assert "Noé Lambert" not in whys(mailing, nadia)


def test_who_says_no_while_it_waits_in_the_post_receives_nothing(nadia, pole, noe):
    pole_letters.want(pole, by=noe)
    (letter,) = posted(sent(nadia, pole, "personnes"))
    pole_letters.want_no_more(pole, by=noe)
    deliver_due()
    letter.refresh_from_db()
    assert letter.status == Status.CANCELLED


def test_no_letter_shows_the_address_of_another(nadia, pole, need, aline, noe):
    make_mission(need=need, person=noe)
    letters = posted(sent(nadia, pole, "missions"))
    assert {one.recipient for one in letters} == {aline, noe}
    for one in letters:
        others = {aline.email, noe.email, nadia.email} - {one.recipient.email}
        assert not any(other in one.text + one.html for other in others)


def test_an_answer_about_a_need_comes_back_in_its_conversation(nadia, pole, need, settings):
    settings.REPLY_DOMAIN = "reponse.example.org"
    (letter,) = posted(sent(nadia, pole))
    thread = Thread.objects.get(need=need, asker=None)
    assert letter.reply_to.startswith(f"r-{thread.pk}-{letter.recipient_id}-")


def test_a_trial_reaches_whoever_writes_and_nobody_else(nadia, pole, need):
    mailing = written(nadia, pole)
    acts.try_on_oneself(mailing, by=nadia, now=NOON)
    (letter,) = Notification.objects.filter(kind__startswith="pole_letter")
    assert letter.recipient == nadia
    assert "Votre besoin : Refaire le site." in letter.text
    mailing.refresh_from_db()
    assert mailing.is_draft


# --- no more of them -----------------------------------------------------------------------
def test_one_click_in_the_mailbox_ends_the_yes(client, nadia, pole, noe):
    pole_letters.want(pole, by=noe)
    (letter,) = posted(sent(nadia, pole, "personnes"))
    headers = unsubscribe.headers(letter)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>")
    client.get(url)
    assert Consent.objects.standing(noe, ConsentKind.LETTERS).exists(), "a scanner opens all links"
    client.post(url, {"List-Unsubscribe": "One-Click"})
    assert not Consent.objects.standing(noe, ConsentKind.LETTERS).exists()
    assert whys(written(nadia, pole, "personnes"), nadia)["Noé Lambert"] == LeftOut.NO


def test_a_new_yes_takes_the_refusal_back(nadia, pole, noe):
    pole_letters.want(pole, by=noe)
    unsubscribe.stop(unsubscribe.Wish(noe, POLE.code))
    pole_letters.want(pole, by=noe)
    assert told(written(nadia, pole, "personnes"), nadia) == {noe}


# --- many ----------------------------------------------------------------------------------
@pytest.mark.parametrize("people", [2, 5000])
def test_it_asks_as_many_questions_for_two_as_for_thousands(
    nadia, pole, people, django_assert_max_num_queries
):
    crowd = [User(email=f"f{n}@example.org", first_name="F") for n in range(people)]
    User.objects.bulk_create(crowd)
    Consent.objects.bulk_create(
        Consent(
            person=one,
            kind=ConsentKind.LETTERS,
            about=pole.pk,
            words="…",
            language="fr",
            how="ACCOUNT",
        )
        for one in crowd
    )
    mailing = written(nadia, pole, "", query="")
    with django_assert_max_num_queries(40):
        assert acts.send(mailing, by=nadia, now=NOON) == people
    assert Addressee.objects.count() == people


def test_more_than_the_most_is_refused_with_the_number(nadia, pole, need, monkeypatch):
    monkeypatch.setattr(rules, "MOST", 0)
    with pytest.raises(NotYet, match="1 en une fois, et 0"):
        acts.send(written(nadia, pole), by=nadia, now=NOON)
