"""What an organisation works for and whom it serves is said once: its needs begin with it, and may differ."""

import pytest
from django.urls import reverse

from accounts.actions import organisations
from accounts.actions.refusals import Refusal
from accounts.models import Membership
from marketplace.actions.market import needs
from marketplace.actions.market import serving as acts
from marketplace.models import Beneficiary, Cause, Need, Serving
from marketplace.rules import deductions
from marketplace.states import NeedStatus
from tests.factories import (
    make_cause,
    make_coordinator,
    make_need,
    make_organisation,
    make_skill,
    make_user,
    verify,
)


@pytest.fixture
def aline():
    return verify(make_user("Aline"))


@pytest.fixture
def structure(aline):
    Cause.objects.create(code="culture", label_fr="Culture", label_en="Culture")
    make_need(cause=make_cause("sport"))  # another structure's
    return make_organisation(member=aline, name="Les Tréteaux")


@pytest.fixture
def young():
    return Beneficiary.objects.get_or_create(
        code="jeunes", defaults={"label_fr": "Jeunes", "label_en": "Young people"}
    )[0]


def page(structure):
    return reverse("organisation-serving", args=[structure.pk])


def a_need(client, **words):
    make_skill("compta-associative", "Comptabilité associative")
    said = {
        "step": "quoi",
        "context": "Plus personne ne tient la compta.",
        "deliverable": "Des comptes.",
    }
    client.post(
        reverse("need-new"), said | {"skills": ["compta-associative"], "next": "yes"} | words
    )
    return Need.objects.latest("pk")


def test_said_once_it_is_what_the_next_need_begins_with(client, aline, structure, young):
    client.force_login(aline)
    assert page(structure) in client.get(structure.get_absolute_url()).text
    said = {"cause": make_cause("culture").pk, "beneficiaries": [young.pk]}
    assert client.post(page(structure), said).url == structure.get_absolute_url()
    shown = client.get(structure.get_absolute_url()).text
    assert "Culture" in shown
    assert "Jeunes" in shown
    need = a_need(client)
    assert (need.cause, list(need.beneficiaries.all())) == (make_cause("culture"), [young])
    assert deductions.CAUSE not in need.unsaid


def test_a_need_may_differ_and_changes_nothing_of_what_the_structure_has_said(
    client, aline, structure
):
    acts.say(structure, cause=make_cause("culture"), served=[], by=aline)
    client.force_login(aline)
    need = a_need(client)
    where = {"step": "ou", "place": "REMOTE", "time": "BOTH", "commune": "Lille",
             "commune-code": "59350", "places": "1", "later": "yes"}  # fmt: skip
    client.post(
        reverse("need-step", args=[need.pk, "ou"]), where | {"cause": make_cause("sport").pk}
    )
    need.refresh_from_db()
    assert need.cause == make_cause("sport")
    assert a_need(client, context="Autre chose.").cause == make_cause("culture")


def test_saying_it_anew_leaves_the_needs_that_are_written(aline, structure):
    acts.say(structure, cause=make_cause("culture"), served=[], by=aline)
    need = make_need(structure, cause=make_cause("culture"))
    acts.say(structure, cause=make_cause("sport"), served=[], by=aline)
    acts.say(structure, cause=make_cause("sport"), served=[], by=aline)
    need.refresh_from_db()
    assert need.cause == make_cause("culture")
    assert Serving.objects.get().cause == make_cause("sport")


def test_it_is_learnt_from_the_first_need_that_is_public_and_from_no_other(aline, structure, young):
    by = make_coordinator(structure.pole)
    hidden = make_need(structure, status=NeedStatus.SUBMITTED, cause=make_cause("sport"))
    needs.publish(hidden, by=by, listed=False)
    assert deductions.serving_of(structure) is None
    first = make_need(structure, status=NeedStatus.SUBMITTED, cause=make_cause("culture"))
    first.beneficiaries.set([young])
    needs.publish(first, by=by)
    second = make_need(structure, status=NeedStatus.SUBMITTED, cause=make_cause("sport"))
    needs.publish(second, by=by)
    said = deductions.serving_of(structure)
    assert (said.cause, said.served) == (make_cause("culture"), [young])


def test_without_a_cause_nothing_is_kept_and_the_field_says_so(client, aline, structure):
    client.force_login(aline)
    for wrong in ("", "x", "99999999"):
        shown = client.post(page(structure), {"cause": wrong, "beneficiaries": ["x"]})
        assert shown.status_code == 200
        assert "cause" in shown.context["form"].errors
    assert not Serving.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "employee", "coordinator", "gone", "nobody"])
def test_nobody_else_says_it(client, aline, structure, who):
    person = make_coordinator(structure.pole) if who == "coordinator" else make_user()
    if who == "employee":
        structure.memberships.create(user=person, role="EMPLOYEE")
    if who == "gone":
        structure.memberships.create(user=person, role="MEMBER")
        Membership.objects.filter(user=person).delete()
    if who != "nobody":
        client.force_login(person)
    answer = client.post(page(structure), {"cause": make_cause("sport").pk})
    assert answer.status_code == (302 if who == "nobody" else 403)
    assert page(structure) not in client.get(structure.get_absolute_url()).text
    with pytest.raises(Refusal):
        acts.say(structure, cause=make_cause("sport"), served=[], by=person)
    assert not Serving.objects.exists()


def test_not_while_it_is_suspended(client, aline, structure):
    organisations.suspend(structure, reason="À voir.", by=make_coordinator(structure.pole))
    client.force_login(aline)
    assert client.post(page(structure), {"cause": make_cause("sport").pk}).status_code in (403, 404)
    assert not Serving.objects.exists()


def test_a_company_that_asks_for_nothing_has_no_such_page(client):
    boss = make_user("Paul")
    company = make_organisation("COMPANY", administrator=boss)
    client.force_login(boss)
    assert client.get(page(company)).status_code == 403
    assert page(company) not in client.get(company.get_absolute_url()).text
