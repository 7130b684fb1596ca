"""What the public directory of organisations may be searched and filtered by. Nothing here tells who offers what, and
nothing at all of anybody's own time.

Each condition narrows the `entries`, which are verified: none asks again whether the organisation of a need or an offer
is, which would read all organisations a second time.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from accounts.models import Commune, Membership, Organisation
from common.word_search import MANY, called, called_almost, numbers_saying, says
from marketplace.models.market.carriers import Carrier, CarrierQuerySet
from marketplace.models.market.need_skills import NeedSkill
from marketplace.models.market.needs import NEAR_KM, Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.skills import Skill, SkillFamily
from marketplace.models.missions.missions import Mission
from marketplace.rules.shown_families import showing
from marketplace.rules.worked_with import ENDED
from marketplace.states import NeedStatus, OfferStatus

OPEN = {"status": NeedStatus.PUBLISHED, "is_listed": True}
NAMED_FIRST = ("further", "search_name", "pk")


def entries(today: date) -> QuerySet[Organisation]:
    """The organisations of the directory."""
    return Organisation.objects.in_directory(today)


def said(text: str, skills: Iterable[str] = (), near: Iterable[Commune] = ()) -> Q:
    """Among the entries, the organisations that say every word, or ask for one of these skills, or whose page shows the family of the likeliest
    of them, or are near one of these communes."""
    wanted = says(Organisation, text)
    if codes := list(skills):
        known = list(Skill.objects.filter(code__in=codes).values_list("pk", flat=True))
        asked = NeedSkill.objects.filter(
            skill__in=known, **{f"need__{name}": value for name, value in OPEN.items()}
        )
        wanted |= Q(pk__in=asked.values("need__organisation"))
        if family := SkillFamily.objects.filter(skills__code=codes[0]).first():
            wanted |= Q(pk__in=showing(family))
    for commune in near:  # named one by one, an index finds them beside the words
        around = Commune.objects.within(*commune.position, NEAR_KM)
        wanted |= Q(commune__in=list(around.values_list("pk", flat=True)))
    return wanted


def slipped(rows: QuerySet[Organisation], text: str) -> Q:
    return called_almost(rows, text)


def in_order(rows: QuerySet[Organisation], text: str) -> tuple[QuerySet, tuple[str, ...]]:
    """The rows and the columns that they are sorted by: their names, after those whose name is what was typed. Where too
    many say it, it is no name, and sorting them all would take too long."""
    if not text or numbers_saying(Organisation, text) is None:
        return rows, ("search_name", "pk")
    called_so = Organisation.objects.filter(called(Organisation, text)).order_by("pk")
    named = list(called_so.values_list("pk", flat=True)[:MANY])
    return rows.annotate(further=Case(When(pk__in=named, then=0), default=1)), NAMED_FIRST


def asking() -> Q:
    """Those that have an open need, or carry one beside its lead."""
    lead = Need.objects.filter(**OPEN).order_by().values("organisation")
    return Q(pk__in=lead.union(beside_the_lead().values("organisation"), all=True))


def beside_the_lead() -> CarrierQuerySet:
    """Those who carry an open need that another leads."""
    still = {f"need__{name}": value for name, value in OPEN.items()}
    return Carrier.objects.agreed().filter(**still).order_by()


def offering() -> Q:
    """Those that have published what they offer on working time. Of what kind, and by whom, isn't told by this."""
    at_work = Offer.objects.filter(time=Time.WORK, organisation__isnull=False)
    return Q(pk__in=at_work.filter(status=OfferStatus.PUBLISHED).values("organisation"))


def caring_for(cause: str) -> Q:
    """Those with a need, open or filled, of this cause."""
    shown = Need.objects.filter(
        cause__code=cause, is_listed=True, status__in=[NeedStatus.PUBLISHED, NeedStatus.FILLED]
    )
    return Q(pk__in=shown.values("organisation"))


def followed_by(operator: Organisation) -> Q:
    """Those that came by this operator's door, or have an open need that it or one of its people follows. Each is looked up
    by an index of its own, apart: one condition over them would read all that is open."""
    people = Membership.objects.filter(organisation=operator).order_by().values("user")
    needs = Need.objects.filter(**OPEN).order_by().values("organisation")
    by_operator = needs.filter(operator=operator)
    by_people = needs.filter(operator=None, coordinator__in=people)
    came = Organisation.objects.filter(came_through=operator).order_by().values("pk")
    return Q(pk__in=by_operator.union(by_people, came, all=True))


def having_done() -> Q:
    """Those that have seen a mission through: who asked for it, or who lent somebody. One is looked for of each entry in its
    turn: a list, or “exists”, has the database read all missions before the first."""
    done = Mission.objects.filter(status__in=ENDED, interrupted_at=None).order_by().values("pk")
    asked = done.filter(need__organisation=OuterRef("pk"))
    lent = done.filter(offer__organisation=OuterRef("pk"), offer__time=Time.WORK)
    one = Coalesce(Subquery(asked[:1]), Subquery(lent[:1]), Value(0))
    return Q(GreaterThan(one, 0))
