"""Where a company asks for help on people’s own time, its people, the coordinators and whoever would come read that a
lawyer is asked first."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from marketplace.models import Welcome
from marketplace.states import NeedStatus
from tests.factories import make_coordinator, make_need, make_offer, make_user

pytestmark = pytest.mark.django_db

ASK = "demandez à un juriste"
SHORT = "si un juriste"


def need_of(form, time=Welcome.BOTH, **fields):
    need = make_need(time=time, **fields)
    Organisation.objects.filter(pk=need.organisation_id).update(legal_form=form)
    return need


def page_of(client, reader, need):
    client.force_login(reader)
    return client.get(need.get_absolute_url()).text


@pytest.mark.parametrize(
    ("form", "time", "is_said"),
    [
        ("SCOP", Welcome.OWN, True),
        ("SAS", Welcome.BOTH, True),
        ("SCOP", Welcome.WORK, False),
        ("SCIC", Welcome.OWN, False),
        ("ASSOCIATION", Welcome.OWN, False),
    ],
)
def test_its_page_says_it_to_those_who_answer_for_it_and_to_coordinators(
    client, form, time, is_said
):
    need = need_of(form, time)
    for reader in (need.created_by, make_coordinator(need.pole)):
        assert (ASK in page_of(client, reader, need)) is is_said


@pytest.mark.parametrize(("form", "is_said"), [("SARL", True), ("ASSOCIATION", False)])
def test_its_form_says_it_beside_the_question_of_the_time(client, form, is_said):
    need = need_of(form, status=NeedStatus.DRAFT)
    client.force_login(need.created_by)
    assert (ASK in client.get(reverse("need-edit", args=[need.pk])).text) is is_said


@pytest.mark.parametrize(("form", "is_said"), [("SCOP", True), ("SCIC", False)])
def test_whoever_proposes_their_own_time_reads_a_line(client, form, is_said):
    need = need_of(form)
    assert (SHORT in client.get(need.get_absolute_url()).text) is is_said
    offer = make_offer(make_user())
    client.force_login(offer.person)
    page = client.get(reverse("need-apply", args=[need.pk])).text
    assert (SHORT in page) is is_said
    assert ASK not in page
