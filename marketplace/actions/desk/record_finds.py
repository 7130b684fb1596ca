"""What each line of a pôle's own list is, beside what the pôle holds: new, known, perhaps known, or wrong."""

from django.utils import timezone

from common.roots import fold
from marketplace.actions.desk.record_matches import (
    Communes,
    KnownLines,
    KnownPeople,
    KnownStructures,
)
from marketplace.actions.desk.record_values import COMMUNE, differs
from marketplace.models import (
    Import,
    ImportLine,
    MissionRecord,
    NeedRecord,
    OfferRecord,
)
from marketplace.models.desk.records import Record
from marketplace.rules import record_cells, record_faults
from marketplace.rules.people_lists import Person
from marketplace.rules.record_columns import (
    BEGUN,
    EMAIL,
    ENDED,
    FIRST,
    HOURS,
    HOUSE_NUMBER,
    LAST,
    MISSIONS,
    NAME,
    NEEDS,
    NUMBER,
    OFFERS,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    PERSON_NUMBER,
    RNA,
    SIRET,
    STATE,
    STRUCTURE,
    TEXT,
    TITLE,
)  # fmt: skip
from marketplace.words import contacts

Outcome = ImportLine.Outcome
# What a line says beside its columns: the fingerprint by which it is known again, and the line above that it is.
LINE, AS_LINE = "line", "as_line"


class Find:
    """What one line is: new, known, or perhaps known."""

    def __init__(self, table: Import) -> None:
        self.table = table
        self.seen: dict[tuple[str, str], int] = {}  # what a line is known by → its number
        self.communes = Communes()

    def above(self, one: Person, *keys: tuple[str, str]) -> int | None:
        """The line above that is known by the same; this one is, from now on."""
        found = next((self.seen[key] for key in keys if key in self.seen), None)
        self.seen.update({key: one.number for key in keys if key[1] and key not in self.seen})
        return found

    def settle(self, line: ImportLine, one: Person) -> None:
        """Write the outcome on the line."""
        raise NotImplementedError

    def known(self, line: ImportLine, record: Record) -> None:
        """It is this record: something changes, or nothing does."""
        line.record = record.pk
        line.before = differs(record, self.table.kind, line.said)
        line.outcome = Outcome.CHANGE if line.before else Outcome.LEAVE
        line.note = "" if line.before else "known"


class _Organisations(Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.here = KnownStructures(table.pole, table.organisation)

    def settle(self, line: ImportLine, one: Person) -> None:
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        named = fold(one.said[NAME]) + one.said.get(COMMUNE, "")
        keys = [(field, one.said.get(field, "")) for field in (NUMBER, SIRET, RNA)]
        if NUMBER not in one.said:
            keys.append((NAME, named))
        if self.above(one, *(key for key in keys if key[1])) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif (same := self.here.same(one)) is not None:
            self.known(line, self.here.records[same])
        elif (organisation := self.here.here(one)) is not None:
            one.said["organisation_id"] = str(organisation)
            line.outcome, line.note = Outcome.MAKE, "on-site"
        elif like := self.here.like(one):
            self._like(line, one, like)
        else:
            line.outcome = Outcome.MAKE

    def _like(self, line: ImportLine, one: Person, like: tuple[str, int]) -> None:
        what, pk = like
        if what == "record" and self.here.is_the_same(one, pk, one.said.get(COMMUNE, "")):
            return self.known(line, self.here.records[pk])
        line.outcome, line.note, line.record = Outcome.ASK, f"like-{what}", pk


class _People(Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.people = KnownPeople(table)
        self.lines = KnownLines(table)
        self.structures = KnownStructures(table.pole, table.organisation)

    def settle(self, line: ImportLine, one: Person) -> None:
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        if words := one.said.get(STRUCTURE):
            found = self.structures.called(words)
            one.said.update({"structure_id": str(found[0])} if len(found) == 1 else {})
        number, email = one.said.get(NUMBER, ""), one.said.get(EMAIL, "")
        keys = [key for key in ((NUMBER, number), (EMAIL, email)) if key[1]]
        if email and self.people.has_refused(email):
            line.outcome, line.note = Outcome.LEAVE, "refused"
        elif self.above(one, *keys) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif (same := self.people.same(one)) is not None:
            self.known(line, self.people.records[same])
        elif not keys:
            self._by_name(line, one)
        elif (like := self.people.like(one)) is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-record", like
        else:
            line.outcome, line.note = Outcome.MAKE, "" if email else "no-address"

    def _by_name(self, line: ImportLine, one: Person) -> None:
        """Of a name alone one can't tell whether it is somebody else: what nobody has answered before is asked."""
        name = record_cells.near_person(one.said.get(FIRST, ""), one.said.get(LAST, ""))
        above = self.above(one, (NAME, name))
        digest = one.said[LINE] = self.lines.digest(one)
        answer = self.lines.said_of(digest)
        is_above, record = answer or (False, None)
        line.outcome, line.note = Outcome.MAKE, "no-address"
        if is_above and above is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif record in self.people.records:
            self.known(line, self.people.records[record])
        elif answer is None and above is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-line", above
        elif answer is None and (like := self.people.like(one)) is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-record", like


class _Missions(Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.structures = KnownStructures(table.pole, table.organisation)
        self.people = KnownPeople(table)
        self.numbers: dict[str, MissionRecord] = {}
        self.alike: dict[tuple[str, ...], MissionRecord] = {}
        for record in MissionRecord.objects.filter(pole=table.pole).iterator(2000):
            if record.number and record.operator_id == table.organisation_id:
                self.numbers[record.number] = record
            person = str(record.person_id or "")
            self.alike[
                str(record.structure_id),
                str(record.begun_on),
                str(record.hours),
                person,
                record.title,
            ] = record

    def settle(self, line: ImportLine, one: Person) -> None:
        found = self.structures.called(one.said[STRUCTURE])
        if len(found) != 1:
            one.wrong(STRUCTURE, "several-structures" if found else "unknown-structure")
            line.outcome = Outcome.FAULT
            return
        one.said["structure_id"] = str(found[0])
        if words := one.said.get(PERSON):
            self._person(one, words)
        alike = tuple(
            one.said.get(name, "") for name in ("structure_id", BEGUN, HOURS, "person_id", TITLE)
        )
        number = one.said.get(NUMBER, "")
        key = (NUMBER, number) if number else ("alike", "\0".join(alike))
        known = self.numbers.get(number) if number else self.alike.get(alike)
        if self.above(one, key) is not None:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif known is not None:
            self.known(line, known)
        else:
            line.outcome = Outcome.MAKE

    def _person(self, one: Person, words: str) -> None:
        """Of somebody whom the pôle holds nothing on, the name isn't kept: one person came."""
        if (person := self.people.called(words)) is not None:
            one.said["person_id"] = str(person)
        else:
            one.wrong(PERSON, "unknown-person")
        del one.said[PERSON]


class _Needs(Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        assert table.pole is not None
        self.structures = KnownStructures(table.pole, table.organisation)
        held = self.structures.records.values()
        self.of_site = {one.organisation_id: one.pk for one in held if one.organisation_id}
        self.made: dict[str, str] = {}  # a name that is nobody's yet, as it is spelled first
        self.numbers: dict[str, NeedRecord] = {}
        self.alike: dict[tuple[str, str], NeedRecord] = {}
        for record in NeedRecord.objects.filter(pole=table.pole).iterator(2000):
            if record.number and record.operator_id == table.organisation_id:
                self.numbers[record.number] = record
            self.alike[str(record.structure_id), fold(record.title)] = record

    def settle(self, line: ImportLine, one: Person) -> None:
        self._no_details(one)
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        line.outcome = Outcome.FAULT
        if TITLE not in one.said or not (whose := self._structure(one)):
            return
        number, alike = one.said.get(NUMBER, ""), (whose, fold(one.said[TITLE]))
        key = (NUMBER, number) if number else ("alike", "\0".join(alike))
        known = self.numbers.get(number) if number else self.alike.get(alike)
        line.outcome = Outcome.LEAVE
        if self.above(one, key) is not None:
            line.note = "said-above"
        elif known is not None and known.need_id:
            line.note = "written"
        elif known is not None:
            self.known(line, known)
        elif one.said.get(STATE) == record_cells.CLOSED:
            line.note = "not-open"
        elif (last := one.said.get(ENDED)) and last < str(timezone.localdate()):
            line.note = "past"
        else:
            line.outcome, line.note = Outcome.MAKE, self._becomes(one)

    def _no_details(self, one: Person) -> None:
        """Nobody's address or number stands in what others will read."""
        for name in (TEXT, TITLE):
            if found := contacts.found_in(one.said.get(name, "")):
                one.wrong(name, "details", found=found[0][:80])
                del one.said[name]

    def _structure(self, one: Person) -> str:
        """Write on the line whose need it is: a record, an organisation of the site, or a name that is nobody's yet. Returns
        what tells it from others; "" where that is to be corrected."""
        words = one.said[STRUCTURE]
        record, here = self.structures.numbered(one.said.get(HOUSE_NUMBER, ""))
        records = [record] if record is not None else self.structures.exactly(words)
        houses = [here] if here is not None else self.structures.named_here.get(fold(words), [])
        if record is None and (here is not None or not records):
            records = []
            if len(houses) == 1 and houses[0] in self.of_site:
                records = [self.of_site[houses[0]]]
            elif len(houses) == 1:
                one.said["organisation_id"] = str(houses[0])
                return f"here:{houses[0]}"
        if len(records) == 1:
            one.said["structure_id"] = str(records[0])
            return str(records[0])
        if records or houses:
            one.wrong(STRUCTURE, "several-structures")
        elif known := self.structures.almost(words):
            one.wrong(STRUCTURE, "like-structure", known=known)
        else:
            one.said[STRUCTURE] = self.made.setdefault(fold(words), words)
            return f"new:{fold(words)}"
        return ""

    def _becomes(self, one: Person) -> str:
        if "organisation_id" in one.said:
            return "draft"
        if "structure_id" not in one.said:
            return "new-structure"
        record = self.structures.records[int(one.said["structure_id"])]
        return "draft" if record.organisation_id else ""


class _Offers(Find):
    def __init__(self, table: Import) -> None:
        super().__init__(table)
        self.people = KnownPeople(table)
        self.lines = KnownLines(table)
        self.numbers: dict[str, OfferRecord] = {}
        self.alike: dict[tuple[str, str], OfferRecord] = {}
        for record in OfferRecord.objects.filter(pole=table.pole_id).iterator(2000):
            if record.number and record.operator_id == table.organisation_id:
                self.numbers[record.number] = record
            self.alike[str(record.person_id), fold(record.text)] = record

    def settle(self, line: ImportLine, one: Person) -> None:
        if found := contacts.found_in(one.said.get(TEXT, "")):
            one.wrong(TEXT, "details-offered", found=found[0][:80])
        if commune := self.communes.of(one):
            one.said[COMMUNE] = commune
        line.outcome = Outcome.LEAVE
        if one.said.get(EMAIL) and self.people.has_refused(one.said[EMAIL]):
            line.note = "refused"
        elif (last := one.said.get(ENDED)) and last < str(timezone.localdate()):
            line.note = "offer-past"
        else:
            line.outcome = Outcome.FAULT
            if not found and (whose := self._person(line, one)):
                self._settle(line, one, whose)

    def _settle(self, line: ImportLine, one: Person, whose: str) -> None:
        number, alike = one.said.get(NUMBER, ""), (whose, fold(one.said[TEXT]))
        known = self.numbers.get(number) if number else self.alike.get(alike)
        if self.above(one, (NUMBER, number) if number else ("alike", "\0".join(alike))) is not None:
            line.outcome, line.note, line.record = Outcome.LEAVE, "said-above", None
        elif line.outcome == Outcome.ASK:
            return
        elif known is not None and str(known.person_id) != whose:
            one.wrong(NUMBER, "another-person")
        elif known is not None and known.offer_id:
            line.outcome, line.note = Outcome.LEAVE, "drafted"
        elif known is not None:
            self.known(line, known)
        else:
            new = "" if "person_id" in one.said else "new-person"
            line.outcome, line.note = Outcome.MAKE, new

    def _person(self, line: ImportLine, one: Person) -> str:
        """Write on the line whose offer it is; whom nobody holds yet is made with it. Returns what tells them from others, ""
        where that is to be corrected; what is to be asked is asked."""
        number, email = one.said.get(PERSON_NUMBER, ""), one.said.get(EMAIL, "")
        found = self.people.numbers.get(number, self.people.addresses.get(email))
        named = FIRST in one.said or LAST in one.said
        if found is not None:
            one.said["person_id"] = str(found)
            return str(found)
        if number and not (named or email):
            one.wrong(PERSON_NUMBER, "unknown-number")
            return ""
        if not (number or email):
            return self._by_name(line, one)
        whose = f"{PERSON_NUMBER}:{number}" if number else f"{EMAIL}:{email}"
        first = self.above(one, ("whose", whose)) is None
        if first and named and (like := self.people.like(one)) is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-person", like
        return whose

    def _by_name(self, line: ImportLine, one: Person) -> str:
        name = record_cells.near_person(one.said.get(FIRST, ""), one.said.get(LAST, ""))
        above = self.above(one, ("whose", name))
        digest = one.said[LINE] = self.lines.digest(one)
        answer = self.lines.said_of(digest)
        is_above, record = answer or (False, None)
        if record in self.people.records:
            one.said["person_id"] = str(record)
            return str(record)
        if is_above and above is not None:
            one.said[AS_LINE] = str(above)
        elif answer is None and above is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-line", above
        elif answer is None and (like := self.people.like(one)) is not None:
            line.outcome, line.note, line.record = Outcome.ASK, "like-person", like
        return f"{name} {above or one.number}" if AS_LINE in one.said else f"{name} {one.number}"


FINDS: dict[str, type[Find]] = {
    ORGANISATIONS: _Organisations,
    PEOPLE: _People,
    MISSIONS: _Missions,
    NEEDS: _Needs,
    OFFERS: _Offers,
}


def line_of(table: Import, at: int, one: Person, find: Find) -> ImportLine:
    line = ImportLine(table=table, position=at, number=one.number, typed=one.typed, said=one.said)
    if record_faults.stops(table.kind, one):
        line.outcome = Outcome.FAULT
    else:
        find.settle(line, one)
    line.faults = one.faults
    return line


def total_of(table: Import, at: int, one: Person) -> ImportLine:
    """The last line, which adds up the others: it is left."""
    return ImportLine(
        table=table, position=at, number=one.number, typed=one.typed,
        outcome=Outcome.LEAVE, note="total",
    )  # fmt: skip
