"""One's own page says what one can do, in a sentence and in skills."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import people, portraits
from marketplace.models import Portrait
from tests.factories import make_skill, make_user

PAGE = reverse("profile")


@pytest.fixture
def noe(client):
    user = make_user(first_name="Noé")
    client.force_login(user)
    return user


def said(**fields):
    return {"first_name": "Noé", "last_name": "Dubois", "language": "fr", **fields}


def test_a_sentence_and_skills_are_kept(client, noe):
    make_skill("site-web")
    held = {"skills": "site-web", "level_site-web": "3"}
    client.post(PAGE, said(about="Je fais des sites.", **held))
    portrait = Portrait.objects.get(user=noe)
    assert portrait.about == "Je fais des sites."
    assert [(item.skill.code, item.level) for item in portrait.held.all()] == [("site-web", 3)]
    client.post(PAGE, said(about="Plus rien."))
    assert not portrait.held.exists()


def test_each_has_a_portrait_of_their_own(client, noe):
    client.post(PAGE, said(about="Je fais des sites."))
    ada = make_user(first_name="Ada")
    client.force_login(ada)
    client.post(PAGE, said(first_name="Ada", about="Je tiens des comptes."))
    said_by = dict(Portrait.objects.values_list("user", "about"))
    assert said_by == {noe.pk: "Je fais des sites.", ada.pk: "Je tiens des comptes."}
    for who, about in ((ada, "Je dessine."), (make_user(), "Je jardine.")):
        portraits.say(who, about=about)
        said_by[who.pk] = about
    assert dict(Portrait.objects.values_list("user", "about")) == said_by


def test_the_pickers_buttons_save_nothing(client, noe):
    make_skill("site-web", "Création de site")
    answer = client.post(PAGE, said(about="Je fais des sites.", pick="site-web"))
    assert 'name="skills" value="site-web"' in answer.text
    assert "Je fais des sites." in answer.text
    assert not Portrait.objects.exists()


def test_a_closed_account_leaves_no_portrait(client, noe):
    client.post(PAGE, said(about="Je fais des sites."))
    people.close_account(noe, now=timezone.now())
    assert not Portrait.objects.exists()
