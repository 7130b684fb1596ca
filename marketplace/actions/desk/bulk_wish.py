"""What a coordinator wants to do to many rows of a list, and what each such act has to say of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, Pole, User
from marketplace.models import BulkLine, Mission, Need, Offer, Proposal
from marketplace.models.desk.desk import left_by_their_writer, left_offers
from marketplace.models.market.bosses import under
from marketplace.models.market.sides import beside, missions_beside

POLE = {"besoins": "pole", "missions": "need__pole", "organisations": "pole"}


@dataclass(frozen=True)
class Wish:
    """What a coordinator wants to do to rows of this list: `to` whom they are handed over; `words` are the tag, the note or
    the reason."""

    act: str
    listed: str
    by: User
    to: User | Organisation | None = None
    words: str = ""


class Doing(Protocol):
    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        """Each of these rows, as it stands: what the act compares with."""
        ...

    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        """The rows that it leaves, with why."""
        ...

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        """Do it to one row, and keep on the line what it was before. Raises NotYet or ForbiddenMove."""
        ...

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        """As before, unless somebody has touched it since. Raises NotYet or ForbiddenMove."""
        ...


def on_a_side() -> str:
    return _("You are on a side of it: another coordinator of the pôle follows it.")


def said_for(numbers: Iterable[int], words: str) -> dict[int, str]:
    return dict.fromkeys(numbers, words)


def numbers_of(rows: QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def all_as_they_are(rows: QuerySet[Any]) -> dict[int, str]:
    return dict.fromkeys(numbers_of(rows), "")


def pole_of_row(row: Need | Offer | Mission | Organisation) -> Pole:
    return row.need.pole if isinstance(row, Mission) else row.pole


def left_unsaid(by: User, listed: str) -> QuerySet[Any]:
    """The rows of which this coordinator says nothing, since they leave them to another one: those of `leaves`."""
    if listed == "personnes":
        return User.objects.filter(Q(pk=by.pk) | under(by, "pk"))
    if listed == "organisations":
        return Organisation.objects.left_to_others_by(by)
    if listed == "offres":
        return left_offers(by)
    if listed == "missions":
        return Mission.objects.filter(missions_beside(by)).left_to_others_by(by)
    written = left_by_their_writer(by).values("pk")
    theirs = Organisation.objects.left_to_others_by(by).values("pk")
    rivals = Proposal.objects.filter(beside(by)).candidates(by).filter(need=OuterRef("pk"))
    return Need.objects.filter(Q(pk__in=written) | Q(organisation__in=theirs) | Exists(rivals))
