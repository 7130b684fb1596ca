"""The catalogue's search understands the words that the forms understand, and forms propose a few."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories import make_need, make_user


@pytest.fixture
def catalogue():
    call_command("load_skills", verbosity=0)
    make_need(skills=["compta-generale"], title="Y voir clair dans nos chiffres")
    make_need(skills=["cloture-comptes"], title="Fermer l’année proprement")
    make_need(skills=["compta-associative"], title="Expliquer nos écritures")
    make_need(skills=["site-web"], title="Exister en ligne", context="Rien encore.")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("compta", "Y voir clair"),
        ("Comptables", "Y voir clair"),
        ("tenir les comptes d’une asso", "Y voir clair"),
        ("comptabilitée", "Y voir clair"),
        ("bookkeeping", "Y voir clair"),
        ("sites webs", "Exister en ligne"),
        ("refaire un site internet", "Exister en ligne"),
        ("CHIFFRES", "Y voir clair"),
        ("comptable", "Fermer l’année"),  # what is near to the skill named first is looked for too
        ("comptable mairie", "Expliquer nos écritures"),
    ],
)
def test_other_words_for_the_same_thing_find_the_need(client, catalogue, asked, found):
    assert found in client.get(reverse("needs"), {"q": asked}).text


@pytest.mark.parametrize("asked", ["zorglub", "", "x" * 120, "<b>", "\x00", "🙂", "عربي"])
def test_nonsense_is_answered_like_anything_else(client, catalogue, asked):
    assert client.get(reverse("needs"), {"q": asked}).status_code == 200


def test_a_form_proposes_five_skills_and_five_others_once_these_are_chosen(client, catalogue):
    client.force_login(make_user())
    about = "Graphiste, je couds, je jardine, je traduis l’anglais, je répare des vélos, je fais la paie, \
        de la vidéo, des sites internet, de la plomberie, de la comptabilité, du tableur et du théâtre."

    def proposed(**held):
        page = client.post(reverse("skills-picker"), {"about": about} | held).text
        return re.findall(r'name="pick" value="([\w-]+)"', page)

    first = proposed()
    assert len(first) == 5
    then = proposed(skills=first)
    assert len(then) == 5
    assert not set(first) & set(then)
