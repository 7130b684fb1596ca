"""A sign that PostgreSQL holds in no text is a wrong choice like another, not an error page."""

import pytest
from django.urls import reverse

from marketplace.models import Draft
from marketplace.models.market.skills import SkillProposal
from tests.factories import (
    make_coordinator,
    make_need,
    make_organisation,
    make_proposal,
    make_skill,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def aline(client):
    user = make_user()
    make_organisation(member=user)
    client.force_login(user)
    return user


def test_as_a_template_of_missions(client, aline):
    assert client.get(reverse("need-new"), {"modele": "a\0b"}).status_code == 200


def test_as_a_skill_of_a_form(client, aline):
    make_skill("excel")
    chosen = {"skills": ["excel", "a\0b"], "pick": "b\0c", "look": "1"}
    page = client.post(reverse("need-new"), chosen)
    assert [one.skill.code for one in page.context["picker"].chosen] == ["excel"]


def test_as_the_words_of_a_skill_that_is_missing(client, aline):
    page = client.post(reverse("need-new"), {"skill_query": "api\0culture", "propose": "1"})
    assert page.context["picker"].proposed == "apiculture"


def test_as_a_skill_that_is_confirmed(client, aline):
    page = client.post(reverse("portrait-confirm"), {"skills": ["a\0b"]})
    assert page.status_code == 302


def test_as_the_words_around_a_skill_that_is_missing(client, aline):
    said = {"skill_query": "apiculture", "propose": "1", "title": "Nos\0 ruches"}
    client.post(reverse("need-new"), said)
    assert SkillProposal.objects.get().context == "Nos ruches"


@pytest.fixture
def thread():
    return make_proposal().thread


@pytest.fixture
def words(thread):
    return {"text": "Bon\0jour", "sent_key": "k\0", "about": "a\0b"}


@pytest.mark.parametrize("door", ["draft", "thread"])
def test_as_what_somebody_is_typing(client, thread, words, door):
    client.force_login(thread.proposal.offer.person)
    assert client.post(reverse(door, args=[thread.pk]), words).status_code == 200
    assert Draft.objects.get().text == "Bonjour"


def test_as_what_was_typed_by_somebody_logged_out(client, thread, words):
    client.post(reverse("thread", args=[thread.pk]), words)
    client.force_login(thread.proposal.offer.person)
    assert "Bonjour" in client.get(reverse("thread", args=[thread.pk])).text


def test_as_the_first_words_of_a_question(client):
    need = make_need(status="PUBLISHED")
    client.force_login(make_user())
    client.post(reverse("need-talk", args=[need.pk]), {"begin": "Bon\0jour"})
    assert Draft.objects.get().text == "Bonjour"


def test_as_who_is_looked_for_at_the_desk(client):
    need = make_need(status="PUBLISHED")
    client.force_login(make_coordinator(need.pole))
    why_not = reverse("need-why-not", args=[need.pk])
    for page, asked in (
        (why_not, {"qui": "a\0b"}),
        (reverse("desk-why-not"), {"besoin": "a\0b", "qui": "c"}),
        (reverse("finding-new"), {"code": "a\0b"}),
        (reverse("letters-desk"), {"qui": "a\0b"}),
        (reverse("desk"), {"q": "a\0b", "kind": "n\0"}),
    ):
        assert client.get(page, asked).status_code == 200


def test_as_the_name_of_a_file(client, aline):
    assert client.get("/fichiers/a%00b/").status_code == 404
