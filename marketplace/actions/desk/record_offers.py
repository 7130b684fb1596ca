"""What the people of a pôle's own list offer: whose it is, and the draft that it becomes in the account of who has one."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace import ranking
from marketplace.actions.desk import record_needs
from marketplace.actions.desk.record_finds import AS_LINE, LINE
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    ImportLine,
    KnownLine,
    Offer,
    OfferRecord,
    OfferSkill,
    PersonRecord,
    Place,
    Time,
    reasons,
)
from marketplace.models.desk.records import Record
from marketplace.rules import deductions, permissions
from marketplace.rules.record_cells import near_person
from marketplace.rules.record_columns import EMAIL, FIRST, LAST, PERSON_NUMBER, STRUCTURE, TRADE

A_YEAR = timedelta(days=365)
LONGEST_TITLE = 120


def find_person(line: ImportLine, kept: dict[str, Any], *, now: datetime) -> None:
    """Write on the line the record of whoever offers; it is made where the pôle holds none. Raises NotYet."""
    said = line.said
    ours = PersonRecord.objects.filter(pole=kept["pole"])
    number, email = said.get(PERSON_NUMBER, ""), said.get(EMAIL, "")
    if "person_id" in said:
        if email:  # told apart by hand: the address is theirs from now on
            ours.filter(pk=said["person_id"], email="").update(email=email, changed_at=now)
        return
    found: PersonRecord | None = None
    if AS_LINE in said:
        found = _of_line(line, int(said[AS_LINE]))
    elif number:
        found = ours.filter(operator=kept["operator"], number=number).first()
    if found is None and email:
        found = ours.filter(email=email).first()
    said["person_id"] = str((found or _made(line, kept, now)).pk)


def _of_line(line: ImportLine, number: int) -> PersonRecord:
    above = line.table.lines.filter(number=number).first()
    offer = OfferRecord.objects.filter(pk=(above.record or 0) if above else 0).first()
    if offer is None:
        raise NotYet(_("Line %(line)s, of the same person, wasn’t brought in.") % {"line": number})
    return offer.person


def _made(line: ImportLine, kept: dict[str, Any], now: datetime) -> PersonRecord:
    said = line.said
    names = {"first_name": said.get(FIRST, ""), "last_name": said.get(LAST, "")}
    return PersonRecord.objects.create(
        **kept, **names, near=near_person(*names.values()), email=said.get(EMAIL, ""),
        number=said.get(PERSON_NUMBER, ""), trade=said.get(TRADE, ""),
        structure=record_needs.structure_called(said.get(STRUCTURE, ""), kept["pole"]),
        commune_id=said.get("commune_id"), brought_at=now, changed_at=now,
    )  # fmt: skip


def note_line(line: ImportLine, made: Record) -> None:
    """Whom a line has become about which somebody was asked: the same file again asks no more."""
    if digest := line.said.get(LINE):
        whom = made.person_id if isinstance(made, OfferRecord) else made.pk
        KnownLine.objects.filter(
            operator=line.table.organisation_id, kind=line.table.kind, digest=digest
        ).update(record=whom)


def require_undrafted(record: Record) -> None:
    """Raises NotYet."""
    if isinstance(record, OfferRecord) and record.offer_id:
        raise NotYet(_("It is a draft in their account meanwhile: they change it themselves."))


def take_back(record: OfferRecord, line: ImportLine) -> bool:
    """Erase what a line has made, with the person who came with it; False where they have agreed to it."""
    person = record.person
    if person.agreed_at is not None:
        return False
    record.delete()
    is_of_it = person.table_id == line.table_id and person.letter_at is None
    unused = not person.offers.exists() and not person.missions.exists()
    if is_of_it and unused and line.done_at is not None and person.changed_at <= line.done_at:
        person.delete()
    return True


# --- the draft -------------------------------------------------------------------------------
def account_of(person: PersonRecord) -> User | None:
    """Whoever has shown that the address of the record is theirs."""
    shown = EmailAddress.objects.filter(email__iexact=person.email, verified=True)
    found = (
        shown.filter(user__is_active=True).select_related("user").first() if person.email else None
    )
    return found.user if found else None


def draft_all(person: PersonRecord, *, now: datetime) -> list[Offer]:
    """Put what the person could offer among the drafts of their account, where they have one. Nobody else reads a draft, and
    only they publish it."""
    user = account_of(person)
    if user is None or not permissions.can_offer_for(user, None):
        return []
    waiting = person.offers.filter(offer=None, letter_at=None).order_by("pk")
    drafts = [_draft(record, user, now) for record in waiting.select_related("commune", "by")]
    return [draft for draft in drafts if draft is not None]


def note_offer(record: int, offer: Offer) -> None:
    """Somebody has written the offer that the pôle's list spoke of: it isn't proposed to them a second time."""
    OfferRecord.objects.filter(pk=record, offer=None).update(offer=offer)


def _draft(record: OfferRecord, user: User, now: datetime) -> Offer | None:
    """None where the list doesn't say enough, or speaks of working time: their employer would read it before they have said
    yes. They then begin it from the page of their record."""
    today = timezone.localdate(now)
    commune = record.commune or record.person.commune or user.commune
    pole = Pole.objects.filter(departments=commune.department_id).first() if commune else None
    if commune is None or pole is None or record.time == Time.WORK or not record.hours:
        return None
    begins = max(record.begun_on or today, today)
    ends = record.ended_on or begins + A_YEAR
    if ends < begins:
        return None
    offer = Offer.objects.create(
        pole=pole, person=user, created_by=user, title=_title(record, user), about=record.text,
        time=Time.OWN, place=Place.BOTH, commune=commune, hours=ceil(record.hours),
        starts_on=begins, ends_on=ends, languages=record.languages,
    )  # fmt: skip
    skills = record_needs.skills_in(record.text)
    OfferSkill.objects.bulk_create(OfferSkill(offer=offer, skill=skill) for skill in skills)
    told = reasons.coded("told-by-file", day=timezone.localdate(record.brought_at))
    offer.begin(by=record.by, reason=told)
    ranking.changed(offer)
    record.offer = offer
    record.save(update_fields=["offer"])
    return offer


def _title(record: OfferRecord, user: User) -> str:
    return (record.person.trade or user.trade or deductions.title_of(record.text))[:LONGEST_TITLE]
