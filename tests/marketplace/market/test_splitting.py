"""Two missions are made of one: each part keeps some skills and hours, and finds somebody who knows it."""

import pytest
from django.urls import reverse

from marketplace import ranking
from marketplace.actions.market import splitting
from marketplace.actions.refusals import NotYet
from marketplace.models import Need
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_need, make_offer, make_skill, make_user
from tests.marketplace.market.test_gaps import candidates, links


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


@pytest.fixture
def twofold():
    """Excel and pay: one person knows each."""
    need = make_need(member=make_user("Aline", "Moreau"), skills=["excel", "paie"], hours=30)
    return need, make_offer(skills=["excel"]), make_offer(skills=["paie"])


def split_form(need, code="paie", **values):
    return {"skills": [make_skill(code).pk], "title": "La paie", "hours": 10} | values


def test_split_by_a_coordinator_both_parts_find_somebody_at_once(client, maelle, twofold):
    need, knows_excel, knows_pay = twofold
    assert ranking.offers_for(need) == []
    (url, *_more) = links(candidates(client, need), reverse("need-split", args=[need.pk]))
    page = client.get(url)
    assert page.context["form"].initial["skills"]
    answer = client.post(url, split_form(need), follow=True)
    other = Need.objects.exclude(pk=need.pk).get()
    assert other.title in answer.text
    need.refresh_from_db()
    assert (need.hours, other.hours) == (20, 10)
    assert [match.offer for match in ranking.offers_for(need)] == [knows_excel]
    assert [match.offer for match in ranking.offers_for(other)] == [knows_pay]
    aline = need.organisation.members.get()
    assert [letter.kind for letter in Notification.objects.filter(recipient=aline)] == [
        "need_published"
    ]


def test_split_by_the_structure_the_new_part_is_read_first(client, twofold):
    need = twofold[0]
    make_coordinator()
    client.force_login(need.organisation.members.get())
    client.post(reverse("need-split", args=[need.pk]), split_form(need))
    other = Need.objects.exclude(pk=need.pk).get()
    assert (other.status, need.status) == (NeedStatus.SUBMITTED, NeedStatus.PUBLISHED)
    assert Notification.objects.filter(kind="need_submitted").count() == 1


def test_split_twice_is_split_once_and_each_part_keeps_something(client, maelle, twofold):
    need = twofold[0]
    url = reverse("need-split", args=[need.pk])
    assert "Choisissez au moins" in client.post(url, split_form(need, skills=[])).text
    both = [make_skill(code).pk for code in ("excel", "paie")]
    assert "Laissez au moins une compétence" in client.post(url, split_form(need, skills=both)).text
    assert "Laissez au moins une heure" in client.post(url, split_form(need, hours=30)).text
    client.post(url, split_form(need))
    client.post(url, split_form(need))
    assert Need.objects.count() == 2
    assert "une seule compétence" in client.get(url).text


@pytest.mark.parametrize(
    ("skills", "hours", "sentence"),
    [
        ([], 10, "au moins une compétence pour l’autre"),
        (["dessin"], 10, "au moins une compétence pour l’autre"),  # not of this need
        (["excel", "paie"], 10, "au moins une compétence à cette mission"),
        (["paie"], 0, "au moins une heure"),
        (["paie"], 30, "au moins une heure"),
    ],
)
def test_each_part_keeps_a_skill_and_an_hour_whoever_asks(maelle, twofold, skills, hours, sentence):
    need = twofold[0]
    chosen = [make_skill(code) for code in skills]
    with pytest.raises(NotYet, match=sentence):
        splitting.split(need, skills=chosen, title="x", hours=hours, by=maelle)
    assert Need.objects.get().hours == 30
    assert need.wanted.count() == 2


@pytest.mark.parametrize("hours", [1, 29])
def test_one_hour_is_enough_for_a_part(maelle, twofold, hours):
    pay = [make_skill("paie")]
    other = splitting.split(twofold[0], skills=pay, title="La paie", hours=hours, by=maelle)
    assert (Need.objects.get(pk=twofold[0].pk).hours, other.hours) == (30 - hours, hours)


def test_too_late_to_split(maelle, twofold):
    need = twofold[0]
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.CLOSED)
    with pytest.raises(NotYet, match="n’est plus ouvert"):
        splitting.split(need, skills=[make_skill("paie")], title="x", hours=1, by=maelle)


def test_only_who_answers_for_the_need_may_split_it(client, twofold):
    url = reverse("need-split", args=[twofold[0].pk])
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.post(url, split_form(twofold[0])).status_code == 403
    Need.objects.filter(pk=twofold[0].pk).update(status=NeedStatus.DRAFT)
    assert client.get(url).status_code == 404
