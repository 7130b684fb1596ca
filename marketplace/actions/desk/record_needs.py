"""The needs of a pôle's own list: whose they are, and the draft that one becomes where its structure is on the site."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import Organisation, Pole, User
from marketplace import ranking, words
from marketplace.actions.desk import behalf
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf, ImportLine, NeedRecord, OrganisationRecord, Skill
from marketplace.models.desk.records import Record
from marketplace.rules.record_cells import near
from marketplace.rules.record_columns import STRUCTURE
from marketplace.states import NeedStatus

MOST_SKILLS = 4


def find_structure(line: ImportLine, kept: dict[str, Any], *, now: datetime) -> None:
    """Write the record of the structure on the line; it is made where the pôle holds none. Raises NotYet."""
    if "structure_id" in line.said:
        return
    ours = OrganisationRecord.objects.filter(pole=kept["pole"])
    if number := line.said.get("organisation_id"):
        house = Organisation.objects.filter(pk=number, pole=kept["pole"]).first()
        if house is None:
            raise NotYet(_("This structure has left the pôle meanwhile."))
        name, found = house.name, ours.filter(organisation=house).first()
    else:
        name, house = line.said[STRUCTURE], None
        found = ours.filter(name=name).first()
    found = found or OrganisationRecord.objects.create(
        **kept, name=name, near=near(name), organisation=house, brought_at=now, changed_at=now
    )
    line.said["structure_id"] = str(found.pk)
    line.said.pop("organisation_id", None)


def structure_called(name: str, pole: Pole) -> OrganisationRecord | None:
    """The one record of the pôle that bears this very name."""
    found = list(OrganisationRecord.objects.filter(pole=pole, name=name)[:2] if name else ())
    return found[0] if len(found) == 1 else None


def require_unwritten(record: Record) -> None:
    """Raises NotYet."""
    if isinstance(record, NeedRecord) and record.need_id:
        raise NotYet(_("This need has been written meanwhile: change it on its own page."))


def draft(record: NeedRecord, *, by: User, now: datetime) -> None:
    """Of a structure that is on the site, and may be written for today, the need becomes a draft; otherwise it waits among the
    records."""
    house = record.structure.organisation
    if house is None or not record.is_open:
        return
    try:
        with transaction.atomic():
            behalf.bring_need(record, house, skills=skills_in(record.words), by=by, now=now)
    except NotYet:
        return  # suspended, refused, or one's own: its record says no more


def skills_in(text: str) -> list[Skill]:
    """The skills that are surely read in what a need or an offer says."""
    read = words.suggest(text[:20_000], top=MOST_SKILLS)
    codes = [one.code for one in read if one.score >= words.UNSURE]
    known = {skill.code: skill for skill in Skill.objects.current().filter(code__in=codes)}
    return [known[code] for code in codes if code in known]


def take_back(record: NeedRecord, line: ImportLine) -> bool:
    """Erase the need that a line has made, with its draft and the structure that came with it; False where somebody has
    used the draft."""
    if record.need is not None and not _erase_draft(record, line):
        return False
    structure, table = record.structure, line.table_id
    record.delete()
    made_here = structure.table_id == table and not structure.people.exists()
    if made_here and line.done_at is not None and structure.changed_at <= line.done_at:
        try:
            with transaction.atomic():
                structure.delete()
        except ProtectedError:
            pass  # other needs, or missions, name it
    return True


def _erase_draft(record: NeedRecord, line: ImportLine) -> bool:
    assert line.done_at is not None
    found = Behalf.objects.waiting().filter(need=record.need_id).first()
    told = behalf.locked(found) if found else None
    if told is None or told.sent_at is not None or (need := told.need) is None:
        return False
    if need.status != NeedStatus.DRAFT or need.updated_at > line.done_at:
        return False
    told.delete()
    ranking.changed(need)
    need.delete()
    return True
