"""Operators of a pôle and of the one beside it, with their administrators."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.actions import seats
from accounts.models import Organisation, Pole, Seat, User
from notifications.models import Notification
from tests.factories import make_organisation, make_pole, make_user

OPERATOR = Organisation.Kind.OPERATOR


@dataclass
class Operators:
    pole: Pole
    other_pole: Pole
    first: Organisation
    second: Organisation
    third: Organisation
    elsewhere: Organisation  # coordinates the other pôle alone
    chief: User  # administers the first
    second_chief: User
    third_chief: User
    far_chief: User
    member: User  # of the second, without being its administrator


def operators():
    pole, other = make_pole(), make_pole("Pôle voisin", departments=("80",))
    names = ("chief", "second_chief", "third_chief", "far_chief", "member")
    people = {name: make_user(first_name=name.replace("_", " ").title()) for name in names}
    return Operators(
        pole,
        other,
        make_organisation(
            OPERATOR, pole=pole, name="Coup de Pousse", administrator=people["chief"]
        ),
        make_organisation(
            OPERATOR,
            pole=pole,
            name="Passerelles",
            administrator=people["second_chief"],
            member=people["member"],
        ),
        make_organisation(
            OPERATOR, pole=pole, name="L’Engagement", administrator=people["third_chief"]
        ),
        make_organisation(OPERATOR, pole=other, name="La Baie", administrator=people["far_chief"]),
        **people,
    )


def propose(them, **changed):
    """The first operator asks that the one from elsewhere be seated."""
    given = {"role": "La côte", "by": them.chief, "now": timezone.now()} | changed
    return seats.propose(them.pole, them.elsewhere, **given)


def offered(them):
    """The same, once the second operator has agreed."""
    seat = propose(them)
    seats.confirm(seat, by=them.second_chief, now=timezone.now())
    return Seat.objects.get(pk=seat.pk)


def told(kind):
    return {one.recipient for one in Notification.objects.filter(kind=kind)}
