"""A coordinator writes for somebody who phoned or was visited; these take it up, once, by the link of a letter.

What several may do at the same moment (take up, send, erase) locks in one order: the organisation, the need, the row of what
was written for it; `locked` does all three. Whoever holds the need already goes on to the row, and asks for nothing before it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import authorities, tokens
from accounts import letters as house_letters
from accounts.actions import joining
from accounts.actions.organisations import pole_covering
from accounts.actions.refusals import Refusal
from accounts.models import Commune, Membership, Organisation, PastMembership, Pole, User
from accounts.models.leavings import why_nothing_new
from accounts.models.organisations import NUMBER_TAKEN
from marketplace import letters, ranking
from marketplace.actions.desk import journal
from marketplace.actions.market import consents
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Behalf,
    ConsentKind,
    JournalKind,
    Need,
    NeedRecord,
    NeedSkill,
    OrganisationRecord,
    Skill,
    reasons,
)
from marketplace.models.desk.behalf import LASTS
from marketplace.rules import deductions, permissions
from marketplace.rules.journal_parties import NOUNS, Reader

A_MOMENT = timedelta(hours=1)
RESEND_AFTER = timedelta(minutes=10)
MOST_LETTERS = 4
LONGEST_TITLE = 120  # of a need
RELATED = ("pole", "by", "organisation", "need", "commune", "asked_by")


@dataclass(frozen=True)
class Told:
    """From whom it was heard, how, and on which day."""

    person: str
    email: str
    phone: str
    heard: str
    heard_on: date


@transaction.atomic
def write_need(
    organisation: Organisation,
    *,
    told: Told,
    text: str,
    skills: Collection[Skill] = (),
    brought: NeedRecord | None = None,
    held: OrganisationRecord | None = None,
    by: User,
    now: datetime,
) -> Need:
    """Begin a need for a structure, known or (without a number yet) made with it; with what a record says of it (`brought`),
    or made from what a record says of the structure (`held`), which is tied to it: it isn't made twice.
    The draft is read by the pôle's coordinators alone; nothing leaves before it is sent. A second click returns what the
    first has made. Raises NotYet."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if brought is not None and (written := _unwritten(brought).need):
        return written
    if there := _written_already(organisation, text, by=by, now=now):
        return there
    is_new = organisation.pk is None
    if held is not None:
        _require_unmade(held)
    if is_new:
        _register(organisation, by=by)
    if held is not None:
        kept = OrganisationRecord.objects.filter(pk=held.pk)
        kept.update(organisation=organisation, changed_at=now)
    return _begin(organisation, told, text, skills, by=by, now=now, is_new=is_new, brought=brought)


def bring_need(
    record: NeedRecord, house: Organisation, *, skills: Collection[Skill], by: User, now: datetime
) -> None:
    """Begin the need of a structure of the site as a list of the pôle's says it. Raises NotYet."""
    told = Told("", "", "", Behalf.Heard.FILE, timezone.localdate(now))
    text = record.text or record.title
    _begin(house, told, text, skills, by=by, now=now, is_new=False, brought=record)


def _begin(
    organisation: Organisation,
    told: Told,
    text: str,
    skills: Collection[Skill],
    *,
    by: User,
    now: datetime,
    is_new: bool,
    brought: NeedRecord | None,
) -> Need:
    _require_may_write(organisation, by=by)
    need = Need(organisation=organisation, pole=organisation.pole, created_by=by)
    need.commune, need.context = organisation.commune, text
    need.title = deductions.title_of(text)
    if brought is not None:
        _as_brought(need, brought, timezone.localdate(now))
    deductions.complete(need, timezone.localdate(now))
    need.save()
    NeedSkill.objects.bulk_create([NeedSkill(need=need, skill=skill) for skill in skills])
    need.begin(by=by, reason=_heard(told))
    _keep(told, pole=need.pole, by=by, now=now, need=need, organisation=organisation, made=is_new)
    reader = Reader.of_user(by)
    journal.tell(JournalKind.FOR_THEM, NOUNS["need"], need.pk, reader=reader, now=now)
    ranking.changed(need)
    if brought is not None:
        NeedRecord.objects.filter(pk=brought.pk).update(need=need, changed_at=now)
        structures = OrganisationRecord.objects.filter(pk=brought.structure_id, organisation=None)
        structures.update(organisation=organisation)
    return need


def _unwritten(record: NeedRecord) -> NeedRecord:
    """The record, locked. Raises NotYet."""
    rows = NeedRecord.objects.select_for_update(no_key=True, of=("self",)).select_related("need")
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise NotYet(_("This need has been erased from what was brought in."))
    return found


def _require_unmade(record: OrganisationRecord) -> None:
    """Locks the record. Raises NotYet."""
    rows = OrganisationRecord.objects.select_for_update(no_key=True, of=("self",))
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise NotYet(_("This structure has been erased from what was brought in."))
    if found.organisation_id:
        raise NotYet(
            _("This structure has been made from its record meanwhile: look for its name.")
        )


def _as_brought(need: Need, record: NeedRecord, today: date) -> None:
    """Its title, place, days and hours, as the list says them; days that have passed are today."""
    short = len(record.title) <= LONGEST_TITLE
    need.title = record.title if short else deductions.title_of(record.title)
    need.commune = record.commune or need.commune
    need.languages = record.languages
    if record.hours:
        need.hours = ceil(record.hours)
    if record.ended_on and record.ended_on >= today:
        need.ends_on = record.ended_on
    if record.begun_on and (record.ended_on or today) >= today:
        need.starts_on = max(record.begun_on, today)


@transaction.atomic
def write_offer(
    pole: Pole, *, told: Told, text: str, commune: Commune | None, by: User, now: datetime
) -> Behalf:
    """Keep what somebody offers, for them to say yes or no; one letter asks them. Raises NotYet."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not by.coordinates(pole):
        raise NotYet(_("You no longer coordinate this pôle."))
    same = Behalf.objects.waiting().filter(by=by, pole=pole, need=None, text=text)
    if there := same.filter(email=told.email, created_at__gt=now - A_MOMENT).first():
        return there
    behalf = _keep(told, pole=pole, by=by, now=now, text=text, commune=commune)
    send(behalf, now=now)
    return behalf


def _written_already(
    organisation: Organisation, text: str, *, by: User, now: datetime
) -> Need | None:
    lately = Behalf.objects.waiting().filter(by=by, created_at__gt=now - A_MOMENT)
    same = lately.filter(organisation__name=organisation.name, need__context=text)
    found = same.select_related("need").first()
    return found.need if found else None


def _heard(told: Told) -> str:
    if told.heard == Behalf.Heard.FILE:
        return reasons.coded("told-by-file", day=told.heard_on)
    if told.heard == Behalf.Heard.VISIT:
        return reasons.coded("told-by-visit", day=told.heard_on)
    return reasons.coded("told-by-call", day=told.heard_on)


def _register(organisation: Organisation, *, by: User) -> None:
    try:
        organisation.pole = pole_covering(organisation.commune)
    except Refusal as refusal:
        raise NotYet(str(refusal)) from None
    if not by.coordinates(organisation.pole):
        raise NotYet(
            _("%(commune)s is in the territory of %(pole)s: its coordinators write for it.")
            % {"commune": organisation.commune, "pole": organisation.pole}
        )
    organisation.kind = Organisation.Kind.ESS
    authorities.settle(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        organisation.pk = None
        raise NotYet(str(NUMBER_TAKEN)) from None
    step = organisation.steps.create(before="", after=organisation.status, by=by)
    house_letters.organisation_submitted(step)


def _require_may_write(organisation: Organisation, *, by: User) -> None:
    if not organisation.is_active or organisation.is_refused:
        raise NotYet(_("Nothing is written for this organisation today: its page says why."))
    if not permissions.can_write_for(by, organisation):
        raise NotYet(_("You can’t write for this organisation."))
    if why := why_nothing_new(organisation):
        raise NotYet(why)


def _keep(
    told: Told,
    *,
    pole: Pole,
    by: User,
    now: datetime,
    need: Need | None = None,
    organisation: Organisation | None = None,
    made: bool = False,
    text: str = "",
    commune: Commune | None = None,
) -> Behalf:
    return Behalf.objects.create(
        pole=pole, by=by, heard=told.heard, heard_on=told.heard_on, need=need,
        organisation=organisation, made_here=made, text=text, commune=commune,
        person=told.person, email=told.email.lower(), phone=told.phone,
        created_at=now, ends_at=now + LASTS,
    )  # fmt: skip


# --- the letter ----------------------------------------------------------------------------
def sent(need: Need, *, by: User, now: datetime) -> None:
    """The need has been sent to the coordinators: one letter tells whom it is for. Sent by the structure itself, it is taken
    up."""
    follow(need)
    behalf = _waiting(need=need)
    if behalf is None:
        return
    if by.speaks_for(need.organisation):
        _claimed(behalf, by=by, now=now)
    elif behalf.sent_at is None:
        send(behalf, now=now)


def follow(need: Need) -> None:
    """Its structure may turn out to be of another pôle until it is verified: whose coordinators then read it."""
    Behalf.objects.filter(need=need).exclude(pole=need.pole_id).update(pole=need.pole_id)


def send(behalf: Behalf, *, now: datetime) -> bool:
    """False where there is nobody to write to."""
    house = behalf.organisation
    on_site = house is not None and house.memberships.administrators().people().exists()
    if not (on_site or behalf.email):
        return False
    letters.OF_BEHALF.cancel(behalf=behalf.pk, reason="sent again", now=now)
    secret = tokens.new_secret()
    behalf.token = "" if on_site else tokens.digest(secret)
    behalf.sent_at, behalf.times = now, behalf.times + 1
    behalf.ends_at, behalf.warned_at = now + LASTS, None
    behalf.save(update_fields=["token", "sent_at", "times", "ends_at", "warned_at"])
    if on_site:
        letters.behalf_yours(behalf)
    else:
        letters.behalf_written(behalf, secret)
    return True


@transaction.atomic
def renew(behalf: Behalf, *, email: str, by: User, now: datetime) -> None:
    """Send the letter again, with another link, good for sixty days from today; the one before stops working. Raises
    NotYet."""
    fresh = _waiting(pk=behalf.pk)
    if fresh is None or not Behalf.objects.visible_to(by).filter(pk=behalf.pk).exists():
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    if fresh.organisation is not None and not fresh.organisation.is_active:
        raise NotYet(_("Nothing is written for this organisation today: its page says why."))
    if fresh.times >= MOST_LETTERS:
        raise NotYet(_("They have had enough letters: ask them another way whether one came."))
    if fresh.sent_at and fresh.sent_at > now - RESEND_AFTER:
        raise NotYet(_("The letter left a few minutes ago: give it the time to arrive."))
    fresh.email = (email or fresh.email).lower()
    fresh.save(update_fields=["email"])
    if not send(fresh, now=now):
        raise NotYet(_("Write their e-mail address first."))


def from_secret(secret: str) -> Behalf | None:
    """What the link of a letter opens; None for a link that isn't whole, is used, or that a newer one has replaced."""
    rows = Behalf.objects.waiting().select_related(*RELATED)
    return rows.filter(token=tokens.digest(secret)).first()


# --- taken up ------------------------------------------------------------------------------
@transaction.atomic
def claim(behalf: Behalf, *, by: User, now: datetime) -> str:
    """Whom it is for takes it up: of a structure made with it they become the administrator; what they offer is theirs to
    write from now on. Returns the words of an offer. That the address is theirs is the caller's to ask. Raises NotYet."""
    fresh = locked(behalf)
    if fresh is None or fresh.token != behalf.token:
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    if fresh.is_ended(now):
        raise NotYet(_("This link has run out: it lasted sixty days."))
    if fresh.organisation is None:
        text = fresh.text
        consents.give(by, ConsentKind.BEHALF, fresh)
        _claimed(fresh, by=by, now=now)
        return text
    _enter(fresh.organisation, by=by, now=now)
    theirs = fresh.organisation.behalves.waiting().select_related(*RELATED)
    for one in theirs.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        _claimed(one, by=by, now=now)
    return ""


@transaction.atomic
def take_up(need: Need, *, by: User, now: datetime) -> None:
    """Somebody of a structure that was on the site already answers for the need from now on. Raises NotYet."""
    found = Behalf.objects.waiting().filter(need=need).first()
    behalf = locked(found) if found else None
    if behalf is None or not by.speaks_for(need.organisation):
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    _claimed(behalf, by=by, now=now)


def _enter(house: Organisation, *, by: User, now: datetime) -> None:
    """Nobody takes an organisation over by a link: only the first one enters one that was made for them."""
    if by.speaks_for(house):
        return
    require_enterable(house)
    try:
        joining.join(house, user=by, role=Membership.Role.ADMINISTRATOR, came_by="", now=now)
    except Refusal as refusal:
        raise NotYet(str(refusal)) from None


def require_enterable(house: Organisation) -> None:
    """Raises NotYet for a structure that somebody has entered, or that wasn't made for them."""
    if not house.is_active:
        raise NotYet(_("This organisation is suspended or closed: ask the coordination."))
    people = house.memberships.exists() or PastMembership.objects.filter(organisation=house)
    if people or not house.behalves.filter(made_here=True).exists():
        raise NotYet(
            _("%(name)s has people on the site: ask them to let you join it.") % {"name": house}
        )


def _claimed(behalf: Behalf, *, by: User, now: datetime) -> None:
    letters.forget_behalf(behalf)
    behalf.claimed_at, behalf.claimed_by = now, by
    behalf.asked_by = behalf.asked_at = None
    behalf.person = behalf.email = behalf.phone = behalf.text = behalf.token = ""
    behalf.save(
        update_fields=[
            *("claimed_at", "claimed_by", "asked_by", "asked_at"),
            *("person", "email", "phone", "text", "token"),
        ]
    )
    if behalf.need is not None:
        behalf.need.note(by=by, reason=reasons.coded("taken-up"))
    letters.behalf_claimed(behalf, by=by)


def locked(found: Behalf) -> Behalf | None:
    """It and what hangs on it, locked; None where it waits no more. What is erased in this moment goes together."""
    if found.organisation_id:
        Organisation.objects.select_for_update(no_key=True).filter(pk=found.organisation_id).first()
    if found.need_id:
        Need.objects.select_for_update(no_key=True).filter(pk=found.need_id).first()
    return _waiting(pk=found.pk)


def _waiting(**which: object) -> Behalf | None:
    rows = Behalf.objects.waiting().select_related(*RELATED)
    return rows.select_for_update(no_key=True, of=("self",)).filter(**which).first()
