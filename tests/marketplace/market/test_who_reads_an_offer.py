"""Whoever offers help is told who reads it: all who carry the need, not its lead alone."""

import pytest
from django.urls import reverse

from tests.factories import (
    make_carrier,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    make_skill("site-web", "Site internet")
    return make_need(skills=("site-web",), hours=21)


def applying(client, need):
    person = make_user()
    make_offer(person)
    client.force_login(person)
    return client.get(reverse("need-apply", args=[need.pk])).text


def for_a_company(client, need):
    boss = make_user()
    company = make_organisation(kind="COMPANY", member=boss)
    make_offer(boss, organisation=company, somebody=None, created_by=boss)
    client.force_login(boss)
    return client.get(reverse("need-apply", args=[need.pk])).text


def passing_by(client, need):
    return client.get(need.get_absolute_url()).text


def before_sending(client, need):
    client.force_login(make_user())
    said = {"skills": ["site-web"], "word": "J’en fais.", "when": "WEEKEND", "commune": "Lille"}
    return client.post(reverse("need-help", args=[need.pk]), said, follow=True).text


@pytest.mark.parametrize(
    ("read", "by_one", "by_all"),
    [
        (applying, "La structure voit votre", "Les structures qui portent ce besoin voient votre"),
        (
            for_a_company,
            "La structure voit le nom de votre",
            "Les structures qui portent ce besoin voient le nom de votre",
        ),
        (
            passing_by,
            "La structure voit votre",
            "Les structures qui portent ce besoin voient votre",
        ),
        (
            before_sending,
            "Seules cette structure et la coordination",
            "Seules les structures qui portent ce besoin et la coordination",
        ),
    ],
)
def test_of_a_need_that_several_carry_all_of_them_are_said_to_read(
    client, need, read, by_one, by_all
):
    page = read(client, need)
    assert by_one in page
    assert by_all not in page
    client.logout()
    make_carrier(need)
    page = read(client, need)
    assert by_all in page
    assert by_one not in page
