"""Wakes what sleeps, once each time: “still true?”, drafts, needs without anyone, quiet
organisations.

Each is found from the rows as they are. A letter's key holds the day from which the
silence counts, so that one silence brings one letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, TypedDict

from django.core import signing
from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, Organisation, User
from accounts.models.leavings import why_nothing_new
from accounts.states import OrganisationStatus
from marketplace import letters, ranking
from marketplace.actions.market import consents, needs, offers
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import (
    Attendance,
    Carrier,
    Consent,
    ConsentKind,
    Gathering,
    HoursEntry,
    Mission,
    Need,
    Offer,
    Promises,
    Proposal,
    Reminder,
    Served,
    Time,
)
from marketplace.rules import own_yes, permissions, still_true, working_days
from marketplace.rules.still_true import SALT, link, noun
from marketplace.states import AttendanceStatus, MissionStatus, NeedStatus, OfferStatus
from notifications.faults import each_row

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class LastSigns(TypedDict):
    """When an organisation last did each of these; None where it never has."""

    posted_at: datetime | None
    offered_at: datetime | None
    asked_at: datetime | None
    put_forward_at: datetime | None
    engaged_at: datetime | None
    lent_at: datetime | None
    carried_at: datetime | None
    served_at: datetime | None
    apart_at: datetime | None
    hosted_at: datetime | None
    attended_at: datetime | None
    given_at: datetime | None
    received_at: datetime | None
    received_beside_at: datetime | None
    received_apart_at: datetime | None


LINK_LASTS = timedelta(days=120)
A_FORTNIGHT = 14  # days: a need without dates is asked about before it is no longer fresh
MODELS: dict[str, type[Need] | type[Offer]] = {"need": Need, "offer": Offer}


# --- still true? ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Silence:
    """Since when nobody has said that a row is true (as its letter's key has it), for how many days its question waits, and
    until when it stays whatever happens."""

    since: date
    waits: int
    stays_until: date = date.min


def ask_still_true(now: datetime) -> int:
    """Ask about each need and offer that nobody has confirmed for the days promised, and about each need without dates
    that is soon no longer fresh; pause those whose question had its time without an answer."""
    silences = chain(_of_the_promised_days(now), _of_the_undated(timezone.localdate(now)))
    return each_row("still-true", ((row, silence, now) for row, silence in silences), _ask_or_pause)


def _of_the_promised_days(now: datetime) -> Iterator[tuple[Need | Offer, Silence]]:
    for pole, promises in Promises.of_all().items():
        waits = promises.pause_after - promises.fresh_for
        for row in _stale(pole, working_days.ago(now, promises.fresh_for)):
            yield row, Silence(still_true.silent_since(row), waits)


def _of_the_undated(today: date) -> Iterator[tuple[Need | Offer, Silence]]:
    """A fortnight before the last day on which they are fresh; where the clock was down, as soon as it runs. Those proposed
    privately too, and those for which somebody is asked: the same last day is shown there."""
    rows = Need.objects.filter(
        status=NeedStatus.PUBLISHED,
        organisation__status=OrganisationStatus.ACCEPTED,
        is_undated=True,
        ends_on__lt=today + timedelta(days=A_FORTNIGHT),
    )
    for need in rows.select_related("organisation").order_by("pk"):
        yield need, Silence(still_true.silent_since(need), A_FORTNIGHT, need.ends_on)


def _stale(pole: int, since: datetime) -> Iterator[Need | Offer]:
    """What was published, not confirmed since then, and has no proposal under way: proposals have rules of their
    own (silence). Without the needs that say themselves until when they are fresh."""
    for model in MODELS.values():
        waiting = Proposal.objects.open().filter(**{model.__name__.lower(): OuterRef("pk")})
        dated = {"is_undated": False} if model is Need else {}
        rows = model.objects.published().filter(pole=pole, **dated)
        yield from (
            rows.alias(true_at=Coalesce("confirmed_at", "published_at"))
            .filter(~Exists(waiting), true_at__lte=since)
            .select_related("organisation")
            .order_by("pk")
        )


@transaction.atomic
def _ask_or_pause(row: Need | Offer, silence: Silence, now: datetime) -> bool:
    occasion, today = silence.since.isoformat(), timezone.localdate(now)
    key = letters.key_of_still_true(row, silence.since)
    asked = Reminder.objects.filter(key=key).first()
    # Nobody can come for a need that is over: it rests without having been asked about.
    is_over = isinstance(row, Need) and row.is_over(today)
    if asked is None and not is_over:
        waits_until = today + timedelta(days=silence.waits)
        pauses_on = max(waits_until, silence.stays_until + timedelta(days=1))
        if isinstance(row, Offer) and row.ends_on < pauses_on:  # it ends by itself, and is told
            return False
        if Reminder.claim(key, now):
            letters.still_true(row, occasion=occasion, url=link, pauses_on=pauses_on)
        return True
    was_asked_lately = asked is not None and asked.at > working_days.ago(now, silence.waits)
    if was_asked_lately or today <= silence.stays_until:
        return False
    locked = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
    if locked.confirmed_at != row.confirmed_at:  # while the clock went round
        return False
    try:
        _put_to_sleep(row, by=None)
    except ForbiddenMove:
        return False
    letters.fell_asleep(row, occasion=occasion, url=link)
    return True


def _put_to_sleep(row: Need | Offer, *, by: User | None) -> None:
    row.move(NeedStatus.PAUSED if isinstance(row, Need) else OfferStatus.PAUSED, by=by)
    ranking.changed(row)


def letters_about(row: Need | Offer) -> str:
    """The beginning of the keys of the letters that ask whether this row is still true."""
    return letters.FRESH.written(noun=noun(row), row=row)


def from_token(token: str) -> tuple[Need | Offer, User] | None:
    """The row and the reader behind a link; None for a forged one. Raises NotYet, with a sentence, when the link is
    old, went to another address of its reader, or the reader may no longer speak for the row."""
    try:
        kind, pk, person, *sent_to = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired:
        raise NotYet(
            _("This link has run out: the question is more than four months old.")
        ) from None
    except signing.BadSignature:
        return None
    row = MODELS[kind]._default_manager.select_related("organisation").filter(pk=pk).first()
    reader = User.objects.filter(pk=person).first()
    if row is None or reader is None:
        return None
    require_mailbox(reader, *sent_to)
    if not _may_still_say(reader, row):
        raise NotYet(
            _(
                "This link was for somebody who answered for this page, and no longer does: nothing can "
                "be answered by it any more."
            )
        )
    return row, reader


def asks_own_yes(row: Need | Offer, reader: User) -> bool:
    """Whether “still true” would be this person's own yes to an offer that isn't shown: they have taken it back, or the
    offer says something else since. They read it first."""
    own = isinstance(row, Offer) and own_yes.named(row) == reader
    return own and not own_yes.stands(row)  # type: ignore[arg-type]  # an offer, then


def _may_still_say(reader: User, row: Need | Offer) -> bool:
    if not reader.is_active or reader.pk not in {owner.pk for owner in letters.owners(row)}:
        return False
    if isinstance(row, Need):
        return reader.speaks_for(row.organisation)
    return permissions.answers_for_offer(reader, row)


@transaction.atomic
def confirm(row: Need | Offer, *, by: User) -> None:
    """It is still true: it stays in the catalogue, or comes back to it. Raises ForbiddenMove for what is in neither
    state, since that would come back from nowhere."""
    if row.status not in {NeedStatus.PUBLISHED, NeedStatus.PAUSED}:
        raise ForbiddenMove(row, row.status, NeedStatus.PUBLISHED)
    row.confirmed_at = timezone.now()
    row.save(update_fields=["confirmed_at", "updated_at"])
    User.objects.seen(by.pk, timezone.localdate())  # by a link it leaves no other trace of them
    if isinstance(row, Need):
        _need_again(row, by=by)
    elif row.status == OfferStatus.PAUSED:
        _show_again(row, by=by)


def _need_again(need: Need, *, by: User) -> None:
    """Without dates it is fresh anew; what rested is online again."""
    if need.status == NeedStatus.PAUSED:
        if why := why_nothing_new(need.organisation):
            raise NotYet(why)
        if need.is_over(timezone.localdate()):
            raise NotYet(_("The end date is already past: close this need, and write a new one."))
        need.open_again(by=by)
    elif need.is_undated:
        need.freshen(timezone.localdate())
        need.save(update_fields=["starts_on", "ends_on", "updated_at"])
    else:
        return
    ranking.changed(need)


def _show_again(offer: Offer, *, by: User) -> None:
    if not own_yes.stands(offer):
        if by.pk != offer.person_id:
            raise NotYet(
                _("Whoever would come has to agree first: ask them on the page of the offer.")
            )
        consents.give(by, ConsentKind.OFFER, offer, how=Consent.How.LINK)
    offers.publish(offer, by=by)


@transaction.atomic
def pause(row: Need | Offer, *, by: User) -> None:
    """It isn't true for the moment: nobody new is asked, and what is under way goes on."""
    if isinstance(row, Offer):
        offers.pause(row, by=by)
    else:
        _put_to_sleep(row, by=by)


def close(row: Need | Offer, *, by: User) -> None:
    """A need without dates isn't wanted any more: it is closed, and those who waited for an answer are told."""
    open_still = row.status in {NeedStatus.PUBLISHED, NeedStatus.PAUSED}
    if not (isinstance(row, Need) and row.is_undated and open_still):
        raise ForbiddenMove(row, row.status, NeedStatus.CLOSED)
    engaged = row.missions.taking_a_place().exists()
    act = needs.close if engaged else needs.withdraw
    act(row, reason="", by=by)


# --- drafts, lonely needs, quiet organisations -----------------------------------------------
def recall_drafts(now: datetime) -> int:
    """Tell the author of each draft that was never sent, and not touched for days, where it is."""
    return each_row("drafts", _drafts(now), _recall)


def _drafts(now: datetime) -> Iterator[tuple[Need | Offer, datetime]]:
    for pole, promises in Promises.of_all().items():
        old = {"pole": pole, "updated_at__lte": working_days.ago(now, promises.draft_after)}
        needs = Need.objects.filter(**old, status=NeedStatus.DRAFT, submitted_at=None)
        offers = Offer.objects.filter(**old, status=OfferStatus.DRAFT, published_at=None)
        yield from ((row, now) for row in needs)
        yield from ((row, now) for row in offers)


def _recall(row: Need | Offer, now: datetime) -> bool:
    occasion = timezone.localdate(row.updated_at).isoformat()
    key = letters.DRAFT_WAITING.key.written(noun=noun(row), row=row, day=occasion)
    if not Reminder.claim(key, now):
        return False
    letters.draft_waiting(row, occasion=occasion)
    return True


def tell_of_lonely_needs(now: datetime) -> int:
    """Tell of needs that were published days ago, for which nobody is being asked and nobody is applying."""
    return each_row("lonely-needs", _lonely(now), _tell_alone)


def _lonely(now: datetime) -> Iterator[tuple[Need, str, datetime]]:
    asked = Proposal.objects.going_on().filter(need=OuterRef("pk"))
    for pole, promises in Promises.of_all().items():
        since = working_days.ago(now, promises.alone_after)
        lonely = Need.objects.published().filter(~Exists(asked), pole=pole, published_at__lte=since)
        numbers = lonely.order_by("pk").values_list("pk", flat=True)
        keys = {letters.NEED_ALONE.key.written(need=pk): pk for pk in numbers}
        for key in sorted(keys.keys() - Reminder.objects.said(keys)):
            yield Need(pk=keys[key]), key, now


def _tell_alone(row: Need, key: str, now: datetime) -> bool:
    if not Reminder.claim(key, now):
        return False
    need = Need.objects.select_related("organisation", "pole").get(pk=row.pk)
    letters.need_alone(need)
    return True


def ask_quiet_organisations(now: datetime) -> int:
    """Ask the organisations that have posted, asked and done nothing for months what could be of use to them. What one carries
    with others, is served by, gives, confirms or comes to is something done as well."""
    rows = (
        (organisation, since, now)
        for pole, promises in Promises.of_all().items()
        for since in [working_days.ago(now, promises.quiet_after)]
        for organisation in _with_last_sign(pole, since)
    )
    return each_row("quiet-organisations", rows, _ask_if_quiet)


def _ask_if_quiet(
    organisation: "WithAnnotations[Organisation, LastSigns]", since: datetime, now: datetime
) -> bool:
    signs = (getattr(organisation, sign) for sign in LastSigns.__annotations__)
    seen = max([organisation.created_at, *filter(None, signs)])
    occasion = timezone.localdate(seen).isoformat()
    key = letters.ORGANISATION_QUIET.key.written(organisation=organisation, day=occasion)
    if seen > since or not Reminder.claim(key, now):
        return False
    letters.organisation_quiet(organisation, occasion=occasion)
    return True


def _with_last_sign(
    pole: int, since: datetime
) -> QuerySet["WithAnnotations[Organisation, LastSigns]"]:
    """Each with its last signs, one question for all; without those for whom a mission goes on, or who have lent somebody
    to one. Each sign is read by an index that begins with the organisation, so that a pôle twice as large asks twice as
    much."""
    work = Q(time=Time.WORK) | Q(person=None)  # not one's own time
    at_work = Q(offer__time=Time.WORK) | Q(offer__person=None)
    given = HoursEntry.objects.filter(mission__offer__time=Time.WORK)
    confirmed = HoursEntry.objects.exclude(confirmed_by=None)  # not by a week of silence
    of_the_first = confirmed.filter(served=None)
    mandated_at = Coalesce("mandated_at", "mission__created_at")
    came_at = Coalesce("uses_said_at", "answered_at", "comes_at", "asked_at")
    own_will = Attendance.objects.exclude(status=AttendanceStatus.ASKED)
    under_way = Mission.objects.filter(status=MissionStatus.RUNNING)
    receives = Exists(under_way.filter(need__organisation=OuterRef("pk")))
    lends = Exists(under_way.filter(at_work, offer__organisation=OuterRef("pk")))
    quiet = Organisation.objects.accepted().without_operators().filter(~receives, ~lends)
    return quiet.filter(pole=pole, created_at__lte=since).annotate(
        posted_at=_last(Need, "organisation"),
        offered_at=_last(Offer.objects.filter(work), "organisation"),
        asked_at=_last(Proposal, "need__organisation"),
        put_forward_at=_last(Proposal.objects.filter(at_work), "offer__organisation"),
        engaged_at=_last(Mission, "need__organisation", "moved_at"),
        lent_at=_last(Mission.objects.filter(at_work), "offer__organisation", "moved_at"),
        carried_at=_last(Carrier, "organisation", "agreed_at"),
        served_at=_last(Served, "organisation", mandated_at),
        apart_at=_last(Mission, "apart_for"),
        hosted_at=_last(Gathering, "host"),
        attended_at=_last(own_will, "organisation", came_at),
        given_at=_last(given, "mission__offer__organisation"),
        received_at=_last(of_the_first, "mission__need__organisation", "confirmed_at"),
        received_beside_at=_last(confirmed, "served", "confirmed_at"),
        received_apart_at=_last(of_the_first, "mission__apart_for", "confirmed_at"),
    )


def _last(
    rows: QuerySet[Any] | type[Model], own: str, at: str | Coalesce = "created_at"
) -> Subquery:
    """The newest of these moments among the rows of the organisation that `own` leads to."""
    found = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    mine = found.filter(**{own: OuterRef("pk")}).order_by().values(own)
    return Subquery(mine.annotate(last_at=Max(at)).values("last_at"))
