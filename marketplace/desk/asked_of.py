"""What is asked of somebody, or left unfinished by them: the rows behind the lines of `todo`, in as few questions as there may
be answers. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import GroupTie, Invitation, Membership, Organisation, Seat, User
from accounts.reading import tell
from accounts.scope import scope_of
from accounts.states import ACTIVE, OrganisationStatus
from marketplace.desk import own_fresh, own_gatherings, own_papers, own_teams, own_waiters
from marketplace.models import (
    Agreement,
    ConsentKind,
    ConsentRequest,
    Duty,
    FollowUp,
    Learning,
    Need,
    Offer,
    OfferStep,
    PortraitSkill,
    Proposal,
    Round,
    Thread,
    Time,
    Transfer,
    Visit,
)
from marketplace.models.market.needs import IS_READ
from marketplace.models.market.proposals import near
from marketplace.rules import prepared, readings, unread
from marketplace.states import NeedStatus, OfferStatus, VisitStatus

RETHINK = timedelta(days=30)
UNREAD_SHOWN = 10


class Row(NamedTuple):
    """What the database says of a line. `to` is the number of the page; `other` says which of the two sentences of
    its kind is used; `organisation` is a name; `days`, the working days promised for an answer."""

    kind: str
    to: int
    what: str
    since: datetime
    other: bool
    organisation: str
    first_name: str
    last_name: str
    email: str
    closed_at: datetime | None
    days: str

    @property
    def person(self) -> User | None:
        """The name of the person in the line, as far as it is known."""
        names = {field: getattr(self, field) for field in (*WHO, "closed_at")}
        return User(**names) if self.email else None


WHO = ("first_name", "last_name", "email")
MESSAGE = "message"
# Whether there are rounds of their houses, wishes to learn, offers in their name, skills that they have said: for other parts
# of home.
ROUND, LEARNING, OFFERED, SKILL = "round", "learning", "offered", "skill"
TIMED = ("duty", "need", "consent", "invitation")
AT_WORK_TOO = ("duty", "need")
NO_TEXT, NO, NEVER = Value(""), Value(False), Value(None, DateTimeField())


type Candidates = dict[str, list[int]]
"""The numbers of what may wait for somebody, by its kind; a kind isn't there of which nothing may."""


def candidates(user: User, *, coordinates: bool) -> Candidates:
    """The header learns of them how many conversations are to be read, unless they coordinate: then more are theirs."""
    found: Candidates = defaultdict(list)
    for kind, number in prepared.rows_for(user, _candidates, coordinates, timezone.now()):
        found[kind].append(number)
    if not coordinates:
        tell(user, unread.own, answer=len(found.get(MESSAGE, [])))
    return dict(found)


def rows_of(
    user: User, memberships: Iterable[Membership], found: Candidates, now: datetime
) -> list[Row]:
    """Putting these questions together takes longer than their answers: they are prepared, and some asked only where there may
    be something, as the candidates `found` tell."""
    memberships = list(memberships)
    coordinates = any(row.poles for row in memberships)
    represents = any(row.represents for row in memberships)
    administers = any(row.is_administrator for row in memberships)
    to_read = [] if coordinates else [found.get(MESSAGE, [])]
    rows = prepared.rows_for(user, _standing, coordinates, represents, administers, *to_read)
    is_own, between = scope_of(user).own, [found["proposal"]] if "proposal" in found else []
    kinds = [kind in found and (is_own or kind in AT_WORK_TOO) for kind in TIMED]
    if any(kinds):
        rows += prepared.rows_for(user, _timed, *kinds, now, *between)
    elif between:
        rows += prepared.rows_for(user, _between_sides, *between)
    return [Row(*row) for row in rows]


def _candidates(user: User, coordinates: bool, now: datetime) -> QuerySet:
    """(kind, number) of rows of which some may wait for this person, from indexes: short for nearly everybody."""
    taken_in = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    reworked = (NeedStatus.DRAFT, NeedStatus.REFUSED, NeedStatus.REDIRECTED)
    kinds: list[tuple[str, QuerySet]] = [
        *(("proposal", some) for some in near(Proposal.objects.open(), user)),
        ("duty", Duty.objects.managing(user)),
        ("consent", ConsentRequest.objects.waiting().filter(person=user)),
        ("invitation", taken_in.for_addresses_of(user)),
        ("need", Need.objects.spoken_for_by(user).filter(status__in=reworked)),
        *([] if coordinates else [(MESSAGE, unread.of_own_sides(user))]),
        # Of these it is enough that there are any: their own modules ask for them.
        *((kind, _whether(rows, user)) for kind, rows in _elsewhere(user, now)),
    ]
    first, *others = (
        rows.order_by().values_list(Value(kind, CharField()), "pk") for kind, rows in kinds
    )
    return first.union(*others).order_by()


def _elsewhere(user: User, now: datetime) -> Iterator[tuple[str, QuerySet]]:
    houses = Membership.objects.of(user).order_by().values("organisation")
    yield ROUND, Round.objects.standing().filter(organisation__in=houses)
    yield LEARNING, Learning.objects.filter(person=user.pk)
    yield OFFERED, Offer.objects.owned_by(user)
    yield own_teams.PART, own_teams.coming(user)
    yield SKILL, PortraitSkill.objects.filter(portrait__user=user.pk)
    yield own_gatherings.SEAT, own_gatherings.kept_for(user)
    yield own_gatherings.GATHERING, own_gatherings.led_or_hosted_by(user)
    yield own_waiters.WAITER, own_waiters.of(user)
    yield own_fresh.FRESH, own_fresh.needs(user, now)
    yield own_fresh.FRESH, own_fresh.offers(user, now)


def _whether(rows: QuerySet, user: User) -> QuerySet:
    """The number of this person, if there are any."""
    return User.objects.filter(Exists(rows.order_by()), pk=user.pk)


def _standing(
    user: User,
    coordinates: bool,
    represents: bool,
    administers: bool,
    to_read: Collection[int] = (),
) -> QuerySet:
    """All that knows no time. `to_read`: the conversations that are, of who coordinates nothing."""
    first, *others = (
        _transfers(user),
        _certificates(user),
        _teams(user),
        _follow_ups(user),
        _unread(Thread.objects.unread_by(user) if coordinates else _among(to_read)),
        _offers(user),
        *([_being_read(user), _visits(user)] if represents else []),
        *([_organisations(user), _groups(user), _seats(user)] if administers else []),
    )
    return first.union(*others, all=True).order_by()


def _between_sides(user: User, numbers: Collection[int]) -> QuerySet:
    between = Proposal.objects.filter(pk__in=numbers)
    mine = _between(user, between.waiting_for(user), "proposal")
    theirs = _between(user, between.awaited_by(user), "awaited")
    return mine.union(theirs, all=True).order_by()


def _timed(
    user: User,
    duty: bool,
    need: bool,
    consent: bool,
    invitation: bool,
    now: datetime,
    proposals: Collection[int] = (),
) -> QuerySet:
    """Of the kinds that there may be, as TIMED has them, what waits at this moment; and these proposals."""
    asked = [
        *([_between_sides(user, proposals)] if proposals else ()),
        *([_agreements(user, now)] if duty else ()),
        *([_needs(user, now)] if need else ()),
        *([_consents(user, now)] if consent else ()),
        *([_invitations(user, now)] if invitation else ()),
    ]
    return asked[0].union(*asked[1:], all=True).order_by() if asked[1:] else asked[0]


def _rows(
    found: QuerySet, kind: str | Combinable, *, what: str | Combinable, since: str | Combinable, to: str = "pk",
    other: Combinable | Q = NO, organisation: Combinable = NO_TEXT, who: str = "",
    days: Combinable = NO_TEXT,
) -> QuerySet:  # fmt: skip
    """A queryset with the columns of `Row`, in their order; `who` is the field that leads to a person."""
    names = [Coalesce(F(f"{who}__{name}"), NO_TEXT) if who else NO_TEXT for name in WHO]
    closed = F(f"{who}__closed_at") if who else NEVER
    return found.order_by().values_list(
        Value(kind) if isinstance(kind, str) else kind, F(to), F(what) if isinstance(what, str) else what,
        F(since) if isinstance(since, str) else since, other,  # type: ignore[arg-type]  # or a Q
        organisation, *names, closed, days,
    )  # fmt: skip


def _between(user: User, found: QuerySet, kind: str) -> QuerySet:
    """Rows in which one side waits for the other, which is named as this side knows it; or the coordinators alone."""
    neither = When(Q(need_said_yes_at=None, offer_said_yes_at=None), then=Value("put-forward"))
    spoken_for = Membership.objects.of(user).representing()
    ours = Exists(spoken_for.filter(organisation=OuterRef("need__organisation")))
    theirs = Coalesce(F("offer__organisation__name"), NO_TEXT)
    named = Q(offer__time=Time.WORK, offer__person__isnull=False) & ~Q(offer__person=user)
    colleague = When(named & ~Q(ours), then=Value("colleague"))
    return _rows(
        found,
        Case(*([colleague] if kind == "proposal" else []), neither, default=Value(kind)),
        what="need__title",
        since="created_at",
        other=ours,
        organisation=Case(When(ours, then=theirs), default=F("need__organisation__name")),
        who="offer__person",
        days=readings.days_promised("tell_after", pole="need__pole"),
    )


def _agreements(user: User, now: datetime) -> QuerySet:
    """Questions to this person as a manager, to be answered from their account or by the letter's link."""
    asked = Agreement.objects.asked_to(user).waiting().filter(expires_at__gt=now)
    return _rows(asked, "agreement", what="mission__need__title", since="asked_at", who="asked_by")


def _transfers(user: User) -> QuerySet:
    """Missions of colleagues who have left that this person is asked to take over."""
    asked, title = Transfer.objects.visible_to(user).waiting(), "departure__mission__need__title"
    return _rows(asked, "transfer", what=title, since="asked_at", who="asked_by")


def _certificates(user: User) -> QuerySet:
    found, title = own_papers.to_sign(user), "mission__need__title"
    return _rows(found, "certificate", what=title, since="made_at")


def _teams(user: User) -> QuerySet:
    found, kind = own_teams.waiting(user)
    return _rows(found, kind, what="mission__need__title", since="named_at", who="named_by")


def _consents(user: User, now: datetime) -> QuerySet:
    asked = ConsentRequest.objects.waiting().filter(person=user, expires_at__gt=now)
    asked = asked.exclude(kind=ConsentKind.TEAM)  # `_teams`
    return _rows(asked, "consent", what=NO_TEXT, since="asked_at", who="asked_by")


def _invitations(user: User, now: datetime) -> QuerySet:
    """Invitations to join an organisation, sent to an address of this person."""
    theirs = Invitation.objects.for_addresses_of(user).pending(now).told(now)
    asked = theirs.backed().exclude(invited_by=None)
    return _rows(asked, "invitation", what="organisation__name", since="sent_at", who="invited_by")


def _follow_ups(user: User) -> QuerySet:
    return _rows(
        FollowUp.objects.asked_to(user),
        "follow-up",
        to="mission_id",
        what="mission__need__title",
        # A review waits since the work was delivered, and not since the letter that asks for it.
        since=Case(
            When(
                kind=FollowUp.Kind.REVIEW,
                then=Coalesce(F("mission__delivered_at"), F("created_at")),
            ),
            default=F("created_at"),
        ),
        other=Q(kind=FollowUp.Kind.REVIEW),
        organisation=F("kind"),
    )


def _among(numbers: Collection[int]) -> QuerySet[Thread]:
    return Thread.objects.filter(pk__in=numbers)


def _unread(mine: QuerySet[Thread]) -> QuerySet:
    some = mine.values("pk")[:UNREAD_SHOWN]
    return _rows(
        Thread.objects.filter(pk__in=some),
        "message",
        what=Coalesce(F("need__title"), F("proposal__need__title")),
        since="last_message_at",
    )


def _needs(user: User, now: datetime) -> QuerySet:
    """Drafts, and needs that the coordinators have just not retained, which may be reworked."""
    lately = Q(
        status__in=(NeedStatus.REFUSED, NeedStatus.REDIRECTED),
        updated_at__gte=now - RETHINK,
    )
    mine = Need.objects.spoken_for_by(user).filter(organisation__status__in=ACTIVE)
    found = mine.filter(Q(status=NeedStatus.DRAFT) | lately)
    kind = Case(When(status=NeedStatus.DRAFT, then=Value("need")), default=Value("not-retained"))
    return _rows(found, kind, what="title", since="updated_at", other=Q(submitted_at__isnull=False))


def _being_read(user: User) -> QuerySet:
    mine = Need.objects.spoken_for_by(user).filter(status=NeedStatus.SUBMITTED)
    rows, days = readings.with_handing_in(mine), readings.days_promised()
    return _rows(rows, "read", what="title", since="handed_in_at", days=days, other=IS_READ)


def _visits(user: User) -> QuerySet:
    """Visits to their structures: three times to choose from, or the one that is agreed."""
    theirs = Organisation.objects.spoken_for_by(user).filter(status__in=ACTIVE).values("pk")
    found = Visit.objects.to_come().filter(organisation__in=theirs)
    found = found.annotate(at=Coalesce("begins_at", "asked_at"))
    invited = Q(status=VisitStatus.INVITED)
    return _rows(
        found, "visit", what="organisation__name", since="at", other=invited, who="coordinator"
    )


def _offers(user: User) -> QuerySet:
    """Offers that aren't shown. One that names somebody is for that person and its writer only; while that person is asked
    for their yes, it is for them to answer (`_consents`)."""
    theirs = Q(person=None) | Q(person=user) | Q(created_by=user)
    asked = ConsentRequest.objects.waiting().filter(
        kind=ConsentKind.OFFER, about=OuterRef("pk"), person=OuterRef("person")
    )
    over = OfferStep.objects.filter(offer=OuterRef("pk"), after=OfferStatus.EXPIRED)
    found = Offer.objects.owned_by(user).filter(
        theirs,
        ~Q(organisation__status=OrganisationStatus.SUSPENDED) | Q(person=user, time=Time.OWN),
        ~Q(status=OfferStatus.EXPIRED, round_team__isnull=False),  # formed for those days alone
        status__in=[OfferStatus.DRAFT, OfferStatus.EXPIRED],
    )
    found = found.annotate(
        asked_at=Subquery(asked.order_by().values("asked_at")[:1]),
        over_at=Subquery(over.order_by("-pk").values("at")[:1]),
        since=Case(
            When(asked_at__isnull=False, then=F("asked_at")),
            When(status=OfferStatus.EXPIRED, then=Coalesce(F("over_at"), F("updated_at"))),
            default=F("updated_at"),
        ),
    )
    return _rows(
        found.exclude(person=user, asked_at__isnull=False),
        Case(When(asked_at__isnull=False, then=Value("asked-offer")), default=Value("offer")),
        what="title",
        since="since",
        other=Q(status=OfferStatus.EXPIRED),
        who="person",
    )


def _organisations(user: User) -> QuerySet:
    """Organisations about which the coordinators asked something; only their administrators can answer."""
    ours = Membership.objects.of(user).administrators().values("organisation")
    asked = Organisation.objects.filter(pk__in=ours, status=OrganisationStatus.MORE_ASKED)
    asked = asked.annotate(asked_at=Coalesce(Max("steps__at"), F("created_at")))
    return _rows(asked, "organisation", what="name", since="asked_at")


def _groups(user: User) -> QuerySet:
    """Organisations that say they belong to the group of one of theirs; only its administrators can answer."""
    asked, member = GroupTie.objects.to_answer_by(user), F("member__name")
    return _rows(asked, "group", what="head__name", since="asked_at", organisation=member)


def _seats(user: User) -> QuerySet:
    """Seats in a pôle about which an operator that this person administers is asked."""
    asked = Seat.objects.to_answer_by(user)
    return _rows(
        asked, "seat", what="pole__name", since="asked_at", organisation=F("operator__name")
    )
