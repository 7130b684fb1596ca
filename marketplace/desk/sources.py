"""Which rows wait for a coordinator, one function a kind: narrow rows that one query can put in order.

Each gives the same columns: kind, number, rank (-1 urgent, 0 late, 1 soon, 2 calm; 3 to 5 the same of paperwork,
which comes after people who wait), since, and who is in charge
(a person, or an operator as a whole). A line's words are in lines.py.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as If
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.desk.scope import Scope
from marketplace.models import (
    Amendment,
    Case,
    Chase,
    Eligibility,
    FollowUp,
    MessageReport,
    Mission,
    Need,
    Offer,
    Proposal,
)
from marketplace.models.missions.followups import FollowUpQuerySet
from marketplace.rules import endings, readings
from marketplace.rules.next_acts import PATIENCE
from marketplace.states import LIVE, MissionStatus, ProposalStatus
from notifications.models import SuppressedAddress

AMENDMENT_WAITS = timedelta(days=10)  # as long as the papers a mission starts with
SOON, LATE = timedelta(days=2), timedelta(days=5)
PROPOSAL_SLEEPS = timedelta(days=7)
NOBODY_ASKED = timedelta(days=14)
SILENCE = timedelta(days=5)
UNREACHABLE = timedelta(days=30)  # who has not been reached by then is in /courrier/ only
ASKABLE = (*LIVE, MissionStatus.DELIVERED)
URGENT = -1  # somebody calls for help: before whatever is late, however old
PAPERWORK = 3  # comes after all that people wait for, however old it is
RANKS = {
    URGENT: "urgent",
    **{0: "late", 1: "soon", 2: "calm"},
    **{PAPERWORK: "late", PAPERWORK + 1: "soon", PAPERWORK + 2: "calm"},
}
LATE_RANKS = {rank for rank, urgency in RANKS.items() if urgency in {"urgent", "late"}}
COLUMNS = ("desk_kind", "number", "rank", "since", "person", "whole")


def _by_age(since: str, scope: Scope) -> If:
    return If(
        When(**{f"{since}__lte": scope.now - LATE}, then=Value(0)),
        When(**{f"{since}__lte": scope.now - SOON}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _by_promise(since: str, scope: Scope) -> If:
    """By what each of the pôles has promised."""
    whens = []
    for pole, days in scope.promised.items():
        bounds = readings.Bounds.of(days, timezone.localdate(scope.now))
        for rank, until in ((0, bounds.late), (1, bounds.soon)):
            whens.append(When(**{"pole": pole, f"{since}__lte": until}, then=Value(rank)))
    return If(*whens, default=Value(2), output_field=IntegerField())


def _unless_chased(scope: Scope, field: str) -> If:
    """Late, but for what somebody has just chased: it rests a few days."""
    chased = Chase.objects.recent(scope.now).filter(**{field: OuterRef("pk")})
    return If(When(Exists(chased), then=Value(2)), default=Value(0), output_field=IntegerField())


def _rows(
    scope: Scope, kind: str, rows: QuerySet, *, since: str, subject: str, rank, at: str = "",
    number: str = "pk",
) -> QuerySet:  # fmt: skip
    """The columns, and the filters that every kind understands. `subject`: where the one in charge is."""
    if scope.department:
        rows = rows.filter(**{f"{at}commune__department": scope.department})
    return _columns(
        scope,
        kind,
        rows,
        since=since,
        rank=rank,
        person=F(f"{subject}coordinator"),
        whole=F(f"{subject}operator"),
        number=number,
    )


def _columns(
    scope: Scope, kind: str, rows: QuerySet, *, since: str, rank, person, whole, number: str = "pk"
) -> QuerySet:
    if scope.age:
        rows = rows.filter(**{f"{since}__lte": scope.now - timedelta(days=scope.age)})
    return (
        rows.order_by()
        .annotate(
            desk_kind=Value(kind, output_field=CharField()),
            number=F(number),
            rank=rank,
            since=F(since),
            person=person,
            whole=whole,
        )
        .values_list(*COLUMNS)
    )


def open_cases(scope: Scope) -> QuerySet:
    """A call for help is urgent; the others are late as they get old."""
    cases = Case.objects.open().filter(pole__in=scope.poles)
    if here := scope.department:
        cases = cases.filter(
            Q(mission__need__commune__department=here)
            | Q(proposal__need__commune__department=here)
            | Q(organisation__commune__department=here)
        )
    rank = If(
        When(reason=Case.Reason.HELP, then=Value(URGENT)),
        When(opened_at__lte=scope.now - LATE, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    nobody = Cast(Value(None), BigIntegerField())
    return _columns(
        scope, "case", cases, since="opened_at", rank=rank, person=F("in_charge"), whole=nobody
    )


def _without_case[Rows: QuerySet](rows: Rows, field: str, at: str = "pk") -> Rows:
    """What has an open case is on the desk once: as the case."""
    return rows.exclude(Exists(Case.objects.open().filter(**{field: OuterRef(at)})))


def _follow_ups(scope: Scope) -> FollowUpQuerySet:
    asked = FollowUp.objects.filter(mission__need__pole__in=scope.poles, settled_at=None)
    return _without_case(asked, "mission", "mission")


def calls_for_help(scope: Scope) -> QuerySet:
    asked = _follow_ups(scope).filter(answer__in=[FollowUp.Answer.DOUBT, FollowUp.Answer.HELP])
    rank = If(
        When(answer=FollowUp.Answer.HELP, then=Value(URGENT)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return _rows(
        scope, "help", asked, since="answered_at", subject="mission__", rank=rank,
        at="mission__need__",
    )  # fmt: skip


def silences(scope: Scope) -> QuerySet:
    """Only while somebody may still answer for something: an old mission's silence is no news."""
    asked = (
        _follow_ups(scope)
        .silent_since((scope.now - SILENCE).date())
        .filter(mission__status__in=ASKABLE)
    )
    rank = _by_age("created_at", scope)
    return _rows(
        scope, "silence", asked, since="created_at", subject="mission__", rank=rank,
        at="mission__need__",
    )  # fmt: skip


def needs_to_qualify(scope: Scope) -> QuerySet:
    needs = Need.objects.to_qualify().filter(pole__in=scope.poles, submitted_at__isnull=False)
    rank = _by_promise("submitted_at", scope)
    return _rows(scope, "need", needs, since="submitted_at", subject="", rank=rank)


def needs_without_anyone(scope: Scope) -> QuerySet:
    asked = Proposal.objects.filter(
        need=OuterRef("pk"), status__in=[ProposalStatus.OPEN, ProposalStatus.AGREED]
    )
    needs = (
        Need.objects.filter(
            status="PUBLISHED",
            organisation__status=OrganisationStatus.ACCEPTED,
            pole__in=scope.poles,
            published_at__lte=scope.now - NOBODY_ASKED,
        )
        .exclude(Exists(asked))
    )  # fmt: skip
    soon = Value(1, output_field=IntegerField())
    return _rows(scope, "alone", needs, since="published_at", subject="", rank=soon)


def organisations_to_verify(scope: Scope) -> QuerySet:
    waiting = Organisation.objects.waiting().with_handing_in().filter(pole__in=scope.poles)
    rank = _by_promise("handed_in_at", scope)
    return _rows(
        scope, "organisation", waiting, since="handed_in_at", subject="referent__", rank=rank
    )


def receipts_to_check(scope: Scope) -> QuerySet:
    """By their structure: what it last said is the one to check."""
    said = Eligibility.objects.to_verify().filter(organisation__pole__in=scope.poles)
    return _rows(
        scope, "receipts", said, since="declared_at", subject="organisation__referent__",
        rank=_by_age("declared_at", scope) + PAPERWORK, at="organisation__", number="organisation",
    )  # fmt: skip


def sleeping_proposals(scope: Scope) -> QuerySet:
    sleeping = Proposal.objects.open().filter(
        need__pole__in=scope.poles, created_at__lte=scope.now - PROPOSAL_SLEEPS
    )
    sleeping = _without_case(sleeping, "proposal")
    rank = _unless_chased(scope, "proposal")
    return _rows(
        scope, "proposal", sleeping, since="created_at", subject="need__", rank=rank, at="need__"
    )


def stuck_missions(scope: Scope) -> QuerySet:
    """A disagreement, or a person who has left the company, at once; otherwise what nobody has moved for
    longer than was said."""
    stuck = Q(status__in=[MissionStatus.DISPUTED, MissionStatus.LEFT])
    for status, patience in PATIENCE.items():
        stuck |= Q(status=status, moved_at__lt=scope.now - patience)
    missions = Mission.objects.filter(stuck, need__pole__in=scope.poles)
    missions = _without_case(missions, "mission")
    after = If(When(status__in=endings.ENDING, then=Value(PAPERWORK)), default=Value(0))
    rank = _unless_chased(scope, "mission") + after
    return _rows(scope, "mission", missions, since="moved_at", subject="", rank=rank, at="need__")


def amendments_awaited(scope: Scope) -> QuerySet:
    """Late once the end in force has passed meanwhile: hours have stopped."""
    open_ones = Amendment.objects.open().filter(mission__need__pole__in=scope.poles)
    rank = If(
        When(mission__ends_on__lt=scope.now.date(), then=Value(0)),
        When(proposed_at__lte=scope.now - AMENDMENT_WAITS, then=Value(0)),
        When(proposed_at__lte=scope.now - LATE, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return _rows(
        scope, "amendment", open_ones, since="proposed_at", subject="mission__", rank=rank + PAPERWORK,
        at="mission__need__",
    )  # fmt: skip


def reported_messages(scope: Scope) -> QuerySet:
    """One line a message, however many reported it; soon, then late: somebody was hurt."""
    first = MessageReport.objects.waiting().filter(
        message=OuterRef("message"), pk__lt=OuterRef("pk")
    )
    ways = ("message__thread__proposal__need", "message__thread__need")
    here = [Q(**{f"{way}__pole__in": scope.poles}) for way in ways]
    reports = MessageReport.objects.waiting().filter(here[0] | here[1])
    if scope.department:
        places = [Q(**{f"{way}__commune__department": scope.department}) for way in ways]
        reports = reports.filter(places[0] | places[1])
    rank = If(
        When(created_at__lte=scope.now - SOON, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return _columns(
        scope,
        "report",
        reports.exclude(Exists(first)).exclude(message__author=scope.user),
        since="created_at",
        rank=rank,
        person=Coalesce(*(f"{way}__coordinator" for way in ways)),
        whole=Coalesce(*(f"{way}__operator" for way in ways)),
    )


def unreachable_people(scope: Scope) -> QuerySet:
    """Whose mail server refuses our letters: somebody should ring them up."""
    refused = SuppressedAddress.objects.filter(since__gt=scope.now - UNREACHABLE)
    members = Membership.objects.filter(organisation__pole__in=scope.poles, user=OuterRef("pk"))
    offers = Offer.objects.filter(pole__in=scope.poles, person=OuterRef("pk"))
    people = (
        User.objects.filter(is_active=True, email__in=refused.values("address"))
        .filter(Exists(members) | Exists(offers))
        .annotate(refused_at=refused_since())
    )
    if scope.department:
        people = people.filter(commune__department=scope.department)
    nobody = Cast(Value(None), BigIntegerField())
    rank = _by_age("refused_at", scope)
    return _columns(
        scope, "unreachable", people, since="refused_at", rank=rank, person=nobody, whole=nobody
    )


def refused_since() -> Subquery:
    mark = SuppressedAddress.objects.filter(address=OuterRef("email"))
    return Subquery(mark.values("since")[:1])


SOURCES: dict[str, Callable[[Scope], QuerySet]] = {
    "case": open_cases,
    "help": calls_for_help,
    "report": reported_messages,
    "need": needs_to_qualify,
    "organisation": organisations_to_verify,
    "proposal": sleeping_proposals,
    "silence": silences,
    "mission": stuck_missions,
    "alone": needs_without_anyone,
    "unreachable": unreachable_people,
    "amendment": amendments_awaited,
    "receipts": receipts_to_check,
}
KINDS = {
    "": _("All"),
    "case": _("Open cases"),
    "help": _("Calls for help"),
    "report": _("Reported messages"),
    "need": _("Needs to qualify"),
    "organisation": _("Organisations to verify"),
    "proposal": _("Proposals without an answer"),
    "silence": _("Silent missions"),
    "mission": _("Missions that are stuck"),
    "alone": _("Needs without anyone"),
    "unreachable": _("Addresses that refuse our letters"),
    "amendment": _("Amendments to sign"),
    "receipts": _("Tax receipts to check"),
}
