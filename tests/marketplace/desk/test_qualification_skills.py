"""The skills of a need on its sheet: seen there with their level, kept or left out as it is read."""

import re

import pytest
from django.urls import reverse

from marketplace.states import NeedStatus
from tests.factories import make_coordinator, make_need, make_user
from tests.marketplace.desk.test_qualification import READY, post

TWO = ("comptabilite", "tresorerie")


@pytest.fixture
def need():
    return make_need(member=make_user(), status=NeedStatus.SUBMITTED, skills=TWO)


@pytest.fixture
def desk(client, need):
    client.force_login(make_coordinator(need.pole))
    return client


def skills_of(need) -> list[int]:
    return sorted(need.wanted.values_list("skill", flat=True))


@pytest.fixture
def two_skills(need):
    return skills_of(need)


def test_the_skills_are_ticked_on_the_sheet_with_their_level(desk, need, two_skills):
    page = desk.get(reverse("need-qualify", args=[need.pk])).text
    for number in two_skills:
        assert re.search(rf'<input[^>]*name="skills" value="{number}"[^>]*checked', page)
    assert "indispensable" in page


def test_a_skill_without_its_tick_is_left_out_as_the_need_is_published(desk, need, two_skills):
    kept, _left = two_skills
    shown = " ".join(map(str, two_skills))
    post(desk, need, **READY, outcome="PUBLISH", shown=shown, skills=[kept])
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    assert skills_of(need) == [kept]


def test_a_skill_that_was_not_on_the_screen_stays(desk, need, two_skills):
    """The structure added it meanwhile."""
    seen, unseen = two_skills
    post(desk, need, **READY, outcome="PUBLISH", shown=str(seen), skills=[])
    assert skills_of(need) == [unseen]


def test_a_press_that_lacks_an_answer_leaves_none_out_and_keeps_the_ticks(desk, need, two_skills):
    kept, unticked = two_skills
    shown = " ".join(map(str, two_skills))
    page = post(desk, need, scope="YES", outcome="PUBLISH", shown=shown, skills=[kept]).text
    assert skills_of(need) == two_skills
    box = re.search(rf'<input[^>]*name="skills" value="{unticked}"[^>]*>', page)[0]
    assert "checked" not in box


def test_kept_for_later_a_skill_is_left_out_too(desk, need, two_skills):
    kept, _left = two_skills
    shown = " ".join(map(str, two_skills))
    post(desk, need, end=False, scope="YES", shown=shown, skills=[kept])
    assert skills_of(need) == [kept]


def test_one_skill_at_least_is_kept(desk, need, two_skills):
    shown = " ".join(map(str, two_skills))
    page = post(desk, need, **READY, outcome="PUBLISH", shown=shown).text
    assert "Gardez au moins une compétence" in page
    assert skills_of(need) == two_skills
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_a_sheet_without_the_skills_leaves_none_out(desk, need, two_skills):
    post(desk, need, **READY, outcome="PUBLISH")
    assert skills_of(need) == two_skills


@pytest.mark.parametrize("shown", ["x", "999999", "x " * 300, "²", "-1"])
def test_nonsense_in_what_was_shown_leaves_none_out(desk, need, two_skills, shown):
    assert desk.post(
        reverse("need-qualify", args=[need.pk]), {"read": 0, "keep": "yes", "shown": shown}
    ).status_code in {200, 302}
    assert skills_of(need) == two_skills
