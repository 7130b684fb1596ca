"""What a copy says to a person in words: the journal as its page says it, and letters whose links open nothing."""

import json

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import journal
from marketplace.models import JournalKind
from marketplace.personal_data.addresses import without_addresses, without_keys
from marketplace.rules.journal_parties import NOUNS, Reader
from notifications.models import Notification
from tests.factories import make_coordinator, make_offer, make_pole, make_user
from tests.marketplace.desk.test_data_copies import made, said

pytestmark = pytest.mark.django_db
KEY = "MTI:1vPq2x:q7XbTq0f_9vZk3Lw-eRt"


@pytest.fixture
def karim():
    return make_user("Karim", "Benali")


@pytest.fixture
def solene(karim):
    pole = make_pole()
    make_offer(person=karim, pole=pole)
    return make_coordinator(pole, first_name="Solène", last_name="Durand")


def read(by, person, kind, **said):
    reader = Reader.of_user(by)
    journal.tell(kind, NOUNS["person"], person.pk, reader=reader, now=timezone.now(), **said)


def test_who_read_is_named_as_on_the_page_and_what_they_did_is_in_words(karim, solene):
    read(solene, karim, JournalKind.PERSON_READ)
    read(solene, karim, JournalKind.LISTED, words="contacts", form="csv", why="réunion du comité")
    texts = said(made(karim))
    page = texts["lisez-moi.html"]
    assert "Solène Durand, de l’opérateur" in page
    assert "a lu la fiche d’une personne" in page
    assert "avec courriels ou téléphones" in page
    assert "réunion du comité" in page
    assert "PERSON_READ" not in page
    lines = json.loads(texts["donnees.json"])["tables"]["marketplace.journalentry_read"]
    assert [line["kind"] for line in lines] == ["PERSON_READ", "LISTED"]


def test_who_has_left_since_isn_t_named_there_either(karim, solene):
    read(solene, karim, JournalKind.PERSON_READ)
    Membership.objects.filter(user=solene).delete()
    assert "Solène" not in "".join(said(made(karim)).values())


def test_a_letter_in_it_opens_nothing_and_holds_nobody_else_s_address(karim):
    text = (
        f"Répondez : https://example.org/suivi/{KEY}/\nNe plus en recevoir : "
        f"https://example.org/notifications/desabonnement/{KEY}/\nÉcrivez à lea@example.org ou {karim.email}"
    )
    Notification.objects.create(
        recipient=karim, address=karim.email, key="a", kind="follow_up", family="missions",
        subject="Comment cela se passe-t-il ?", text=text, url=f"/suivi/{KEY}/",
    )  # fmt: skip
    texts = said(made(karim))
    whole = "".join(texts.values())
    assert KEY not in whole
    assert "https://example.org/suivi/[clé]/" in whole
    assert "lea@example.org" not in whole
    assert "follow_up" not in texts["lisez-moi.html"]
    assert karim.email in texts["lisez-moi.html"]


@pytest.mark.parametrize(
    "link",
    ["https://example.org/missions/12/", "/structures-servies/4/?ouvert=disponibilites", "et/ou"],
)
def test_an_address_without_a_key_stays(link):
    assert without_keys(f"Voir {link}") == f"Voir {link}"


@pytest.mark.parametrize(
    "link", [f"https://x.org/suivi/{KEY}/bilan/", f"/r/?cle={KEY}", "/p/0a1b2c3d4e5f6a7b8c9d/"]
)
def test_a_key_is_cut_out_wherever_it_stands(link):
    assert "[clé]" in without_keys(link)
    assert KEY not in without_keys(link)


def test_one_s_own_address_stays():
    assert without_addresses("a@b.fr", ["a@b.fr"]) == "a@b.fr"
    assert "c@d.fr" not in without_addresses("c@d.fr", ["a@b.fr"])
