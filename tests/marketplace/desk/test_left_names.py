"""The name of somebody who has left goes out of what others wrote about them, and out of nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.word_search import says
from marketplace.actions.desk import left_names
from marketplace.actions.market import people
from marketplace.models import LeftName, Message, Note, Offer, Time
from notifications.models import Notification, RowFault, Status
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)

GONE = "[compte fermé]"


@pytest.fixture
def nora():
    return verify(make_user("Nora", "Cherif", email="nora@cherif.example", phone="06 11 22 33 44"))


@pytest.fixture
def aline():
    return make_user("Aline", "Delattre")


@pytest.fixture
def need(aline):
    return make_need(member=aline, title="Repeindre la salle")


def say(thread, author, text):
    key = f"{author.pk}-{Message.objects.count()}"
    return Message.objects.create(
        thread=thread, author=author, text=text, search_text=text.lower(), sent_key=key
    )


def close(person):
    people.close_account(person, now=timezone.now())


def read():
    return left_names.carry_on(timezone.now())


def send(letters):
    letters.update(status=Status.SENT, sent_at=timezone.now())


def test_others_who_wrote_to_them_keep_their_words_without_the_name(nora, aline, need):
    thread = make_proposal(need, make_offer(nora)).thread
    message = say(thread, aline, "Merci Nora Cherif ! J’appelle le 06.11.22.33.44, Nora.")
    close(nora)
    read()
    message.refresh_from_db()
    assert message.text == f"Merci {GONE} ! J’appelle le {GONE}, Nora."
    assert "cherif" not in message.search_text


def test_what_is_searched_finds_them_no_more(nora, aline, need):
    need.context = "Comme l’an dernier avec Nora CHERIF."
    need.save()
    make_proposal(need, make_offer(nora))
    assert type(need).objects.filter(says(type(need), "cherif")).exists()
    close(nora)
    read()
    need.refresh_from_db()
    assert need.context == f"Comme l’an dernier avec {GONE}."
    assert not type(need).objects.filter(says(type(need), "cherif")).exists()


def test_an_address_that_was_theirs_goes_wherever_it_stands(nora, aline):
    note = Note.objects.create(
        pole=make_organisation().pole, person=aline, by=make_coordinator(),
        body="Vient par Nora Cherif, NORA@cherif.example",
    )  # fmt: skip
    close(nora)
    read()
    note.refresh_from_db()
    assert note.body == f"Vient par {GONE}, {GONE}"


def test_beside_it_goes_their_name_and_elsewhere_somebody_else_may_bear_it(nora, aline):
    pole, by = make_organisation().pole, make_coordinator()
    beside, alone = (
        Note.objects.create(pole=pole, person=aline, by=by, body=body)
        for body in (
            "A travaillé avec Nora Cherif (06 11 22 33 44), nora@cherif.example.",
            "A travaillé avec Nora Cherif (06 11 22 33 44).",
        )
    )
    close(nora)
    read()
    beside.refresh_from_db()
    alone.refresh_from_db()
    assert beside.body == f"A travaillé avec {GONE} ({GONE}), {GONE}."
    assert "Nora Cherif" in alone.body


def test_an_address_that_nobody_has_shown_to_be_theirs_stays_anothers(aline, need):
    """Whoever signs up with an address of another, and leaves, takes nothing away."""
    liar = make_user("Léo", "Menteur", email="contact@bottines.example")
    need.context = "Écrire à contact@bottines.example"
    need.save()
    close(liar)
    read()
    need.refresh_from_db()
    assert need.context == "Écrire à contact@bottines.example"


def test_whoever_calls_themselves_by_common_words_empties_no_texts_of_others(aline, need):
    troll = verify(make_user("Repeindre", "La salle", phone="03 20 00 00 00"))
    need.context = "Repeindre la salle, et appeler le 03 20 00 00 00."
    need.save()
    close(troll)
    read()
    need.refresh_from_db()
    assert need.title == "Repeindre la salle"
    assert need.context == "Repeindre la salle, et appeler le 03 20 00 00 00."


def test_nor_in_what_they_applied_for(aline, need):
    troll = verify(make_user("Repeindre", "La salle"))
    make_proposal(need, make_offer(troll))
    close(troll)
    read()
    need.refresh_from_db()
    assert need.title == "Repeindre la salle"


def test_an_organisation_that_is_called_like_them_keeps_its_name(aline, need):
    make_organisation(name="Le Verger")
    troll = verify(make_user("Le", "Verger"))
    thread = make_proposal(need, make_offer(troll)).thread
    message = say(thread, aline, "Comme pour Le Verger.")
    close(troll)
    read()
    message.refresh_from_db()
    assert message.text == "Comme pour Le Verger."


def test_what_their_organisation_says_of_itself_names_them_no_more_but_its_name_is_its_own(nora):
    house = make_organisation(administrator=make_user(), member=nora, name="Cabinet Nora Cherif")
    house.purpose = "Fondé par Nora Cherif."
    house.save()
    close(nora)
    read()
    house.refresh_from_db()
    assert (house.name, house.purpose) == ("Cabinet Nora Cherif", f"Fondé par {GONE}.")


def test_a_street_that_bears_their_name_keeps_it(nora, need):
    need.context = "Au 12 rue Nora Cherif."
    need.save()
    make_proposal(need, make_offer(nora))
    close(nora)
    read()
    need.refresh_from_db()
    assert need.context == "Au 12 rue Nora Cherif."


def test_a_letter_that_waits_tells_who_has_left_and_then_says_it_no_more(nora, aline, need):
    make_proposal(need, make_offer(nora, title="Peintre : Nora Cherif"))
    close(nora)
    read()
    letter = Notification.objects.get(recipient=aline)
    assert "Nora Cherif" in letter.text
    assert LeftName.objects.exists()
    send(Notification.objects.all())
    read()
    letter.refresh_from_db()
    assert "Nora Cherif" not in letter.text + letter.html + letter.subject
    assert not LeftName.objects.exists()


def test_a_summary_that_was_made_meanwhile_is_read_too(nora, aline, need):
    make_proposal(need, make_offer(nora, title="Peintre : Nora Cherif"))
    close(nora)
    read()
    waits = Notification.objects.get(recipient=aline)
    send(Notification.objects.filter(pk=waits.pk))
    summary = Notification.objects.create(
        recipient=aline, address=aline.email, key="summary:1", kind="summary", subject="Votre semaine",
        text=waits.text, html=waits.html, matter=waits.matter, status=Status.SENT,
        sent_at=timezone.now(),
    )  # fmt: skip
    read()
    summary.refresh_from_db()
    assert "Cherif" not in summary.text


def test_what_the_site_wrote_says_them_by_no_initial_either(nora, aline, need):
    """“Nora C. vous a écrit” is ours; what somebody wrote so goes too, where no other Nora C. is."""
    thread = make_proposal(need, make_offer(nora)).thread
    message = say(thread, aline, "Merci Nora C. !")
    other = make_proposal(make_need(member=aline), make_offer(make_user("Nora", "Colin")))
    told = {
        "recipient": aline, "address": aline.email, "kind": "message", "status": Status.SENT,
        "text": "Nora C. vous a écrit. Nora Colin aussi.", "subject": "Nora C. vous a écrit",
        "html": "<b>Nora C.</b>", "sent_at": timezone.now(),
    }  # fmt: skip
    letter, another = (
        Notification.objects.create(key=f"message:{one.pk}", matter=f"proposal:{one.pk}", **told)
        for one in (thread.proposal, other)
    )
    close(nora)
    read()
    for row in (letter, another, message):
        row.refresh_from_db()
    assert letter.subject == f"{GONE} vous a écrit"
    assert (letter.text, letter.html) == (
        f"{GONE} vous a écrit. Nora Colin aussi.",
        f"<b>{GONE}</b>",
    )
    assert another.subject == "Nora C. vous a écrit"
    assert message.text == f"Merci {GONE} !"


def test_a_letter_that_waits_and_tells_of_a_namesake_by_an_initial_keeps_no_name(nora, aline):
    other = make_proposal(make_need(member=aline), make_offer(make_user("Nora", "Colin")))
    Notification.objects.create(
        recipient=aline, address=aline.email, key="1", kind="message", subject="Nora C.",
        text="", html="", matter=f"proposal:{other.pk}", status=Status.WAITING,
    )  # fmt: skip
    close(nora)
    send(Notification.objects.exclude(key="1"))
    read()
    assert not LeftName.objects.exists()


def test_a_turn_that_is_cut_short_goes_on_where_it_stood(nora, aline, need, monkeypatch):
    thread = make_proposal(need, make_offer(nora)).thread
    message = say(thread, aline, "Merci Nora Cherif")
    close(nora)
    Notification.objects.all().delete()
    monkeypatch.setattr(left_names, "LONGEST_TURN", timedelta(0))
    read()
    message.refresh_from_db()
    assert "Cherif" in message.text
    assert LeftName.objects.get().table
    for _turn in range(200):
        if not LeftName.objects.exists():
            break
        read()
    message.refresh_from_db()
    assert "Cherif" not in message.text


def test_one_bad_row_doesnt_hold_the_others(nora, aline, need, monkeypatch):
    thread = make_proposal(need, make_offer(nora)).thread
    bad, good = say(thread, aline, "1 Nora Cherif"), say(thread, aline, "2 Nora Cherif")
    close(nora)
    save = left_names._save

    def poisoned(row, new):
        if row == bad:
            raise ValueError("poison")
        save(row, new)

    monkeypatch.setattr(left_names, "_save", poisoned)
    read()
    good.refresh_from_db()
    assert good.text == f"2 {GONE}"
    [fault] = RowFault.objects.filter(act=left_names.ACT)
    assert fault.number == str(bad.pk)
    monkeypatch.undo()
    send(Notification.objects.all())
    read()
    bad.refresh_from_db()
    assert bad.text == f"1 {GONE}"
    assert not RowFault.objects.exists()
    assert not LeftName.objects.exists()


def test_the_number_of_questions_doesnt_grow_with_what_others_wrote(nora, aline, need):
    thread = make_proposal(need, make_offer(nora)).thread
    for number in range(30):
        say(thread, aline, f"{number} : bonjour")
    close(nora)
    Notification.objects.all().delete()
    with CaptureQueriesContext(connection) as few:
        read()
    other = verify(make_user("Ada", "Morel"))
    make_proposal(need, make_offer(other))
    for number in range(300):
        say(thread, aline, f"{number} : bonsoir")
    close(other)
    Notification.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        read()
    assert len(many) <= len(few) + 10


def test_a_namesake_keeps_their_name(nora):
    house = make_organisation(member=make_user())
    invitation = house.invitations.create(
        email="autre@ailleurs.example", first_name="Nora", last_name="Cherif", token="a",
        expires_at=timezone.now(), invited_by=nora,
    )  # fmt: skip
    close(nora)
    read()
    invitation.refresh_from_db()
    assert (invitation.first_name, invitation.last_name) == ("Nora", "Cherif")


def test_an_offer_of_their_employers_keeps_its_title_without_them(nora, need):
    house = make_organisation("COMPANY", administrator=make_user(), member=nora)
    offer = make_offer(nora, title="Nora Cherif, peintre", organisation=house, time=Time.WORK)
    make_proposal(need, offer)
    close(nora)
    read()
    offer.refresh_from_db()
    assert offer.title == f"{GONE}, peintre"
    assert not Offer.objects.filter(says(Offer, "cherif")).exists()


def test_half_a_name_goes_in_what_is_about_them_and_stays_where_somebody_else_bears_it(aline):
    """“Mme Cherif”, “N. Cherif”, “Nora C.”, “N.C.”; not a first name alone, nor a word that is one’s name too."""
    said = "Mme Petit, I. Petit, Inès P. et I.P. : merci Inès, pour ce petit geste. Petit rappel."
    told = {}
    for house in ("here", "with kin"):
        need, ines = make_need(member=aline), verify(make_user("Inès", "Petit"))
        thread = make_proposal(need, make_offer(ines)).thread
        if house == "with kin":
            say(thread, make_user("Ivan", "Petit"), "Bonjour")
        told[house] = say(thread, aline, said)
        close(ines)
        read()
        told[house].refresh_from_db()
    rest = " : merci Inès, pour ce petit geste. Petit rappel."
    assert told["here"].text == f"{GONE}, {GONE}, {GONE} et {GONE}{rest}"
    assert told["with kin"].text == f"Mme Petit, I. Petit, {GONE} et I.P.{rest}"


def test_half_a_name_stays_in_what_isnt_about_them(nora, aline):
    other = make_proposal(make_need(member=aline), make_offer(make_user("Zoé", "Autre"))).thread
    message = say(other, aline, "Comme Mme Cherif et Nora C. l’an dernier.")
    close(nora)
    read()
    message.refresh_from_db()
    assert message.text == "Comme Mme Cherif et Nora C. l’an dernier."
