"""What happened around an organisation or a person, as far as a coordinator reads it: by each noun, a question prepared once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from accounts.models import Membership, Organisation, Seat, User
from accounts.models.organisations import OrganisationStep
from common import prepared
from marketplace.desk.scope import Scope
from marketplace.models import (
    AskedPoleStep,
    Chase,
    Dispatched,
    FollowUp,
    HandOver,
    MissionStep,
    Need,
    NeedStep,
    Note,
    Offer,
    OfferStep,
    Proposal,
    ProposalStep,
    Review,
    Time,
)
from marketplace.models.desk.desk import about_what_is_left, left_by_their_writer
from marketplace.models.market.bosses import answered_for_by, filled_by, managed_by, numbers_under
from marketplace.states import NeedStatus, OfferStatus

# What the coordinators don't see elsewhere either: `visible_to` of needs and of offers.
NEED_DRAFTS = Q(need__status=NeedStatus.DRAFT, need__submitted_at=None)
OFFER_DRAFTS = Q(offer__status=OfferStatus.DRAFT)
WHEN = {"answer": "answered_at", "review": "created_at"}
type Rows = QuerySet[Any]
type Poles = list[int]
type Sql = tuple[str, tuple]

READER, POLES, NOW = "reader", "poles", "now"
# Those under the reader, by their numbers, or False: of a condition asked of each row the database would read the steps of all
# needs. Most coordinators have nobody under them.
PEOPLE = "people"
# Likewise whether the reader is on a side of nothing, nor is anything offered at home under them: as nearly all of them. What they
# leave to others is asked of each row.
FREE = "free"
# The same as the reader or False, for what asks nothing else of them.
ASIDE = "aside"
# The reader as the boss of somebody who may offer something at home, or False.
AT_HOME = "at home"
OTHERS = (READER, POLES, FREE)


@dataclass(frozen=True)
class Part:
    """Some of what happened: the rows of which `way` leads to the organisation or the person, and what of them is `seen` by whoever
    is given, in the order of `asks`."""

    kind: str
    model: type[Model]
    way: str
    seen: Callable[..., Rows]
    asks: tuple[str, ...] = (POLES, AT_HOME)

    def bare(self, about: Any) -> Rows:
        return self.model._default_manager.filter(**{self.way: about})


def of_organisation(organisation: Organisation, scope: Scope) -> list[Sql]:
    """The organisation's own steps, its needs, and the proposals and missions on either side of which it is.
    Missions, offers and proposals of another pôle are left out: they are for that pôle's coordinators, whoever is
    lent; unless it was asked to look for somebody. So are drafts, which are their authors' alone."""
    return _in_words(organisation.pk, scope, OF_ORGANISATION, _there_of_organisation)


def of_person(person: User, scope: Scope) -> list[Sql]:
    """What a person offered, what they did, what they were asked."""
    return _in_words(person.pk, scope, OF_PERSON, _there_of_person)


def _in_words(
    row: int, scope: Scope, parts: Sequence[Part], which: Callable[..., QuerySet[Any, tuple]]
) -> list[Sql]:
    """The questions of the parts of which there is anything at all: most are empty, and to say what of them is hidden from the reader
    takes the database longer than to find none."""
    (found,) = prepared.rows(which, row, scope.user)
    there, bosses = found[: len(parts)], found[len(parts) :]
    on_no_side = bool(scope.on_no_side)
    given: dict[str, Any] = {
        READER: scope.user,
        POLES: sorted(scope.poles),
        NOW: timezone.now(),
        PEOPLE: any(bosses) and sorted(_under(scope.reader)),
        FREE: on_no_side,
        ASIDE: not on_no_side and scope.user,
        AT_HOME: not on_no_side and any(bosses) and scope.user,
    }
    return [
        prepared.in_words(_question(part), row, *(given[name] for name in part.asks))
        for part, is_there in zip(parts, there, strict=True)
        if is_there
    ]


@cache
def _question(part: Part) -> Callable[..., QuerySet]:
    def asked(row: int, *given: Any) -> QuerySet:
        return (
            part.seen(part.bare(row), *given)
            .order_by()
            .annotate(
                story_kind=Value(part.kind, output_field=CharField()),
                number=F("pk"),
                happened_at=F(WHEN.get(part.kind, "at")),
            )
            .values_list("story_kind", "number", "happened_at")
        )

    asked.__name__ = f"{part.kind}_by_{part.way}"
    return asked


def _there_of_organisation(row: int, reader: int) -> QuerySet[Any, tuple]:
    found = Organisation.objects.filter(pk=row).order_by()
    return found.values_list(*_any_of(OF_ORGANISATION), *_is_a_boss(reader))


def _there_of_person(row: int, reader: int) -> QuerySet[Any, tuple]:
    found = User.objects.filter(pk=row).order_by()
    return found.values_list(*_any_of(OF_PERSON), *_is_a_boss(reader))


def _any_of(parts: Iterable[Part]) -> list[Exists]:
    return [Exists(part.bare(OuterRef("pk"))) for part in parts]


def _is_a_boss(reader: int) -> list[Exists]:
    """Whether anybody is under the reader, in either of the two ways there are (`bosses.under`)."""
    user = User(pk=reader)
    return [Exists(answered_for_by(user)), Exists(managed_by(user).exclude(person=reader))]


def _under(reader: User) -> set[int]:
    return {row["user"] for row in numbers_under(reader).order_by()} - {reader.pk}


# --- what of them a coordinator reads ------------------------------------------------------------
def _whole(rows: Rows) -> Rows:
    return rows


def _needs(rows: Rows, poles: Poles, people: list[int]) -> Rows:
    found = rows.filter(need__pole__in=poles).exclude(NEED_DRAFTS)
    return found.exclude(filled_by(people)) if people else found


def _offers(rows: Rows, poles: Poles, boss: int) -> Rows:
    closed = Q(offer__time=Time.OWN, offer__person__closed_at__isnull=False)  # nobody reads these
    found = rows.filter(offer__pole__in=poles).exclude(closed).exclude(OFFER_DRAFTS)
    return found.filter(~Offer.at_home_under(User(pk=boss), at="offer__")) if boss else found


def _reader(number: int, free: bool) -> User:
    reader = User(pk=number)
    reader.on_no_side = free
    return reader


def _handed_over(rows: Rows, reader: int, poles: Poles, free: bool) -> Rows:
    """What coordinators told each other as they passed it on. An organisation, with its needs, may turn out to be of
    another pôle until it is verified: what was said in the former stays there, so only what was passed to somebody of
    ours is told."""
    left = about_what_is_left(_reader(reader, free))
    ours = Seat.objects.coordinating().filter(pole__in=poles)
    seated = Seat.objects.ever_held().filter(pole__in=poles).values("operator")
    people = Membership.objects.filter(organisation__in=ours.values("operator")).values("user")
    here = Q(to_operator__in=seated) | Q(to_person__in=people)
    return rows.filter(~left & here)


def _handed_over_need(rows: Rows, reader: int, poles: Poles, free: bool) -> Rows:
    return _handed_over(rows, reader, poles, free).filter(need__pole__in=poles)


def _handed_over_mission(rows: Rows, reader: int, poles: Poles, free: bool) -> Rows:
    return _handed_over(rows, reader, poles, free).filter(mission__need__pole__in=poles)


def dispatched(rows: QuerySet[Dispatched]) -> QuerySet[Dispatched]:
    """What rules gave to operators of the needs' pôle; those of a pôle that they have left are its own."""
    seated = Seat.objects.ever_held().filter(
        pole=OuterRef("need__pole"), operator=OuterRef("operator")
    )
    return rows.filter(Exists(seated))


def _dispatched(rows: Rows, poles: Poles) -> Rows:
    return dispatched(rows).filter(need__pole__in=poles)


def _asked(rows: Rows, reader: int, poles: Poles, free: bool) -> Rows:
    """What other pôles were asked about its needs, and have answered: for whoever follows them."""
    user = _reader(reader, free)
    rivals = Proposal.objects.filter(Proposal.left_to_others(user)).values("need")
    left = Q(pk__in=rivals) | Q(pk__in=left_by_their_writer(user).values("pk"))
    left |= Q(organisation__in=Organisation.objects.left_to_others_by(user).values("pk"))
    return rows.filter(asked__need__in=Need.objects.filter(~left, pole__in=poles))


def _proposals(rows: Rows, reader: int, poles: Poles, free: bool) -> Rows:
    user = _reader(reader, free)
    elsewhere = Proposal.objects.put_forward_elsewhere_by(user).values("pk")
    here = Q(proposal__need__pole__in=poles) | Q(proposal__in=elsewhere)
    return rows.filter(here & ~_kept(user))


def _proposals_here(rows: Rows, poles: Poles, aside: int) -> Rows:
    here = rows.filter(proposal__need__pole__in=poles)
    return here.filter(~_kept(User(pk=aside))) if aside else here


def _kept(reader: User) -> Exists:
    """A condition on rows about a proposal: the reader leaves it to others, since they are a candidate for the same
    need, or it is what somebody offers at home under them."""
    return Exists(Proposal.objects.filter(Proposal.kept_from(reader), pk=OuterRef("proposal")))


def _missions(rows: Rows, poles: Poles, boss: int) -> Rows:
    """Without those about what somebody does at home under the reader."""
    found = rows.filter(mission__need__pole__in=poles)
    at_home = Offer.at_home_under(User(pk=boss), at="mission__offer__")
    return found.filter(~at_home) if boss else found


def _answers(rows: Rows, poles: Poles, now: datetime, aside: int) -> Rows:
    found: Any = rows.filter(mission__need__pole__in=poles)
    told = found.told(now)
    return told.followed_by(User(pk=aside)) if aside else told


def _reviews(rows: Rows, poles: Poles, now: datetime, boss: int) -> Rows:
    found: Any = _missions(rows, poles, boss)
    return found.opened(now)


def _notes(kind: str) -> Callable[..., Rows]:
    """The notes of the reader's own pôles, by what they are about; another pôle's are its own, and what colleagues say of a matter
    of which the reader is a side is theirs."""

    def seen(rows: Any, reader: int, free: bool) -> Rows:
        return rows.visible_to(_reader(reader, free), of=kind)

    return seen


def _between(side: str) -> list[Part]:
    """What happened to proposals and missions of this side. There is one query for each side and noun: "or" between
    two tables would read both from end to end."""
    proposal, mission = f"proposal__{side}__organisation", f"mission__{side}__organisation"
    return [
        Part("proposal", ProposalStep, proposal, _proposals, OTHERS),
        Part("mission", MissionStep, mission, _missions),
        Part("answer", FollowUp, mission, _answers, (POLES, NOW, ASIDE)),
        Part("review", Review, mission, _reviews, (POLES, NOW, AT_HOME)),
        Part("chase", Chase, proposal, _proposals, OTHERS),
        Part("chase", Chase, mission, _missions),
    ]


OF_ORGANISATION = (
    Part("organisation", OrganisationStep, "organisation", _whole, ()),
    Part("need", NeedStep, "need__organisation", _needs, (POLES, PEOPLE)),
    Part("offer", OfferStep, "offer__organisation", _offers),
    Part("hand_over", HandOver, "organisation", _handed_over, OTHERS),
    Part("hand_over", HandOver, "need__organisation", _handed_over_need, OTHERS),
    Part("hand_over", HandOver, "mission__need__organisation", _handed_over_mission, OTHERS),
    Part("dispatched", Dispatched, "need__organisation", _dispatched, (POLES,)),
    Part("asked", AskedPoleStep, "asked__need__organisation", _asked, OTHERS),
    Part("note", Note, "organisation", _notes("organisation"), (READER, FREE)),
    Part("note", Note, "need__organisation", _notes("need"), (READER, FREE)),
    Part("note", Note, "mission__need__organisation", _notes("mission"), (READER, FREE)),
    *_between("need"),
    *_between("offer"),
)
OF_PERSON = (
    Part("need", NeedStep, "by", _needs, (POLES, PEOPLE)),
    Part("offer", OfferStep, "offer__person", _offers),
    Part("proposal", ProposalStep, "by", _proposals_here, (POLES, ASIDE)),
    Part("mission", MissionStep, "by", _missions),
    Part("answer", FollowUp, "asked", _answers, (POLES, NOW, ASIDE)),
    Part("review", Review, "author", _reviews, (POLES, NOW, AT_HOME)),
    Part("note", Note, "person", _notes("person"), (READER, FREE)),
    Part("proposal", ProposalStep, "proposal__offer__person", _proposals_here, (POLES, ASIDE)),
    Part("mission", MissionStep, "mission__offer__person", _missions),
    Part("chase", Chase, "proposal__offer__person", _proposals_here, (POLES, ASIDE)),
    Part("chase", Chase, "mission__offer__person", _missions),
)
