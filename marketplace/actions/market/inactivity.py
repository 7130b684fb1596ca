"""People of whom nothing is seen any more: told after 23 months, closed after 24, as their pôles have set it.

A sign is anything that they do: a page that they open signed in, a link, an answer by mail, hours, a signature. Nobody is
closed with something under way, nor as the last who administers an organisation; nor without two letters, the last one a
week before; nor sooner than they were told.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.apps import apps
from django.core import signing
from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import administrators
from accounts.actions import people as accounts
from accounts.actions.refusals import Refusal
from accounts.models import Organisation, Pole, Step, User
from accounts.tokens import mailbox
from common.dates import add_months
from marketplace import letters
from marketplace.actions.market import people
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.law import parameters
from marketplace.models import Document, Inactivity, Mission, Promises, TeamMember
from marketplace.states import DocumentStatus
from notifications.faults import rows_of

ACT = "inactive"
SALT = "keep-account"
WARNED = timedelta(days=7)  # before the closing
MOST = 500  # told in one night: the first one may find many
# What people do by a link or by mail, without opening a page signed in: whose, and when. Steps are found by themselves.
SIGNS = (
    ("Message", "author", "created_at"),
    ("Signature", "user", "at"),
    ("HoursEntry", "written_by", "created_at"),
    ("HoursEntry", "confirmed_by", "confirmed_at"),
    ("HoursEntry", "contested_by", "contested_at"),
    ("Review", "author", "created_at"),
    ("FollowUp", "asked", "answered_at"),
    ("Attendance", "person", "answered_at"),
    ("ConsentRequest", "person", "answered_at"),
    ("Consent", "person", "given_at"),
    ("Agreement", "answered_by", "answered_at"),
)


def follow(now: datetime) -> None:
    """What has become due since the last time: answers seen, last letters, closings, and people who are told."""
    today = timezone.localdate(now)
    User.objects.filter(seen_on=None).update(seen_on=today)
    with rows_of(ACT) as each:
        for silence in Inactivity.objects.open().order_by("pk"):
            each.treat(silence, partial(_go_on, silence, now=now))
        told = 0
        for person in _silent(today):
            told += bool(each.treat(person, partial(_look, person, now=now)))
            if told >= MOST:
                return


# --- who, and since when ---------------------------------------------------------------------
def _silent(today: date) -> Iterator[User]:
    """Those who might have to be told, the longest silent first. Whoever runs the site is no member of it."""
    soonest = min(
        (promises.inactive_told for promises in Promises.of_all().values()),
        default=Promises.default_of("inactive_told"),
    )
    waits = Inactivity.objects.open().filter(person=OuterRef("pk"))
    rows = User.objects.filter(
        is_active=True, is_staff=False, seen_on__lte=add_months(today, -soonest)
    )
    yield from rows.filter(~Exists(waits)).order_by("seen_on", "pk")


def terms_of(person: User) -> tuple[int, int]:
    """After how many months this person is told, and closed: of their pôles, the one that leaves most time."""
    theirs = Q(organisations__memberships__user=person)
    if person.commune:
        theirs |= Q(departments=person.commune.department_id)
    found = [Promises.of(pole) for pole in Pole.objects.filter(theirs).distinct()] or [Promises()]
    told = max(promises.inactive_told for promises in found)
    return told, max(told + 1, *(promises.inactive_closed for promises in found))


def last_sign(person: User) -> date:
    """The day of the last sign of them, wherever it stands; it is noted with them."""
    latest = [person.seen_on] if person.seen_on else []
    for model, who, when in _signs():
        at = model._base_manager.filter(**{who: person.pk}).aggregate(at=Max(when))["at"]
        if at:
            latest.append(timezone.localdate(at))
    day = max(latest)
    User.objects.seen(person.pk, day)
    return day


def _signs() -> Iterator[tuple[type[Model], str, str]]:
    for model in apps.get_models():
        if issubclass(model, Step):
            yield model, "by", "at"
    for name, who, when in SIGNS:
        yield apps.get_model("marketplace", name), who, when


# --- what keeps an account -------------------------------------------------------------------
def is_held(person: User, today: date) -> bool:
    """Whether something is to be settled before the account may be closed for its silence."""
    alone = accounts.left_alone_by(person)
    parts = TeamMember.objects.in_it().filter(person=person, mission__in=Mission.objects.live())
    return (
        administrators.is_the_last(person)
        or bool(accounts.waiting_for_an_heir(person))
        or people.blocking_missions(person).exists()
        or parts.exists()
        or _unsigned(person, alone).exists()
        or _receipts(alone, today).exists()
    )


def _unsigned(person: User, alone: list[Organisation]) -> QuerySet[Document]:
    """Papers that wait for a signature, of what they do or of what nobody else would sign for."""
    theirs = Q(mission__offer__person=person) | Q(member__person=person)
    ours = Q(mission__need__organisation__in=alone) | Q(mission__offer__organisation__in=alone)
    waits = Document.objects.kept().filter(theirs | ours | Q(organisation__in=alone))
    return waits.filter(status=DocumentStatus.TO_SIGN)


def _receipts(alone: list[Organisation], today: date) -> QuerySet[Document]:
    """Receipts given this year, and those received whose reduction may still be carried forward."""
    carried = int(parameters.on("gift_carry_years", today).amount)
    given = Q(organisation__in=alone, year=today.year)
    received = Q(donor__in=alone, year__gte=today.year - carried)
    return Document.objects.receipts().standing().filter(given | received)


# --- told, reminded, closed ------------------------------------------------------------------
@transaction.atomic
def _look(person: User, *, now: datetime) -> bool:
    """Tell this person, unless they were seen elsewhere, or something keeps their account. The coordinators of what they
    alone administer are told first."""
    person.refresh_from_db(fields=["seen_on"])  # they may have come meanwhile
    today, since = timezone.localdate(now), last_sign(person)
    told, closed = terms_of(person)
    if since > add_months(today, -told):
        return False
    if is_held(person, today):
        for house in accounts.waiting_for_an_heir(person):
            letters.administrator_silent(house, person, since=since, closes_on=None)
        return False
    closes_on = max(add_months(since, closed), add_months(today, closed - told))
    alone = accounts.left_alone_by(person)
    for house in alone:
        letters.administrator_silent(house, person, since=since, closes_on=closes_on)
    silence = Inactivity.objects.create(
        person=person, since=since, told_at=now, closes_on=closes_on
    )
    letters.account_unused(silence, alone, url=link(silence))
    return True


@transaction.atomic
def _go_on(found: Inactivity, *, now: datetime) -> bool:
    locked = Inactivity.objects.select_for_update(no_key=True, of=("self",))
    silence = locked.select_related("person").get(pk=found.pk)  # they may have come meanwhile
    if silence.ended_at:
        return False
    today, person = timezone.localdate(now), silence.person
    if not person.is_active:
        return _end(silence, Inactivity.End.CLOSED, now=now)
    if last_sign(person) > silence.since:
        return _end(silence, Inactivity.End.KEPT, now=now)
    if silence.warned_at is None:
        return today >= silence.closes_on - WARNED and _warn(silence, now=now)
    warned_on = timezone.localdate(silence.warned_at)
    if today < max(silence.closes_on, warned_on + WARNED):
        return False
    return _end(silence, _closed(person, now=now), now=now)


def _warn(silence: Inactivity, *, now: datetime) -> bool:
    silence.warned_at = now
    silence.save(update_fields=["warned_at"])
    alone = accounts.left_alone_by(silence.person)
    letters.account_closes(silence, alone, url=link(silence))
    return True


def _closed(person: User, *, now: datetime) -> Inactivity.End:
    """Close the account, unless something has come up since they were told: then they are told anew once it is settled."""
    if is_held(person, timezone.localdate(now)):
        return Inactivity.End.HELD
    try:
        people.close_account(person, now=now, unused=True)
    except (NotYet, Refusal):
        return Inactivity.End.HELD
    return Inactivity.End.CLOSED


def _end(silence: Inactivity, end: Inactivity.End, *, now: datetime) -> bool:
    silence.end, silence.ended_at = end, now
    silence.save(update_fields=["end", "ended_at"])
    return True


# --- one click in the letter -----------------------------------------------------------------
def link(silence: Inactivity) -> str:
    """The address of the page that keeps the account, signed for this silence and this mailbox alone."""
    person = silence.person
    said = [silence.pk, person.pk, mailbox(person.email)]
    return reverse("account-keep", args=[signing.dumps(said, salt=SALT)])


def from_token(token: str) -> Inactivity | None:
    """The silence behind a link, or a later one that waits; None for a forged link. Raises NotYet for one that went to another address, and once the
    account is closed."""
    try:
        number, person, *sent_to = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    silence = Inactivity.objects.select_related("person").filter(pk=number, person=person).first()
    if silence is None:
        return None
    if not silence.person.is_active:
        raise NotYet(
            _("This account is closed. You may come back with a new one, whenever you like.")
        )
    require_mailbox(silence.person, *sent_to)
    return (
        Inactivity.objects.open().select_related("person").filter(person=person).first() or silence
    )


@transaction.atomic
def keep(found: Inactivity, *, now: datetime) -> None:
    """They stay. Twice is once. Raises NotYet when the account was closed meanwhile."""
    silence = Inactivity.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
    if silence.end == Inactivity.End.CLOSED:
        raise NotYet(
            _("This account is closed. You may come back with a new one, whenever you like.")
        )
    User.objects.seen(found.person_id, timezone.localdate(now))
    if silence.end != Inactivity.End.KEPT:
        _end(silence, Inactivity.End.KEPT, now=now)
