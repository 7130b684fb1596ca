"""A sign that PostgreSQL holds in no text is a wrong choice like another, not an error page."""

import pytest
from django.urls import reverse

from tests.factories import make_organisation, make_skill, make_user

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
