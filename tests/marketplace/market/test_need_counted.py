"""Who could help with a need is counted while it is written, from its first sentence on; nothing is saved by it."""

import pytest
from django.urls import reverse

from marketplace.models import Need, Place
from marketplace.states import NeedStatus
from marketplace.views.market import need_standing
from tests.factories import (
    make_cause,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
    verify,
)
from tests.marketplace.market.test_need_steps import NEW, SENTENCE, first, where


@pytest.fixture
def structure():
    make_cause()
    return make_organisation(member=verify(make_user("Aline")))


@pytest.fixture
def at(client, structure):
    client.force_login(structure.members.get())
    return client


def counted(client, need, **words):
    page = reverse("need-step", args=[need.pk, "ou"])
    answer = client.post(
        page, where(**words) | {"who": "yes", "step": "ou"}, headers={"HX-Request": "true"}
    )
    return answer.text.replace("\xa0", " ")


def test_who_could_help_is_told_to_the_nearest_five_while_one_writes(at, structure):
    need = make_need(structure, status=NeedStatus.DRAFT, place=Place.ON_SITE)
    for _ in range(7):
        make_offer(make_user(), place=Place.REMOTE)
    told = counted(at, need, place="ON_SITE")
    assert "moins de 5 personnes" in told
    assert "la coordination cherche aussi au-delà" in told  # what to do about it
    assert "À distance aussi : <strong>environ 5 personnes" in told
    assert "environ 5 personnes" in counted(at, need, place="BOTH")
    need.refresh_from_db()
    assert need.place == Place.ON_SITE


def test_fewer_than_five_are_told_as_nobody_is(at, structure):
    need = make_need(structure, status=NeedStatus.DRAFT)
    nobody = counted(at, need)
    for _ in range(4):
        make_offer(make_user())
    assert counted(at, need) == nobody


def test_whoever_has_it_counted_without_end_is_told_to_write_on(at, structure, monkeypatch):
    monkeypatch.setattr(need_standing, "LIMITS", {"standing": "2/h/user"})
    need = make_need(structure, status=NeedStatus.DRAFT)
    assert "moins de 5 personnes" in counted(at, need)
    counted(at, need)
    last = counted(at, need)
    assert "moins de 5" not in last
    assert "recompte" in last


def counted_first(client, page=NEW, skills=(), **words):
    said = {"step": "quoi", "who": "yes", "context": SENTENCE, "skills": [*skills]} | words
    return client.post(page, said, headers={"HX-Request": "true"}).text.replace("\xa0", " ")


def test_a_new_need_is_counted_as_soon_as_its_sentence_is_read_and_nothing_is_saved(
    at, our_skills, structure
):
    for _ in range(7):
        make_offer(make_user(), skills=("compta-associative",))
    make_offer(make_user(), skills=("site-web",))
    assert "se comptent ici" in counted_first(at, context="")
    read = counted_first(at, context="tenir la comptabilité associative")
    assert "environ 5 personnes" in read
    assert "est cochée" in read
    assert "En l’état" not in read
    ticked = counted_first(at, skills=["compta-associative"])
    assert "En l’état : <strong>environ 5 personnes" in " ".join(ticked.split())
    assert "moins de 5 personnes" in counted_first(at, skills=["site-web"])
    assert not Need.objects.exists()
    assert "Qui pourrait aider" in at.get(NEW).text


def test_a_draft_is_counted_with_the_skills_that_are_ticked_now(at, structure):
    need = make_need(structure, status=NeedStatus.DRAFT, skills=("site-web",))
    for _ in range(5):
        make_offer(make_user(), skills=("compta-associative",))
    page = reverse("need-step", args=[need.pk, "quoi"])
    assert "environ 5" in counted_first(at, page, ["compta-associative"])
    assert "moins de 5" in counted_first(at, page, ["site-web"])
    assert [one.skill.code for one in need.wanted.all()] == ["site-web"]


def test_a_need_that_isn_t_saved_counts_as_it_does_once_it_is(at, structure):
    for many, place in ((6, Place.REMOTE), (5, Place.ON_SITE), (4, Place.BOTH)):
        for _ in range(many):
            make_offer(make_user(), skills=("compta-associative",), place=place)
    make_skill("compta-associative", "Comptabilité associative")
    before = counted_first(at, skills=["compta-associative"])
    first(at)
    page = reverse("need-step", args=[Need.objects.get().pk, "quoi"])
    assert counted_first(at, page, ["compta-associative"]) == before
    assert "environ 15" in before


def test_a_new_need_isn_t_counted_without_end_nor_for_those_who_write_none(at, monkeypatch):
    make_skill("site-web", "Site")
    monkeypatch.setattr(need_standing, "LIMITS", {"standing": "1/h/user"})
    counted_first(at, skills=["site-web"])
    assert "recompte" in counted_first(at, skills=["site-web"])
    at.force_login(verify(make_user()))
    assert "need-standing-now" not in counted_first(at, skills=["site-web"])


def test_somebody_with_several_offers_counts_once(at, structure):
    need = make_need(structure, status=NeedStatus.DRAFT)
    noe = make_user("Noé")
    for _ in range(6):
        make_offer(noe)
    assert "moins de 5 personnes" in counted(at, need)


def test_a_structure_learns_nothing_of_its_own_people_at_home(at, structure):
    need = make_need(structure, status=NeedStatus.DRAFT)
    for _ in range(6):
        colleague = make_user()
        structure.memberships.create(user=colleague)
        make_offer(colleague)
    assert "moins de 5 personnes" in counted(at, need)
