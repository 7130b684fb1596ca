"""The kinds of rows that are found: which of them a reader may see today, by which words, and what a line says of each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Seat, User, coordinated_by
from common.word_search import MANY, these
from marketplace.finding.asked import Asked
from marketplace.finding.kind import FEW, Kind, Reader
from marketplace.finding.marks import Way
from marketplace.models import Carrier, Document, Gathering, Mission, Need, Offer, Thread, Time
from marketplace.models.desk.journal import AFTER_SEARCH
from marketplace.models.market.proposals import Proposal, near
from marketplace.models.missions import places
from marketplace.rules.prepared import rows_for
from marketplace.states import OfferStatus, ProposalStatus


def _numbered(code: str) -> Callable[[Asked, Reader], Q | None]:
    def exact(asked: Asked, reader: Reader) -> Q | None:
        return Q(pk=number) if (number := asked.number_of(code)) else None

    return exact


# --- people ------------------------------------------------------------------------------------
def _known_to_coordinators(user: User, among: Sequence[int] = ()) -> Q:
    """Who represents an organisation of one of their pôles, or of an operator that sits there, or has handed in an offer
    there; what is offered at home under this reader doesn't count. `among`: of these, each looked up."""
    poles = coordinated_by(user)
    seated = Seat.objects.coordinating().filter(pole__in=poles).order_by().values("operator")
    here = Q(organisation__pole__in=poles) | Q(organisation__in=seated)
    represents = Membership.objects.representing().filter(here)
    offers = Offer.objects.in_poles_of(user).exclude(status=OfferStatus.DRAFT)
    if among:
        represents, offers = represents.filter(user__in=among), offers.filter(person__in=among)
        return Q(pk__in=represents.values("user")) | Q(pk__in=offers.order_by().values("person"))
    represents, offers = (
        represents.filter(user=OuterRef("pk")),
        offers.filter(person=OuterRef("pk")),
    )
    return Q(Exists(represents)) | Q(Exists(offers))


def _people(reader: Reader, among: Sequence[int] = ()) -> QuerySet:
    """People with an account, whom this reader knows as a coordinator, or by an organisation of theirs."""
    return _people_of(reader.user, reader.coordinates, *_houses(reader), among)


def _houses(reader: Reader) -> tuple[list[int], list[int]]:
    """The organisations whose people are all read, and those whose representatives are."""
    all_of = [number for number, reads_all in reader.houses.items() if reads_all]
    return all_of, [number for number, reads_all in reader.houses.items() if not reads_all]


def _people_of(
    user: User, coordinates: bool, all_of: list[int], those_of: list[int], among: Sequence[int] = ()
) -> QuerySet:
    members = Membership.objects.filter(user=OuterRef("pk"))
    known = Q(Exists(members.filter(organisation__in=all_of)))
    known |= Q(Exists(members.representing().filter(organisation__in=those_of)))
    if coordinates:
        known |= _known_to_coordinators(user, among)
    return User.objects.filter(known, is_active=True, closed_at=None).exclude(pk=user.pk)


def _people_among(
    user: User, coordinates: bool, all_of: list[int], those_of: list[int], among: Sequence[int]
) -> QuerySet:
    found = _people_of(user, coordinates, all_of, those_of, among).filter(pk__in=among)
    return found.order_by().values_list("pk")


def _seen_people(reader: Reader, numbers: list[int]) -> Iterable[int]:
    given = (reader.coordinates, *_houses(reader), numbers)
    return (number for (number,) in rows_for(reader.user, _people_among, *given))


def _with_story(user: User, among: list[int]) -> QuerySet:
    found = User.objects.filter(_known_to_coordinators(user, among), pk__in=among)
    return found.order_by().values_list("pk")


def _near_people(reader: Reader) -> Iterable[int]:
    """Those of one's houses."""
    members = Membership.objects.filter(organisation__in=[*reader.houses]).order_by()
    return members.values_list("user", flat=True)


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
    numbers = [*meant.values_list("pk", flat=True)[:MANY]]
    return Q(pk__in=numbers) & _known_to_coordinators(reader.user, numbers) if numbers else None


def with_places(people: list[Any], reader: Reader) -> None:
    """Notes on each where the reader finds them: `house`, an organisation of theirs, and whether coordinators have their story."""
    numbers = [one.pk for one in people]
    with_story: set[int] = set()
    members = Membership.objects.filter(user__in=numbers).order_by("-pk")
    theirs = Q(organisation__in=[*reader.houses])
    if reader.coordinates:
        with_story = {number for (number,) in rows_for(reader.user, _with_story, numbers)}
        known = Membership.objects.representing().filter(
            organisation__pole__in=coordinated_by(reader.user)
        )
        theirs |= Q(pk__in=known.filter(user__in=numbers).order_by().values("pk"))
    houses = {
        row.user_id: row.organisation
        for row in members.filter(theirs).select_related("organisation")
    }
    for one in people:
        one.house, one.has_story = houses.get(one.pk), one.pk in with_story


def url_of(row: Any, reader: Reader) -> str:
    """The page that the line opens: of a person, what coordinators know of them, or where their organisation lists them."""
    if not isinstance(row, User):
        return row.get_absolute_url()
    person: Any = row
    if person.has_story:
        return f"{reverse('person-story', args=[row.pk])}?{urlencode({'de': AFTER_SEARCH})}"
    if reader.houses[person.house.pk]:
        return f"{reverse('employees', args=[person.house.pk])}?{urlencode({'q': row.last_name})}"
    return reverse("members", args=[person.house.pk])


def _of_person(row: Any, reader: Reader) -> str:
    return " · ".join(filter(None, [row.trade, row.house and row.house.name]))


# --- organisations, needs, offers --------------------------------------------------------------
def _carried(houses: Any) -> Q:
    """The needs that these carry beside their lead."""
    agreed = Carrier.objects.agreed().filter(organisation__in=houses)
    return Q(pk__in=agreed.order_by().values("need"))


def _exact_organisation(asked: Asked, reader: Reader) -> Q | None:
    number = asked.registered
    return Q(siren=number) | Q(siret=number) | Q(rna=number) if number else None


def _ways_to_offers(reader: Reader) -> list[Way]:
    """By what it says; by who would come or their employer for those who read these names anyway: its own house, and the
    coordinators."""
    ours = Q(organisation__in=reader.represented, time=Time.WORK) | Q(pole__in=reader.poles)
    at_work = Q(time=Time.WORK) & ours
    return [
        Way("pk", Offer, is_own=True),
        Way("person", User, ours),
        Way("organisation", Organisation, at_work),
    ]


def _near_offers(reader: Reader) -> Iterable[int]:
    """One's own, and those of one's houses, and for who looks for somebody the newest of the pôle."""
    user, mine, rows = reader.user, reader.represented, Offer.objects.order_by().values("pk")
    put_forward = Proposal.objects.filter(need__organisation__in=mine).order_by().values("offer")
    pole = Organisation.objects.filter(pk__in=mine).order_by().values("pole")
    looked_at = rows.filter(pole__in=pole, status=OfferStatus.PUBLISHED)
    return _numbers_of(
        rows.filter(person=user),
        rows.filter(organisation__in=mine),
        rows.filter(created_by=user),
        rows.filter(pk__in=put_forward),
        looked_at,
        rows.filter(pole__in=pole, status=OfferStatus.USED_UP),
    )


def _full_offers(reader: Reader, numbers: list[int]) -> Iterable[int]:
    """Of these, those on all their missions for a place of which a structure of the reader's may wait: as on the page of who
    could help. That any is full is asked first: it takes a moment, and mostly none is."""
    if not reader.represented:
        return ()
    full = Offer.objects.filter(pk__in=these(numbers), status=OfferStatus.USED_UP).order_by()
    found, today = [*full.values_list("pk", flat=True)], timezone.localdate()
    if len(found) > FEW:
        rows = places.to_wait_for(reader.user, today).filter(pk__in=these(found))
        return rows.order_by().values_list("pk", flat=True)
    asked = rows_for(reader.user, _full_among, today, found) if found else ()
    return (number for (number,) in asked)


def _full_among(user: User, today: date, among: Sequence[int]) -> QuerySet:
    return places.to_wait_for(user, today).filter(pk__in=among).order_by().values_list("pk")


def _near_missions(reader: Reader) -> Iterable[int]:
    return _numbers_of(*near(Mission.objects.all(), reader.user))


def _numbers_of(first: QuerySet, *others: QuerySet) -> Iterable[int]:
    return first.union(*others, all=True).order_by().values_list("pk", flat=True)[:MANY]


# --- missions, conversations, papers -----------------------------------------------------------
def _ways_to_missions(reader: Reader) -> list[Way]:
    return [
        Way("need", Need, is_own=True),
        Way("need__organisation", Organisation),
        Way("offer__person", User),
        Way("offer__organisation", Organisation, Q(offer__time=Time.WORK)),
    ]


def _ways_to_threads(reader: Reader) -> list[Way]:
    """By the title, the structure, and the names that this reader is shown there: who offers is a first name and an initial
    until both have agreed, but for coordinators."""
    agreed = Q(proposal__status=ProposalStatus.AGREED) | Q(proposal__need__pole__in=reader.poles)
    at_work = agreed & Q(proposal__offer__time=Time.WORK)
    return [
        Way("need", Need),
        Way("proposal__need", Need),
        Way("need__organisation", Organisation),
        Way("proposal__need__organisation", Organisation),
        Way("proposal__offer__person", User, agreed),
        Way("proposal__offer__organisation", Organisation, at_work),
        Way("asker", User, Q(need__pole__in=reader.poles)),
    ]


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
    return f"{row.need.organisation} · {who} · {row.state_words}"


def _of_offer(row: Offer, reader: Reader) -> str:
    said = [row.discreet_name, row.time_words, str(row.commune)]
    if row.status == OfferStatus.USED_UP:
        said.append(str(_("All their missions go on")))
    return " · ".join(said)


def _conversations(reader: Reader, among: Sequence[int] = ()) -> QuerySet:
    theirs = Thread.objects.taken_part_in_by(
        reader.user, coordinates=reader.coordinates, among=among if len(among) <= FEW else ()
    )
    return theirs.spoken_in()


def _seen_conversations(reader: Reader, numbers: list[int]) -> Iterable[int]:
    """Those that the reader follows first, which for a coordinator are nearly all: whether one is theirs by another side takes
    long to plan."""
    found: set[int] = set()
    for sides in (False, True) if reader.coordinates else (True,):
        left = [number for number in numbers if number not in found]
        if left:
            theirs = Thread.objects.taken_part_in_by(
                reader.user, sides=sides, coordinates=not sides, among=left
            )
            rows = theirs.filter(pk__in=left).spoken_in().order_by()
            found.update(rows.values_list("pk", flat=True))
    return found


def _with_their_matter(rows: Any) -> QuerySet:
    shown: QuerySet = rows.with_what_lines_show()
    return shown


def _as_it_is(rows: QuerySet) -> QuerySet:
    return rows


KINDS = (
    Kind(
        "people", User, _("People"), "person", _people, lambda reader: [Way("pk", User, is_own=True)],
        _exact_person, _as_it_is, str, _of_person, _near_people, narrows=True, seen=_seen_people,
    ),
    Kind(
        "organisations", Organisation, _("Organisations"), "people",
        lambda reader: Organisation.objects.visible_to(reader.user),
        lambda reader: [Way("pk", Organisation, is_own=True)], _exact_organisation,
        lambda rows: rows.select_related("commune__department"), str,
        lambda row, reader: f"{row.kind_label} · {row.commune}", once=True,
    ),
    Kind(
        "needs", Need, _("Needs"), "search", lambda reader: Need.objects.visible_to(reader.user),
        lambda reader: [
            Way("pk", Need, is_own=True), Way("organisation", Organisation),
            Way("carriers", Organisation, about=_carried),
        ],
        _numbered("needs"), lambda rows: rows.select_related("organisation"), str,
        lambda row, reader: f"{row.organisation} · {row.get_status_display()}", once=True,
    ),
    Kind(
        "offers", Offer, _("Offers"), "person-heart", lambda reader: Offer.objects.visible_to(reader.user),
        _ways_to_offers, _numbered("offers"),
        lambda rows: rows.select_related("person", "organisation", "commune__department"), str, _of_offer, _near_offers, once=True,
        also=_full_offers,
    ),
    Kind(
        "missions", Mission, _("Missions"), "flag", lambda reader: Mission.objects.visible_to(reader.user),
        _ways_to_missions, _numbered("missions"),
        lambda rows: rows.select_related("need__organisation", "offer__person", "offer__organisation"), str, _of_mission,
        _near_missions, once=True,
    ),
    Kind(
        "gatherings", Gathering, _("Gatherings"), "mortarboard",
        lambda reader: Gathering.objects.visible_to(reader.user),
        lambda reader: [Way("pk", Gathering, is_own=True)], lambda asked, reader: None,
        lambda rows: rows.select_related("host"), str, lambda row, reader: f"{row.host} · {row.when}",
    ),
    Kind(
        "conversations", Thread, _("Conversations"), "chat-dots",
        _conversations,
        _ways_to_threads, lambda asked, reader: None, _with_their_matter, str, _of_thread, narrows=True, maybe=lambda reader: reader.threads,
        seen=_seen_conversations,
    ),
    Kind(
        "papers", Document, _("Papers"), "file-earmark-text",
        lambda reader: Document.objects.visible_to(reader.user),
        lambda reader: [], _exact_paper, lambda rows: rows.select_related("organisation", "member__person"),
        lambda row: row.full_name, lambda row, reader: f"{row.organisation} · {row.state_label}",
    ),
)  # fmt: skip
