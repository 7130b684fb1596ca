"""A pôle of three operators, and what tests of its dispatch rules say of it."""

import re
from html import unescape

from django.urls import reverse

from accounts.models import Organisation, Pole
from marketplace.models import DispatchRule
from tests.factories import make_department, make_organisation, make_pole, make_user


def make_operator(pole: Pole, name: str, **fields) -> Organisation:
    """An operator with one person, seated in the pôle."""
    member = make_user(first_name=name.split()[0], last_name="Dupont")
    return make_organisation(
        Organisation.Kind.OPERATOR, pole=pole, name=name, member=member, **fields
    )


def pole_of_two_departments() -> Pole:
    make_department("59", "Nord")
    make_department("62", "Pas-de-Calais")
    return make_pole("Pôle des Hauts", ("59", "62"))


def make_rule(operator: Organisation, pole: Pole | None = None, **conditions) -> DispatchRule:
    """At the end of the pôle's list."""
    pole = pole or operator.pole
    last = DispatchRule.objects.filter(pole=pole).count()
    return DispatchRule.objects.create(
        pole=pole, position=last + 1, operator=operator, **conditions
    )


def person_of(operator: Organisation):
    return operator.members.get()


def url(name, *args):
    return reverse(f"dispatch-{name}" if name else "dispatch", args=args)


def read(client, address, typed=None) -> str:
    answer = client.post(address, typed, follow=True) if typed is not None else client.get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"[ \n]+", " ", answer.content.decode()))


def tried(client, address, typed=None) -> dict:
    """What the form of the trial holds, to be kept."""
    answer = client.post(address, typed) if typed is not None else client.get(address)
    return (typed or {}) | {"tried": answer.context["tried"], "keep": "yes"}


def kept() -> list[str]:
    return [row.operator.name for row in DispatchRule.objects.order_by("position")]
