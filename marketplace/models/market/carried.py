"""What a need says of those that carry it beside its lead. Their rows are in `carriers.py`, which knows needs and isn't known to them."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.utils.translation import gettext as _

from accounts.models import Anybody, Membership, User
from common.word_search import MANY
from marketplace.models.market.choices import Time
from marketplace.models.market.offers import Offer


def carried_by(user: Anybody) -> QuerySet:
    """The numbers of the needs that somebody's organisations carry beside the one that leads."""
    return _agreed().represented_by(user).order_by().values("need")


def carried_by_a_house_of(user: Any, need: Any = None) -> QuerySet:
    """The rows of those who carry a need, or are asked to, of which this person is, in whatever role; of one need where it is
    said. Both are a number, or a reference to one."""
    standing = _carriers().standing().filter(organisation__memberships__user=user)
    return standing if need is None else standing.filter(need=need)


def of_houses(numbers: list[int]) -> Q:
    """A condition on needs: one of these organisations carries it, as its lead or beside it. Those beside are named one by one:
    an index then finds them beside the words of a search."""
    if not numbers:
        return Q(organisation__in=numbers)
    beside = _agreed().filter(organisation__in=numbers).values_list("need", flat=True)
    return Q(organisation__in=numbers) | Q(pk__in=list(beside[:MANY]))


def read_as_carrier(user: User) -> Q:
    """A condition on what has a need and an offer: somebody's organisation carries the need beside its lead, and the offer isn't
    made at home by somebody under them, or of their own house."""
    return Q(need__in=carried_by(user)) & ~at_home_within(user)


def at_home_within(user: User) -> Q:
    """A condition on what has an offer: it is made on own time by somebody under this person, or of a house of theirs."""
    mine = Membership.objects.of(user).representing().order_by().values("organisation")
    people = Membership.objects.filter(organisation__in=mine).order_by().values("user")
    at_home = Q(offer__time=Time.OWN, offer__person__in=people)
    return Offer.at_home_under(user, at="offer__") | at_home


def names_of_carriers() -> Subquery:
    """For `annotate`: the names that `CarriedBySeveral` reads, one a line."""
    named = _agreed().filter(need=OuterRef("pk")).order_by().values("need")
    listed = named.annotate(
        all=StringAgg("organisation__name", Value("\n"), order_by=["agreed_at", "pk"])
    )
    return Subquery(listed.values("all"), output_field=models.TextField())


def _agreed() -> Any:
    return _carriers().agreed()


def _carriers() -> Any:
    return apps.get_model("marketplace", "Carrier").objects


class CarriedBySeveral:
    """Of a need: whose it is, in words."""

    organisation: Any
    carriers: Any
    carrier_list: str | None  # after `NeedQuerySet.with_carriers`
    is_carried: bool  # by others too: where a page of a conversation has asked

    @property
    def carriers_named(self) -> list[str]:
        """The names of those that carry it beside its lead, the first to agree first; in lists after `with_carriers`."""
        if vars(self).get("is_carried") is False:
            return []
        if "carrier_list" not in vars(self):
            agreed = self.carriers.agreed().order_by("agreed_at", "pk")
            self.carrier_list = "\n".join(agreed.values_list("organisation__name", flat=True))
        return self.carrier_list.split("\n") if self.carrier_list else []

    @property
    def is_read_as_led_alone(self) -> bool:
        """Whether it was read `with_carriers`, and there are none: nothing more need be asked of them."""
        return "carrier_list" in vars(self) and not self.carrier_list

    @property
    def carried_words(self) -> str:
        """Its structure, or all who carry it, the lead first."""
        if not (others := self.carriers_named):
            return str(self.organisation)
        return _("Carried by %(lead)s (leads), %(others)s") % {
            "lead": self.organisation,
            "others": ", ".join(others),
        }
