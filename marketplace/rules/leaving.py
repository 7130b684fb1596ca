"""What an organisation that leaves the site has under way there: who settles it, and what becomes of it on the day."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import GroupTie, Organisation
from common.counted import counted
from marketplace.law import regimes
from marketplace.models import (
    Document,
    HoursEntry,
    Import,
    Mission,
    Need,
    Offer,
    Proposal,
    Round,
    Time,
    Valuation,
)
from marketplace.models.missions.missions import MissionQuerySet
from marketplace.rules.mission_roles import TO_VALUE
from marketplace.states import DocumentStatus, MissionStatus, NeedStatus, OfferStatus, RoundStatus

SHOWN = 20  # missions by their names
MISSIONS, MONEY = "missions", "money"  # what has to be accepted before a day is set
TO_END = (NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED, NeedStatus.PAUSED, NeedStatus.FILLED)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Some things of one sort. `settled`: by whom, and how, before the day; `then`: what the day does with what is left. `of` is
    what is counted of it, `accepted` as what it has to be accepted (MISSIONS or MONEY; "" where it hasn't)."""

    what: str | Promise
    of: tuple[QuerySet, ...]
    settled: str | Promise
    then: str | Promise
    url: str = ""
    accepted: str = ""
    count: int = 0
    rows: list[Mission] = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.rows)) if self.rows else 0


def missions_of(house: Organisation) -> MissionQuerySet:
    """Those that its people do on its time, and those of its needs: nothing of what they do on their own."""
    return _ours(house, Mission.objects.all())


def _ours[Rows: QuerySet](house: Organisation, rows: Rows) -> Rows:
    """Those of these missions or proposals, by two short lists: with "or" between them, all would be read. A company, which asks
    for nobody, is spared the second."""
    lent = rows.filter(offer__organisation=house, offer__time=Time.WORK)
    if not house.may_ask:
        return lent
    asked = rows.filter(need__organisation=house)
    return rows.filter(pk__in=lent.order_by().values("pk").union(asked.order_by().values("pk")))


def offers_of(house: Organisation) -> QuerySet[Offer]:
    return Offer.objects.filter(organisation=house, time=Time.WORK)


def proposals_of(house: Organisation) -> QuerySet[Proposal]:
    return _ours(house, Proposal.objects.open())


def rounds_of(house: Organisation, today: date) -> QuerySet[Round]:
    """Those that can still be cancelled."""
    standing = house.rounds.exclude(status=RoundStatus.CANCELLED)
    return standing.filter(ends_on__gte=today)


def offers_to_end(house: Organisation) -> QuerySet[Offer]:
    """Those that haven't ended; a draft about which somebody was asked has no end of its own."""
    asked = Exists(Proposal.objects.filter(offer=OuterRef("pk")))
    offers = offers_of(house).exclude(status=OfferStatus.EXPIRED)
    return offers.exclude(asked, status=OfferStatus.DRAFT)


def needs_of(house: Organisation) -> QuerySet[Need]:
    return house.needs.filter(status__in=TO_END)


def without_a_value(house: Organisation) -> QuerySet[Mission]:
    """Those whose value it may still declare: with a receipt to come, and hours that are confirmed."""
    hours = HoursEntry.objects.filter(mission=OuterRef("pk"))
    return Mission.objects.filter(
        Exists(hours.confirmed()),
        ~Exists(Valuation.objects.filter(mission=OuterRef("pk"))),
        offer__organisation=house,
        offer__time=Time.WORK,
        regime__in=regimes.WITH_A_RECEIPT,
        status__in=TO_VALUE,
    )


def with_hours_to_confirm(house: Organisation) -> QuerySet[Mission]:
    """Those of its people or its needs, and those in which hours that served it wait."""
    waiting = HoursEntry.objects.to_confirm().order_by()
    itself = Organisation.objects.filter(pk=house.pk).values("pk")
    ours = missions_of(house).filter(Exists(waiting.filter(mission=OuterRef("pk"))))
    served = waiting.for_whom(itself).values("mission")
    return Mission.objects.filter(pk__in=ours.order_by().values("pk").union(served))


def _without_a_receipt() -> QuerySet[Mission]:
    given = Document.objects.receipts().standing().filter(mission=OuterRef("pk"))
    valued = Q(status=MissionStatus.VALUED)
    return Mission.objects.filter(valued, ~Exists(given), offer__time=Time.WORK)


def receipts_awaited(house: Organisation) -> QuerySet[Mission]:
    return _without_a_receipt().filter(offer__organisation=house)


def receipts_owed(house: Organisation) -> QuerySet[Mission]:
    """Those whose value is declared and of which it has a part, as their lead or with it, without a receipt of its own."""
    given = Document.objects.receipts().standing().filter(organisation=house)
    received = HoursEntry.objects.confirmed().for_whom(
        Organisation.objects.filter(pk=house.pk).values("pk")
    )
    valued = Mission.objects.filter(status=MissionStatus.VALUED, offer__time=Time.WORK)
    theirs = valued.filter(pk__in=received.values("mission"))
    return theirs.exclude(pk__in=given.filter(mission__isnull=False).values("mission"))


def to_accept(house: Organisation) -> set[str]:
    """What whoever sets a day has to say that they have read: missions that stop, money that is lost. The same as what the
    lines `under_way` have `accepted`."""
    found = {MISSIONS} if missions_of(house).live().exists() else set()
    money = (
        without_a_value(house),
        with_hours_to_confirm(house),
        receipts_awaited(house),
        receipts_owed(house),
    )
    return found | ({MONEY} if any(rows.exists() for rows in money) else set())


def last_end(house: Organisation) -> date | None:
    """The planned end of the mission under way that ends last; None without any."""
    said = missions_of(house).live().filter(has_dates=True)
    ends = said.order_by("-ends_on").values_list("ends_on", flat=True)
    return ends.first()


def under_way(house: Organisation) -> list[Line]:
    """What there is, the weightiest first; nothing of which there is none. Counted in one question, whatever there may be."""
    lines = [*_missions(house), *_money(house), *_market(house), *_doors(house)]
    counts = iter(counted([rows for line in lines for rows in line.of]))
    lines = [replace(line, count=sum(islice(counts, len(line.of)))) for line in lines]
    return [_with_names(line, house) for line in lines if line.count]


def _with_names(line: Line, house: Organisation) -> Line:
    """The missions under way by their names, the first of them."""
    if line.accepted != MISSIONS:
        return line
    live = missions_of(house).live().select_related("need__organisation", "offer__organisation")
    live = live.select_related("offer__person", "offer__created_by").order_by("ends_on", "pk")
    return replace(line, rows=list(live[:SHOWN]))


def _missions(house: Organisation) -> Iterator[Line]:
    yield Line(
        _("Missions under way"),
        (missions_of(house).live(),),
        _("They may go to their end: choose a day after it. Or they are stopped on their page."),
        _(
            "What isn’t over stops on that day. What is signed stands; hours up to that day are written for two weeks, and confirmed."
        ),
        reverse("missions"),
        MISSIONS,
    )
    documents = Document.objects.filter(
        mission__in=missions_of(house), status=DocumentStatus.TO_SIGN
    )
    yield Line(
        _("Papers that wait for a signature"),
        (documents,),
        _("Whoever is asked signs them, on the page of their mission."),
        _("They stay as they are: nobody signs for the organisation any more."),
    )


def _money(house: Organisation) -> Iterator[Line]:
    yield Line(
        _("Hours that nobody has confirmed"),
        (with_hours_to_confirm(house),),
        _("The structure confirms or contests them; a week of silence confirms them."),
        _("They may still be confirmed; no value can be declared from them."),
        accepted=MONEY,
    )
    yield Line(
        _("Values to declare"),
        (without_a_value(house),),
        _("Those in charge declare them, on the page of the mission."),
        _("None can be declared any more: these missions give no tax receipt."),
        accepted=MONEY,
    )
    yield Line(
        _("Tax receipts awaited"),
        (receipts_awaited(house),),
        _("The structure gives them."),
        _("It may still give them: they are among your papers for 60 days."),
        accepted=MONEY,
    )
    yield Line(
        _("Tax receipts to give"),
        (receipts_owed(house),),
        _("Whoever gives the receipts of your organisation gives them."),
        _("None can be given any more: those who lent their people are left without."),
        accepted=MONEY,
    )


def _market(house: Organisation) -> Iterator[Line]:
    yield Line(
        _("Proposals without an answer"),
        (proposals_of(house),),
        _("Both sides answer. Once a day is set they are closed, and both are told."),
        _("They are closed."),
    )
    shown = offers_of(house).filter(status__in=[OfferStatus.PUBLISHED, OfferStatus.USED_UP])
    yield Line(
        _("Offers on working time"),
        (shown,),
        _("Once a day is set they are paused."),
        _("They end."),
        reverse("offers"),
    )
    yield Line(
        _("Needs"),
        (needs_of(house),),
        _("Once a day is set, those that are published are paused."),
        _("They are withdrawn or closed."),
        reverse("my-needs"),
    )
    today = timezone.localdate()
    yield Line(
        _("Group operations"),
        (rounds_of(house, today),),
        _("Who runs them lets them take place, or cancels them. None is opened once a day is set."),
        _("They are cancelled; those who come are told."),
        reverse("rounds", args=[house.pk]),
    )
    yield Line(
        _("Programmes that are open"),
        (house.programmes.open_on(today),),
        _("They go on until that day."),
        _("They end too."),
        reverse("programmes", args=[house.pk]),
    )


def _doors(house: Organisation) -> Iterator[Line]:
    """By which people come in: nobody new does once a day is set."""
    waiting = (Import.State.READING, Import.State.READ, Import.State.RUNNING)
    yield Line(
        _("Lists of people"),
        (house.imports.filter(state__in=waiting).exclude(kind=Import.Kind.COSTS),),
        _("Carry them out, or drop them."),
        _("They are dropped."),
        reverse("gathering", args=[house.pk]),
    )
    yield Line(
        _("Invitations without an answer"),
        (house.invitations.pending(timezone.now()),),
        _("Once a day is set nobody joins by them."),
        _("They are withdrawn."),
        reverse("members", args=[house.pk]),
    )
    doors = (
        house.join_links.filter(closed_at=None),
        house.mail_domains.live(),
        house.sign_ins.live(),
    )
    yield Line(
        _("Links, domains and sign-in"),
        doors,
        _("They serve those who are here until that day."),
        _(
            "They end. Whoever came in by the sign-in alone chooses a password, by the letter that they get."
        ),
        reverse("gathering", args=[house.pk]),
    )
    yield Line(
        _("Ties with a group"),
        (GroupTie.objects.live().about(house),),
        _("Either side may end them."),
        _("They end, and the other side is told."),
        reverse("group", args=[house.pk]),
    )
