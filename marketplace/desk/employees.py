"""The people of an organisation that lends: who is there, invited or gone, and what they offer and do on its time. Nothing
of what they do on their own. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, Organisation, PastMembership
from common.roots import fold
from marketplace.models import Employee, Mission, Offer, TeamMember, Time
from marketplace.states import OfferStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_WORDS = 8  # heard of a search
MOST_TEAMS = 200  # that are suggested
HERE, OFFERING, COMING, IDLE, INVITED, LEFT = (
    "",
    "offre",
    "mission",
    "sans-offre",
    "invite",
    "parti",
)
# Each state of the list, in the order of its chips.
STATES: "Mapping[str, StrOrPromise]" = {
    HERE: _("everybody"),
    OFFERING: _("with an offer still open"),
    COMING: _("on a mission or preparing one"),
    IDLE: _("without an offer or a mission"),
    INVITED: _("invited"),
    LEFT: _("have left"),
}
BY_NAME = ("user__last_name", "user__first_name", "pk")
NEWEST = ("-created_at", "-pk")


def _offers(organisation: Organisation) -> QuerySet[Offer]:
    """What is offered on its time by somebody by name, and shown."""
    published = Offer.objects.filter(status=OfferStatus.PUBLISHED, time=Time.WORK)
    return published.filter(organisation=organisation, person__isnull=False)


def _missions(organisation: Organisation) -> QuerySet[Mission]:
    at_work = Mission.objects.live().filter(offer__time=Time.WORK)
    return at_work.filter(offer__organisation=organisation, offer__person__isnull=False)


def _parts(organisation: Organisation) -> QuerySet[TeamMember]:
    """Who comes in its teams, by name."""
    return TeamMember.objects.coming().live().filter(mission__offer__organisation=organisation)


def _there(organisation: Organisation) -> QuerySet[Membership]:
    return organisation.memberships.filter(user__is_active=True)


def _is(state: str, organisation: Organisation) -> Q:
    """A condition on memberships of the organisation: the person is in this state."""
    offers = Q(user__in=_offers(organisation).order_by().values("person"))
    comes = Q(user__in=_missions(organisation).order_by().values("offer__person"))
    comes |= Q(user__in=_parts(organisation).order_by().values("person"))
    return {OFFERING: offers, COMING: comes, IDLE: ~offers & ~comes}[state]


@dataclass(frozen=True)
class Employees:
    """The list as it is asked for: the words, the state and the role."""

    organisation: Organisation
    state: str = HERE
    words: str = ""
    role: str = ""
    terms: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", fold(self.words).split()[:MOST_WORDS])

    @classmethod
    def asked(cls, organisation: Organisation, asked: Mapping[str, str]) -> "Employees":
        """Read from the address; what it doesn't know is as if it weren't there."""
        state, role = asked.get("etat", ""), asked.get("role", "")
        return cls(
            organisation,
            state if state in STATES else HERE,
            asked.get("q", "").replace("\0", "")[:200],
            role if role in Membership.Role.values else "",
        )

    def members(self) -> QuerySet[Membership]:
        """Those who are there, in this state, with this role, and whom the words name."""
        found = _there(self.organisation)
        if self.state in (OFFERING, COMING, IDLE):
            found = found.filter(_is(self.state, self.organisation))
        if self.role:
            found = found.filter(role=self.role)
        if self.terms:
            told = ("pk", "user__first_name", "user__last_name", "user__email", "user__trade")
            theirs = Q(user__employments__organisation=self.organisation)
            placed = found.annotate(
                employed=FilteredRelation("user__employments", condition=theirs)
            )
            where = [Coalesce(F(f"employed__{name}"), Value("")) for name in ("team", "site__name")]
            found = found.filter(pk__in=self._named(placed.values_list(*told, *where)))
        return found.select_related("user", "organisation")

    def invitations(self) -> QuerySet[Invitation]:
        found = self.organisation.invitations.shown()
        found = found.filter(role=self.role) if self.role else found
        if self.terms:
            told = ("pk", "email", "first_name", "last_name")
            found = found.filter(pk__in=self._named(found.values_list(*told)))
        return found.select_related("invited_by", "organisation", "facts__site")

    def gone(self) -> QuerySet[PastMembership]:
        """Those who have left within the year, and haven't come back."""
        back = self.organisation.memberships.filter(user=OuterRef("user"))
        found = self.organisation.past_memberships.exclude(Exists(back))
        found = found.filter(role=self.role) if self.role else found
        if self.terms:
            told = ("pk", "user__first_name", "user__last_name")
            found = found.filter(pk__in=self._named(found.values_list(*told)))
        return found.select_related("user", "organisation")

    def _named(self, rows: Iterable[tuple]) -> list[int]:
        """The numbers of the rows that hold each word, or a part of one, however it is accented."""
        return [pk for pk, *said in rows if _holds(self.terms, fold(" ".join(said)))]

    def counts(self) -> dict[str, int]:
        """How many there are in each state, whatever the search."""
        states = (OFFERING, COMING, IDLE)
        conditions = [_is(state, self.organisation) for state in states]
        counted = _there(self.organisation).aggregate(
            everybody=Count("pk"),
            **{f"n{n}": Count("pk", filter=when) for n, when in enumerate(conditions)},
        )
        whole = Employees(self.organisation)
        return {
            HERE: counted["everybody"],
            **{state: counted[f"n{n}"] for n, state in enumerate(states)},
            INVITED: whole.invitations().count(),
            LEFT: whole.gone().count(),
        }


def _holds(terms: list[str], said: str) -> bool:
    return all(term in said for term in terms)


def work_of(organisation: Organisation, people: Iterable[int]) -> dict[int, Mission | Offer]:
    """What each of these people (by their numbers) does on its time, alone or in a team, or else offers."""
    numbers = list(people)
    found: dict[int, Mission | Offer] = {}
    for offer in _offers(organisation).filter(person__in=numbers).order_by("pk"):
        found[offer.person_id or 0] = offer
    missions = _missions(organisation).filter(offer__person__in=numbers)
    for mission in missions.select_related("offer", "need").order_by("pk"):
        found[mission.offer.person_id or 0] = mission
    parts = (
        _parts(organisation)
        .filter(person__in=numbers)
        .select_related("mission__offer", "mission__need")
    )
    for part in parts.order_by("pk"):
        found[part.person_id] = part.mission
    return found


def places_of(
    organisation: Organisation, people: Iterable[int] | None = None
) -> dict[int, tuple[str, str]]:
    """The team and the site of each, by the number of their account; of everybody unless some are named."""
    known = Employee.objects.filter(organisation=organisation).exclude(team="", site=None)
    found = known if people is None else known.filter(person__in=list(people))
    rows = found.values_list("person", "team", "site__name")
    return {person: (team, site or "") for person, team, site in rows}


def known_teams(organisation: Organisation) -> list[str]:
    """The teams of those who are there, as they are called there; the most usual ones."""
    there = Employee.objects.filter(
        organisation=organisation, person__in=_there(organisation).values("user")
    )
    called = there.exclude(team="").order_by().values("team").annotate(n=Count("pk"))
    return sorted(called.order_by("-n", "team").values_list("team", flat=True)[:MOST_TEAMS])


def at_sites(organisation: Organisation) -> dict[int, int]:
    """How many of those who are there work at each site, by its number."""
    there = Employee.objects.filter(
        organisation=organisation, person__in=_there(organisation).values("user")
    )
    counted = there.exclude(site=None).order_by().values("site").annotate(n=Count("pk"))
    return dict(counted.values_list("site", "n"))


def states_of(organisation: Organisation) -> "dict[int, StrOrPromise]":
    """The state of everybody who does or offers something on its time, by their numbers."""
    offering = _offers(organisation).order_by().values_list("person", flat=True)
    alone = _missions(organisation).order_by().values_list("offer__person", flat=True)
    coming = {*alone, *_parts(organisation).order_by().values_list("person", flat=True)}
    said = {(OFFERING, number) for number in offering}, {(COMING, number) for number in coming}
    return {number: STATES[state] for found in said for state, number in found if number}


def state_of(work: Mission | Offer | None) -> "StrOrPromise":
    """In words, the state of somebody who is there and does or offers this (`work_of`)."""
    if work is None:
        return STATES[IDLE]
    return STATES[COMING if isinstance(work, Mission) else OFFERING]
