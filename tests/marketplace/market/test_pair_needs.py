"""A need says in its form that it wants a pair, and is shown so."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import alike, proposals
from marketplace.forms.market.needs import NeedForm
from marketplace.models import Joining, Need, NeedSkill, Welcome
from marketplace.states import NeedStatus
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user

pytestmark = pytest.mark.django_db
PAIR = {"in_pair": True, "places": 2}


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def draft(aline):
    house = make_organisation(member=aline)
    return make_need(house, created_by=aline, status=NeedStatus.DRAFT, places=1, time=Welcome.OWN)


def step(client, need, **said):
    door = reverse("need-step", args=[need.pk, "ou"])
    typed = {
        "place": "BOTH",
        "time": "OWN",
        "places": "1",
        "commune": need.commune.pk,
        "cause": need.cause.pk,
    }
    return client.post(
        door, typed | {"commune_0": str(need.commune)} | said | {"later": "1"}, follow=True
    )


def test_a_box_of_the_form_makes_it_two_people_on_both_times(client, draft, aline):
    client.force_login(aline)
    page = client.get(reverse("need-step", args=[draft.pk, "ou"])).text
    assert "En binôme" in page
    assert "Des pôles travaillent ainsi avec des personnes qui portent un projet" in page
    step(client, draft, in_pair="on")
    draft.refresh_from_db()
    assert (draft.in_pair, draft.places, draft.time) == (True, 2, Welcome.BOTH)
    step(client, draft, time="WORK", places="3")
    draft.refresh_from_db()
    assert (draft.in_pair, draft.places, draft.time) == (False, 3, Welcome.WORK)


def test_its_page_and_its_form_say_so(client, aline):
    need = make_need(make_organisation(member=aline), created_by=aline, **PAIR)
    said = "En binôme\N{NO-BREAK SPACE}: une personne sur son temps libre"
    assert said in client.get(need.get_absolute_url()).text
    client.force_login(aline)
    assert said in client.get(need.get_absolute_url()).text


def test_the_database_holds_no_pair_of_three_and_none_on_one_time(aline):
    need = make_need(make_organisation(member=aline))
    for wrong in ({"places": 3}, {"places": 2, "time": Welcome.OWN}):
        for name, value in (wrong | {"in_pair": True}).items():
            setattr(need, name, value)
        with pytest.raises(ValidationError, match="binôme"):
            need.validate_constraints()


def test_somebody_who_applies_is_the_half_that_their_offer_is(client, aline):
    need = make_need(make_organisation(member=aline), created_by=aline, **PAIR)
    awa = make_user(first_name="Awa")
    offer = make_offer(awa)
    client.force_login(awa)
    page = client.get(reverse("need-apply", args=[need.pk])).text
    assert "binôme" in page
    client.post(reverse("need-apply", args=[need.pk]), {"offer": offer.pk, "word": "Volontiers."})
    proposals.accept(need.proposals.get(), side="NEED", by=aline)
    assert Need.objects.get(pk=need.pk).status == NeedStatus.PUBLISHED
    assert not need.pairs.exists()


def test_two_needs_alike_are_not_put_together_where_one_wants_a_pair(aline):
    one = make_need(make_organisation(member=aline), **PAIR)
    make_need(make_organisation(member=make_user()))
    assert NeedSkill.objects.filter(need=one).exists()
    alike.look(timezone.now())
    assert not Joining.objects.exists()


def test_a_mission_begun_on_one_time_keeps_the_box_as_it_is(client, aline):
    need = make_need(make_organisation(member=aline), created_by=aline, places=2)
    make_mission(need=need)
    client.force_login(aline)
    form = NeedForm({"in_pair": "on"}, instance=Need.objects.get(pk=need.pk), part="ou")
    assert "ne peut plus changer" in str(form.errors["in_pair"])
