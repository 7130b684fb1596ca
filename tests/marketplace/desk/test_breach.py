"""manage.py who_read: for the 72 hours of a breach, who read what, and what a stolen account read."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import journal
from marketplace.models import JournalEntry, JournalKind
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_organisation, make_pole, make_user

TODAY = f"{timezone.localdate():%Y-%m-%d}"


@pytest.fixture
def pole():
    return make_pole("Pôle Nord", ("59",))


@pytest.fixture
def solene(pole):
    solene = make_user("Solène", "Durand")
    make_organisation(Organisation.Kind.OPERATOR, pole=pole, name="Passeurs", administrator=solene)
    return solene


@pytest.fixture
def need(pole):
    return make_need(
        organisation=make_organisation(Organisation.Kind.ESS, pole=pole, name="Ateliers")
    )


def opens(client, person, name, *args):
    client.force_login(person)
    assert client.get(reverse(name, args=args)).status_code == 200


def asked(**said):
    out = io.StringIO()
    call_command("who_read", stdout=out, **({"since": TODAY} | said))
    return out.getvalue()


def test_it_says_who_read_a_need_and_when(client, solene, need):
    opens(client, solene, "desk-need", need.pk)
    opens(client, solene, "need", need.pk)
    said = asked(what=f"need:{need.pk}")
    assert said.count(f"Solène Durand <{solene.email}>, Passeurs") == 2
    assert "2 reading(s) by 1 account(s)" in said


def test_a_reading_that_is_told_to_two_is_one(client, solene, pole, need):
    karim = make_user()
    make_offer(person=karim, pole=pole)
    opens(client, solene, "person-story", karim.pk)
    assert asked(what=f"person:{karim.email}").count("Solène Durand") == 1


def test_it_says_to_whom_a_letter_about_it_went(solene, need):
    Notification.objects.create(
        recipient=solene, address=solene.email, key="k", kind="k", family="NEEDS", subject="Un besoin est à lire",
        text="…", url=f"http://testserver{need.get_absolute_url()}",
    )  # fmt: skip
    assert f"<{solene.email}>: was sent" in asked(what=f"need:{need.pk}")


def test_it_says_what_left_as_a_file(client, solene, need):
    client.force_login(solene)
    client.post(reverse("lists-export", args=["besoins", "csv"]))
    assert "a emporté une liste" in asked(what=f"need:{need.pk}")
    assert "Solène Durand" in asked(what="list")


def test_the_other_way_round_says_of_whom_an_account_read_and_what_was_open_to_it(
    client, solene, need, pole
):
    karim = make_user("Karim", "Benali")
    make_offer(person=karim, pole=pole)
    opens(client, solene, "person-story", karim.pk)
    opens(client, solene, "desk-need", need.pk)
    said = asked(by=solene.email.upper())
    assert "People concerned: 1" in said
    assert f"1  Karim Benali <{karim.email}>" in said
    assert "Organisations concerned: 1" in said
    boss = need.organisation.members.first()
    assert boss is None or boss.email in said
    assert "1  pôles coordinated" in said


def test_its_csv_is_read_by_a_spreadsheet(client, solene, need):
    solene.first_name = "=Solène"
    solene.save()
    opens(client, solene, "desk-need", need.pk)
    header, *rows = csv.reader(
        io.StringIO(asked(what=f"need:{need.pk}", format="csv")), delimiter=";"
    )
    assert header[:3] == ["at", "who", "address"]
    assert rows[0][1] == "'=Solène Durand"
    [_header, line] = csv.reader(io.StringIO(asked(by=solene.email, format="csv")), delimiter=";")
    assert line[0] == "organisation"


def test_what_was_before_or_after_isn_t_said(solene, need):
    operator = Membership.objects.get(user=solene).organisation
    for ago in (5, 3, 1):
        JournalEntry.objects.create(
            kind=JournalKind.NEED_READ, number=need.pk, by=solene, organisation=operator, house=need.organisation,
            told=True, at=timezone.now() - timedelta(days=ago),
        )  # fmt: skip
    day = timezone.localdate()
    said = asked(
        what=f"need:{need.pk}",
        since=f"{day - timedelta(days=4):%Y-%m-%d}",
        until=f"{day - timedelta(days=2):%Y-%m-%d}",
    )
    assert "1 reading(s)" in said


def test_nobody_is_an_answer(need):
    assert "0 reading(s) by 0 account(s)" in asked(what=f"need:{need.pk}")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"what": "besoin:12"}, "--what is one of"),
        ({"what": "need"}, "Say which need"),
        ({"what": "need:douze"}, "Say which need"),
        ({"what": "need:²"}, "Say which need"),
        ({"what": "need:99999999"}, "There is no need 99999999"),
        ({"what": "list:3"}, "A list has no number"),
        ({"what": "person:nobody@example.org"}, "No account has the address"),
        ({"by": "nobody@example.org"}, "No account has the address"),
        ({"what": "list", "since": "hier"}, "--since is a day"),
        ({"what": "list", "since": "2026-13-01"}, "--since is a day"),
        ({"what": "list", "since": "0001-01-01", "until": "0001-01-02"}, "twelve months"),
        ({"what": "list", "since": "2200-01-01"}, "in the future"),
        ({"what": "list", "until": "2020-01-01"}, "isn’t after"),
        ({"what": "list", "until": "demain"}, "--until is a day"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(said, why):
    with pytest.raises(CommandError, match=why):
        asked(**said)


def test_one_of_the_two_questions_is_asked():
    for said in ({}, {"what": "list", "by": "a@example.org"}):
        with pytest.raises((CommandError, TypeError)):
            asked(**said)


def test_somebody_looked_for_by_name_is_told(client, solene, pole):
    karim = make_user("Karim", "Benali")
    make_offer(person=karim, pole=pole)
    client.force_login(solene)
    client.get(reverse("find"), {"q": "benali"})
    assert not JournalEntry.objects.filter(kind=JournalKind.SOUGHT).exists()
    client.get(reverse("find"), {"q": "Karim Bénali"})
    client.get(reverse("find"), {"q": karim.email})
    assert JournalEntry.objects.filter(kind=JournalKind.SOUGHT, subject=karim).count() == 2
    assert journal.forget(timezone.now()) == 0
