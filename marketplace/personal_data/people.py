"""How a copy names people: its owner, those of an organisation for that organisation, and everybody else by what they are."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, PastMembership, Seat, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ME = "me"
# By the code that the JSON file holds.
ROLES: dict[str, "StrOrPromise"] = {
    ME: gettext_lazy("you"),
    "coordination": gettext_lazy("a coordinator"),
    "ESS": gettext_lazy("somebody of the structure"),
    "AUTHORITY": gettext_lazy("somebody of the authority"),
    "OPERATOR": gettext_lazy("somebody of the operator"),
    "person": gettext_lazy("another person"),
}
SHORTEST = 3  # letters: a name of two is found in too many words


class People:
    """Those whom a copy has met. Nobody else's name is ever in it."""

    def __init__(self, owner: User | Organisation) -> None:
        self.me = owner.pk if isinstance(owner, User) else None
        self.own_names = {owner.first_name, owner.last_name} if isinstance(owner, User) else set()
        self.house = owner if isinstance(owner, Organisation) else None
        self.roles: dict[int, str] = {}
        self.named: dict[int, str] = {}
        self._patterns: dict[int, re.Pattern[str] | None] = {}

    def learn(self, numbers: Iterable[int]) -> None:
        """Ask who these are, in a few questions for all of them. That somebody who comes on their own time is of a company
        is theirs: only who speaks for a structure, an authority or an operator is told by it."""
        new = {one for one in numbers if one not in self.roles and one != self.me}
        if not new:
            return
        seats = Seat.objects.coordinating().filter(operator=OuterRef("organisation"))
        held = Membership.objects.representing().filter(user__in=new).order_by("pk")
        held = held.exclude(organisation__kind=Organisation.Kind.COMPANY)
        told = held.values_list("user", "organisation__kind", Exists(seats))
        self.roles |= dict.fromkeys(new, "person")
        for number, kind, coordinates in told:
            self.roles[number] = "coordination" if coordinates else kind
        for person in User.objects.filter(pk__in=new):
            self._patterns[person.pk] = self._pattern(person)
        if self.house is not None:
            self._name(new)

    def _name(self, new: set[int]) -> None:
        """Whoever is or was of the organisation is named in its own copy."""
        here = Membership.objects.filter(organisation=self.house, user__in=new).values("user")
        gone = PastMembership.objects.filter(organisation=self.house, user__in=new).values("user")
        for person in User.objects.filter(pk__in=here.union(gone)):
            self.named[person.pk] = str(person)
            self._patterns[person.pk] = None

    def _pattern(self, person: User) -> "re.Pattern[str] | None":
        said = [
            person.get_full_name(),
            person.email,
            person.phone,
            *(name for name in (person.last_name, person.first_name) if len(name) >= SHORTEST),
        ]
        words = [re.escape(one) for one in said if one and one not in self.own_names]
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None

    def code_of(self, number: int) -> str:
        """What the JSON file says of somebody: a name that the copy may give, or a role."""
        return ME if number == self.me else self.named.get(number) or self.roles[number]

    def word_of(self, number: int) -> str:
        code = self.code_of(number)
        return str(ROLES.get(code, code))

    def without_names(self, text: str, numbers: Iterable[int]) -> str:
        """The text, in which the names of these people are replaced by what they are."""
        for number in numbers:
            if number != self.me and (pattern := self._patterns.get(number)):
                text = pattern.sub(f"[{self.word_of(number)}]", text)
        return text


def masked() -> str:
    """In the place of what names somebody else."""
    return _("[masked: somebody else]")
