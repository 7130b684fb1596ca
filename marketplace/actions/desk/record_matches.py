"""What a pôle holds already, against which each line of its list is put: read once for a whole list, so that a list of twenty
thousand lines costs as many questions as one of ten."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from accounts import places, tokens
from accounts.models import Commune, Organisation, Pole
from common.roots import fold
from marketplace.documents import sealing
from marketplace.models import Import, KnownLine, OrganisationRecord, PersonRecord, RefusedRecord
from marketplace.rules.people_lists import Person
from marketplace.rules.record_cells import near, near_person
from marketplace.rules.record_columns import (
    EMAIL,
    FIRST,
    LAST,
    NAME,
    NUMBER,
    POSTAL_CODE,
    RNA,
    SIREN,
    SIRET,
    TOWN,
)  # fmt: skip

MOST_UNKNOWN = 200  # names of communes that nobody knows, after which no more are looked for
MOST_ALIKE = 20  # organisations of nearly one name against which a line is put
BY_NUMBER = (SIRET, RNA, SIREN)


class Communes:
    """Communes by what is typed of them, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._unknown = 0

    def of(self, one: Person) -> str:
        """The number of the commune that a line names; "" when it names none, or none that we know, which is a fault."""
        typed = " ".join(filter(None, (one.said.get(POSTAL_CODE), one.said.get(TOWN))))
        if not typed:
            return ""
        key = fold(typed)
        if key not in self._known:
            self._known[key] = self._look(typed)
            self._unknown += not self._known[key]
        if not self._known[key]:
            one.wrong(TOWN if TOWN in one.said else POSTAL_CODE, "unknown-town")
        return self._known[key]

    def _look(self, typed: str) -> str:
        found: list[Commune] = places.meant(typed) if self._unknown < MOST_UNKNOWN else []
        return found[0].pk if len(found) == 1 else ""


class KnownStructures:
    """The organisations of a pôle, of its records and of the site, by number, by name, by nearly the same name."""

    def __init__(self, pole: Pole, operator: Organisation) -> None:
        self.numbers: dict[str, int] = {}  # the operator's own → record
        self.legal: dict[tuple[str, str], int] = {}  # SIRET, RNA, SIREN → record
        self.legal_here: dict[tuple[str, str], int] = {}  # → organisation of the site
        self.near: dict[str, list[int]] = defaultdict(list)
        self.near_here: dict[str, list[int]] = defaultdict(list)
        self.records: dict[int, OrganisationRecord] = {}
        self.named: dict[str, list[int]] = defaultdict(list)
        self.named_here: dict[str, list[int]] = defaultdict(list)
        self.names_here: dict[int, str] = {}
        rows = OrganisationRecord.objects.filter(pole=pole).order_by("pk")
        for record in rows.iterator(2000):
            self._add(record, operator)
        here = Organisation.objects.holding_numbers().filter(pole=pole).without_operators()
        for pk, name, siret, rna, siren in here.order_by("pk").values_list(
            "pk", "name", SIRET, RNA, SIREN
        ):
            self.near_here[near(name)].append(pk)
            self.named_here[fold(name)].append(pk)
            self.names_here[pk] = name
            for field, number in ((SIRET, siret), (RNA, rna), (SIREN, siren if not siret else "")):
                self.legal_here.update({(field, number): pk} if number else {})

    def _add(self, record: OrganisationRecord, operator: Organisation) -> None:
        self.records[record.pk] = record
        self.near[record.near].append(record.pk)
        self.named[fold(record.name)].append(record.pk)
        if record.number and record.operator_id == operator.pk:
            self.numbers[record.number] = record.pk
        for field in BY_NUMBER:
            # A company may have several establishments: a SIREN is one only where there is no SIRET.
            if (number := getattr(record, field)) and (field != SIREN or not record.siret):
                self.legal[field, number] = record.pk

    def same(self, one: Person) -> int | None:
        """The record that a line is without any doubt: by the operator's number, or by a legal one."""
        if (found := self.numbers.get(one.said.get(NUMBER, ""))) is not None:
            return found
        return next((self.legal[key] for key in legal_of(one) if key in self.legal), None)

    def here(self, one: Person) -> int | None:
        """The organisation of the site that it is, by a legal number."""
        return next((self.legal_here[key] for key in legal_of(one) if key in self.legal_here), None)

    def like(self, one: Person) -> tuple[str, int] | None:
        """What has nearly the same name, and no number that says that it is another: ("record", its number) or
        ("organisation", its number)."""
        key = near(one.said[NAME])
        for pk in self.near.get(key, ())[:MOST_ALIKE]:
            if not self._differs(one, self.records[pk]):
                return "record", pk
        return next((("organisation", pk) for pk in self.near_here.get(key, ())), None)

    def is_the_same(self, one: Person, pk: int, commune: str) -> bool:
        """Whether it has the very same name and place: then nobody is asked."""
        record = self.records[pk]
        numbered = NUMBER in one.said and record.number
        return (
            fold(record.name) == fold(one.said[NAME])
            and not numbered
            and ((record.commune_id or "") == commune)
        )

    def _differs(self, one: Person, record: OrganisationRecord) -> bool:
        return any(
            one.said.get(field)
            and getattr(record, field)
            and one.said[field] != getattr(record, field)
            for field in BY_NUMBER
        )

    def numbered(self, number: str) -> tuple[int | None, int | None]:
        """The record that bears this legal number, and the organisation of the site."""
        keys = [(field, number) for field in BY_NUMBER]
        record = next((self.legal[key] for key in keys if key in self.legal), None)
        return record, next((self.legal_here[key] for key in keys if key in self.legal_here), None)

    def almost(self, words: str) -> str:
        """The name of what is called nearly so, among the records and on the site; "" for none."""
        key = near(words)
        for pk in self.near.get(key, ()):
            return self.records[pk].name
        return next((self.names_here[pk] for pk in self.near_here.get(key, ())), "")

    def exactly(self, words: str) -> list[int]:
        """The records that bear this very name, or this number of the operator's."""
        if words in self.numbers:
            return [self.numbers[words]]
        return self.named.get(fold(words), [])

    def called(self, words: str) -> list[int]:
        """The records that bear this name, or this number of the operator's; nearly this name when none does."""
        return self.exactly(words) or self.near.get(near(words), [])


def legal_of(one: Person) -> Iterator[tuple[str, str]]:
    for field in BY_NUMBER:
        if (number := one.said.get(field)) and (field != SIREN or SIRET not in one.said):
            yield field, number


class KnownPeople:
    """The people of a pôle's records by number, address and name, and those who have said no."""

    def __init__(self, table: Import) -> None:
        self.numbers: dict[str, int] = {}
        self.addresses: dict[str, int] = {}
        self.near: dict[str, list[int]] = defaultdict(list)
        self.unreached: dict[str, list[int]] = defaultdict(list)  # those of them without an address
        self.records: dict[int, PersonRecord] = {}
        for record in PersonRecord.objects.filter(pole=table.pole_id).order_by("pk").iterator(2000):
            self.records[record.pk] = record
            self.near[record.near].append(record.pk)
            if record.email:
                self.addresses[record.email] = record.pk
            else:
                self.unreached[record.near].append(record.pk)
            if record.number and record.operator_id == table.organisation_id:
                self.numbers[record.number] = record.pk
        refused = RefusedRecord.objects.filter(pole=table.pole_id)
        self.refused = set(refused.values_list("mailbox", flat=True))

    def has_refused(self, email: str) -> bool:
        return bool(self.refused) and not self.refused.isdisjoint(tokens.mailboxes(email))

    def same(self, one: Person) -> int | None:
        found = self.numbers.get(one.said.get(NUMBER, ""))
        return found if found is not None else self.addresses.get(one.said.get(EMAIL, ""))

    def like(self, one: Person) -> int | None:
        """Somebody of the same name, where no address tells them apart."""
        key = near_person(one.said.get(FIRST, ""), one.said.get(LAST, ""))
        return next(iter((self.unreached if one.said.get(EMAIL) else self.near).get(key, ())), None)

    def called(self, words: str) -> int | None:
        """The one person who bears this name, address or number."""
        direct = self.numbers.get(words) or self.addresses.get(words.lower())
        named = self.near.get(near_person(words, ""), [])
        return direct or (named[0] if len(named) == 1 else None)


class KnownLines:
    """What was answered before of lines whose name isn't enough to know somebody by."""

    def __init__(self, table: Import) -> None:
        self.kind = table.kind
        self.seen: Counter[str] = Counter()
        rows = KnownLine.objects.filter(operator=table.organisation_id, kind=table.kind)
        self.known = {digest: (above, pk) for digest, above, pk in rows.values_list("digest", "is_above", "record")}  # fmt: skip

    def digest(self, one: Person) -> str:
        """By which the same line is known again; of two that are alike, the first and the second."""
        words = "\0".join([self.kind, *(f"{name}={one.typed[name]}" for name in sorted(one.typed))])
        self.seen[words] += 1
        digests = sealing.fingerprints(f"{words}\0{self.seen[words]}".encode())
        return next((one for one in digests if one in self.known), digests[0])

    def said_of(self, digest: str) -> tuple[bool, int | None] | None:
        """Whether it is the line above, and otherwise whom it has become; None where nobody was asked."""
        return self.known.get(digest)
