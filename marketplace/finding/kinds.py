"""The kinds of rows that are found: which of them a reader may see today, by which words, and what a line says of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Seat, User, coordinated_by
from common.word_search import MANY
from marketplace.finding.asked import Asked
from marketplace.finding.marks import Marks, Way
from marketplace.models import Document, Mission, Need, Offer, Thread, Time
from marketplace.models.market.proposals import Proposal, near
from marketplace.rules.permissions.organisations import CHARGED
from marketplace.states import OfferStatus, ProposalStatus


@dataclass(frozen=True)
class Reader:
    """Whoever searches, and what they are: asked once."""

    user: User

    @cached_property
    def coordinates(self) -> bool:
        return coordinated_by(self.user).exists()

    @cached_property
    def houses(self) -> dict[int, bool]:
        """The organisations whose list of all its people this person reads (True), and the others that they represent."""
        mine = Membership.objects.of(self.user).select_related("organisation")
        represented = {row.organisation_id: False for row in mine.representing()}
        charged = {row.organisation_id: row.organisation.may_offer for row in mine.filter(CHARGED)}
        return represented | {number: True for number, lends in charged.items() if lends}


@dataclass(frozen=True)
class Kind:
    """`rows`: what the reader may see. `ways`: by whose words. `exact`: the row that a number means. `near`: for who
    coordinates nothing, short lists that hold all they see."""

    code: str
    model: Any
    label: Any
    symbol: str
    rows: Callable[[Reader], QuerySet]
    ways: Callable[[Reader], list[Way]]
    exact: Callable[[Asked, Reader], Q | None]
    order: tuple[str, ...]
    title: Callable[[Any], str]
    about: Callable[[Any, Reader], str]
    near: Callable[[Reader], list[QuerySet]] | None = None

    def found(self, asked: Asked, marks: Marks, reader: Reader, most: int) -> list[tuple[int, Any]]:
        """The rows, the best first, each with how well it is meant: 0 by its number, 1 by its name, 2 by words."""
        exact = self.exact(asked, reader)
        found = (
            {row.pk: (0, row) for row in self.rows(reader).filter(exact)[:most]} if exact else {}
        )
        ways = self.ways(reader) if marks.words else []
        if not ways or len(found) >= most:
            return [*found.values()]
        named = marks.named(ways[0].model) if ways[0].path == "pk" else []
        numbers = marks.numbers(self.model, ways)
        if numbers is None:
            best = self._one_by_one(marks, reader, named, most)
        else:
            best = self._by_numbers(reader, {*numbers, *named}, named, most + len(found))
        for row in best:
            found.setdefault(row.pk, (1 if row.pk in {*named} else 2, row))
        return [*found.values()][:most]

    def _by_numbers(self, reader: Reader, numbers: set[int], named: list[int], most: int) -> list:
        if not numbers:
            return []
        rows = self.rows(reader)
        first = [Case(When(pk__in=named, then=0), default=1)] if named else []
        return [*rows.filter(pk__in=numbers).order_by(*first, *self.order)[:most]]

    def _one_by_one(self, marks: Marks, reader: Reader, named: list[int], most: int) -> list:
        """Too many say it to name them: those called so, then the newest."""
        rows = self.rows(reader)
        found = [*rows.filter(pk__in=named).order_by(*self.order)[:most]] if named else []
        if self.near and not reader.coordinates:
            first, *others = self.near(reader)
            rows = rows.filter(
                pk__in=[*first.union(*others).order_by().values_list("pk", flat=True)[:MANY]]
            )
        said = rows.filter(marks.condition(self.ways(reader))).exclude(
            pk__in=[one.pk for one in found]
        )
        return found + [*said.order_by("-pk")[: most - len(found)]]


def _numbered(code: str) -> Callable[[Asked, Reader], Q | None]:
    def exact(asked: Asked, reader: Reader) -> Q | None:
        return Q(pk=number) if (number := asked.number_of(code)) else None

    return exact


# --- people ------------------------------------------------------------------------------------
def _known_to_coordinators(user: User) -> Q:
    """Who represents an organisation of one of their pôles, or of an operator that sits there, or has handed in an offer
    there; what is offered at home under this reader doesn't count."""
    poles = coordinated_by(user)
    seated = Seat.objects.coordinating().filter(pole__in=poles).order_by().values("operator")
    here = Q(organisation__pole__in=poles) | Q(organisation__in=seated)
    represents = Membership.objects.representing().filter(here, user=OuterRef("pk"))
    offers = Offer.objects.in_poles_of(user).filter(person=OuterRef("pk"))
    offers = offers.exclude(status=OfferStatus.DRAFT)
    return Q(Exists(represents)) | Q(Exists(offers))


def _people(reader: Reader) -> QuerySet:
    """People with an account, whom this reader knows as a coordinator, or by an organisation of theirs."""
    all_of = [number for number, reads_all in reader.houses.items() if reads_all]
    those_of = [number for number, reads_all in reader.houses.items() if not reads_all]
    members = Membership.objects.filter(user=OuterRef("pk"))
    colleagues = members.filter(organisation__in=all_of)
    speakers = members.representing().filter(organisation__in=those_of)
    known = Q(Exists(colleagues)) | Q(Exists(speakers))
    if reader.coordinates:
        known |= _known_to_coordinators(reader.user)
    ours = members.representing().filter(organisation__pole__in=coordinated_by(reader.user))
    ours = ours.order_by("pk")
    rows = User.objects.filter(known, is_active=True, closed_at=None).exclude(pk=reader.user.pk)
    mine = members.filter(organisation__in=[*reader.houses]).order_by("pk")
    return rows.annotate(
        house=mine.values("organisation")[:1],
        house_name=Coalesce(
            mine.values("organisation__name")[:1],
            ours.values("organisation__name")[:1],
        ),
        has_story=Exists(
            User.objects.filter(_known_to_coordinators(reader.user), pk=OuterRef("pk"))
        )
        if reader.coordinates
        else Exists(User.objects.none()),
    )


def _exact_person(asked: Asked, reader: Reader) -> Q | None:
    """By an address or a telephone, for coordinators alone: of the people whom they know as such."""
    if not reader.coordinates:
        return None
    if asked.email:
        meant = User.objects.alias(at=Lower("email")).filter(at=asked.email)
    elif asked.phone:
        meant = User.objects.alias(at=F("phone")).filter(at=asked.phone)
    else:
        return None
    return Q(pk__in=[*meant.values_list("pk", flat=True)[:MANY]], has_story=True)


def url_of(row: Any, reader: Reader) -> str:
    """The page that the line opens: of a person, what coordinators know of them, or where their organisation lists them."""
    if not isinstance(row, User):
        return row.get_absolute_url()
    if row.has_story:  # type: ignore[attr-defined]
        return reverse("person-story", args=[row.pk])
    house: int = row.house  # type: ignore[attr-defined]
    if reader.houses[house]:
        return f"{reverse('employees', args=[house])}?{urlencode({'q': row.last_name})}"
    return reverse("members", args=[house])


def _of_person(row: Any, reader: Reader) -> str:
    return " · ".join(filter(None, [row.trade, row.house_name]))


# --- organisations, needs, offers --------------------------------------------------------------
def _exact_organisation(asked: Asked, reader: Reader) -> Q | None:
    number = asked.registered
    return Q(siren=number) | Q(siret=number) | Q(rna=number) if number else None


def _ways_to_offers(reader: Reader) -> list[Way]:
    """By what it says; by who would come or their employer for those who read these names anyway: its own house, and the
    coordinators."""
    mine = Membership.objects.of(reader.user).representing().values("organisation")
    ours = Q(organisation__in=mine, time=Time.WORK) | Q(pole__in=coordinated_by(reader.user))
    at_work = Q(time=Time.WORK) & ours
    return [
        Way("pk", Offer),
        Way("person", User, ours),
        Way("organisation", Organisation, at_work),
    ]


def _near_offers(reader: Reader) -> list[QuerySet]:
    """One's own, and those of one's houses, and for who looks for somebody the newest of the pôle."""
    user, rows = reader.user, Offer.objects.order_by().values("pk")
    mine = Membership.objects.of(user).representing().order_by().values("organisation")
    put_forward = Proposal.objects.filter(need__organisation__in=mine).order_by().values("offer")
    pole = Organisation.objects.filter(pk__in=mine).order_by().values("pole")
    looked_at = rows.filter(pole__in=pole, status=OfferStatus.PUBLISHED)
    return [
        rows.filter(person=user),
        rows.filter(organisation__in=mine),
        rows.filter(created_by=user),
        rows.filter(pk__in=put_forward),
        looked_at,
    ]


# --- missions, conversations, papers -----------------------------------------------------------
def _ways_to_missions(reader: Reader) -> list[Way]:
    return [
        Way("need", Need),
        Way("need__organisation", Organisation),
        Way("offer__person", User),
        Way("offer__organisation", Organisation, Q(offer__time=Time.WORK)),
    ]


def _ways_to_threads(reader: Reader) -> list[Way]:
    """By the title, the structure, and the names that this reader is shown there: who offers is a first name and an initial
    until both have agreed, but for coordinators."""
    poles = coordinated_by(reader.user)
    agreed = Q(proposal__status=ProposalStatus.AGREED) | Q(proposal__need__pole__in=poles)
    at_work = agreed & Q(proposal__offer__time=Time.WORK)
    return [
        Way("need", Need),
        Way("proposal__need", Need),
        Way("need__organisation", Organisation),
        Way("proposal__need__organisation", Organisation),
        Way("proposal__offer__person", User, agreed),
        Way("proposal__offer__organisation", Organisation, at_work),
        Way("asker", User, Q(need__pole__in=poles)),
    ]


def _near_threads(reader: Reader) -> list[QuerySet]:
    user, rows = reader.user, Thread.objects.order_by().values("pk")
    mine = Membership.objects.of(user).representing().order_by().values("organisation")
    own = [rows.filter(proposal__in=one) for one in near(Proposal.objects.all(), user)]
    return [*own, rows.filter(asker=user), rows.filter(need__organisation__in=mine)]


def _exact_paper(asked: Asked, reader: Reader) -> Q | None:
    paper = asked.paper
    if paper is None:
        return None
    letter = Q(letter=paper.letter) if paper.letter else Q()
    return Q(year=paper.year, number=paper.number) & letter


def _of_thread(row: Thread, reader: Reader) -> str:
    return f"{row.subject.organisation} · {row.with_whom}"


def _of_mission(row: Mission, reader: Reader) -> str:
    who = row.offer.person or row.offer.in_the_name_of
    return f"{row.need.organisation} · {who} · {row.get_status_display()}"


def _of_offer(row: Offer, reader: Reader) -> str:
    return f"{row.discreet_name} · {row.time_words} · {row.commune}"


KINDS = (
    Kind(
        "people", User, _("People"), "person", _people, lambda reader: [Way("pk", User)], _exact_person,
        ("search_name", "pk"), str, _of_person,
    ),
    Kind(
        "organisations", Organisation, _("Organisations"), "people",
        lambda reader: Organisation.objects.visible_to(reader.user).select_related("commune"),
        lambda reader: [Way("pk", Organisation)], _exact_organisation, ("search_name", "pk"), str,
        lambda row, reader: f"{row.kind_label} · {row.commune}",
    ),
    Kind(
        "needs", Need, _("Needs"), "search",
        lambda reader: Need.objects.visible_to(reader.user).select_related("organisation"),
        lambda reader: [Way("pk", Need), Way("organisation", Organisation)],
        _numbered("needs"), ("-pk",), str,
        lambda row, reader: f"{row.organisation} · {row.get_status_display()}",
    ),
    Kind(
        "offers", Offer, _("Offers"), "person-heart",
        lambda reader: Offer.objects.visible_to(reader.user).select_related("person", "organisation", "commune"),
        _ways_to_offers, _numbered("offers"), ("-pk",), str, _of_offer, _near_offers,
    ),
    Kind(
        "missions", Mission, _("Missions"), "flag",
        lambda reader: Mission.objects.visible_to(reader.user).select_related(
            "need__organisation", "offer__person", "offer__organisation"
        ),
        _ways_to_missions, _numbered("missions"), ("-pk",), str, _of_mission,
        lambda reader: near(Mission.objects.all(), reader.user),
    ),
    Kind(
        "conversations", Thread, _("Conversations"), "chat-dots",
        lambda reader: Thread.objects.visible_to(reader.user).spoken_in().with_what_lines_show(),
        _ways_to_threads, lambda asked, reader: None, ("-last_message_at", "-pk"), str, _of_thread, _near_threads,
    ),
    Kind(
        "papers", Document, _("Papers"), "file-earmark-text",
        lambda reader: Document.objects.visible_to(reader.user).select_related("organisation"),
        lambda reader: [], _exact_paper, ("-pk",), lambda row: row.full_name,
        lambda row, reader: f"{row.organisation} · {row.state_label}",
    ),
)  # fmt: skip
OF = {kind.code: kind for kind in KINDS}
