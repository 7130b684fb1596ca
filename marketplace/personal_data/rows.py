"""Reads the rows of a copy, some hundreds at a time: their numbers first, then what they say, without one question a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Field, Model, Q, QuerySet

from accounts.models import Organisation, User
from accounts.models.moves import Step
from marketplace.models import Offer, Time
from marketplace.personal_data.addresses import without_addresses, without_keys
from marketplace.personal_data.part import Part
from marketplace.personal_data.people import People, masked
from marketplace.rules import reader_names

# What a row is called where another leads to it: the first of these that says something.
TITLES: dict[str, tuple[str, ...]] = {
    "accounts.Commune": ("name",),
    "accounts.Department": ("name",),
    "accounts.Membership": ("organisation__name",),
    "accounts.Organisation": ("name",),
    "accounts.Pole": ("name",),
    "accounts.Seat": ("operator__name",),
    "marketplace.Amendment": ("mission__need__title",),
    "marketplace.AskedInTurn": ("need__title",),
    "marketplace.AskedPole": ("need__title",),
    "marketplace.Attendance": ("gathering__title",),
    "marketplace.Beneficiary": ("label_fr",),
    "marketplace.Carrier": ("need__title",),
    "marketplace.Case": ("organisation__name",),
    "marketplace.Cause": ("label_fr",),
    "marketplace.CompanyProgramme": ("name",),
    "marketplace.Departure": ("mission__need__title",),
    "marketplace.Document": ("mission__need__title", "organisation__name"),
    "marketplace.Finding": ("title",),
    "marketplace.Gathering": ("title",),
    "marketplace.Grade": ("name",),
    "marketplace.Joining": ("older__title",),
    "marketplace.Mailing": ("subject",),
    "marketplace.Mission": ("need__title",),
    "marketplace.MissionSheet": ("mission__need__title",),
    "marketplace.Need": ("title",),
    "marketplace.Offer": ("title",),
    "marketplace.Proposal": ("need__title",),
    "marketplace.Report": ("operator__name",),
    "marketplace.Review": ("mission__need__title",),
    "marketplace.Round": ("title",),
    "marketplace.Site": ("name",),
    "marketplace.Skill": ("label_fr",),
    "marketplace.StoredFile": ("original_name",),
    "marketplace.TeamMember": ("mission__need__title",),
    "marketplace.Thread": ("need__title", "proposal__need__title"),
    "marketplace.Visit": ("organisation__name",),
    "marketplace.Waiter": ("need__title",),
}


@dataclass(frozen=True)
class Value:
    """A column of a row: as the database holds it, and who or what it leads to."""

    column: "Field[Any, Any]"
    raw: Any
    title: str = ""
    person: int | None = None


class Reader:
    """Reads for one owner. `asker` is whoever asked for the copy: what others let them see is what they see today."""

    def __init__(self, owner: User | Organisation, asker: User) -> None:
        self.owner, self.asker = owner, asker
        self.people = People(owner)
        self.read: dict[str, set[Any]] = {}

    @cached_property
    def addresses(self) -> list[str]:
        """Those that are the person's own, in small letters."""
        if not isinstance(self.owner, User):
            return []
        own = EmailAddress.objects.filter(user=self.owner, verified=True)
        return sorted({one.lower() for one in own.values_list("email", flat=True)})

    # --- which rows ---
    def numbers(self, part: Part) -> list[Any]:
        """The numbers of its rows; none twice, even where two parts are of one table."""
        rows = part.model._base_manager.filter(part.only or Q()).order_by()
        known = self.read.setdefault(part.table, set())
        found: set[Any] = set()
        for way in part.ways:
            theirs = rows.filter(self._by(part, way))
            if part.seen is not None and (self.people.house or part.always or "__" in way):
                theirs = theirs.filter(self._seen(part))
            found |= set(theirs.values_list("pk", flat=True))
        found |= self._by_address(part, rows)
        found -= known
        known |= found
        return sorted(found)

    def _by(self, part: Part, way: str) -> Q:
        """By one way. What somebody offers on their own time is never their organisation's, whatever it is noted beside."""
        asked = Q(**{way: self.owner.pk})
        if self.people.house is not None:
            start = _offer_before(part, way)
            if start is not None:
                asked &= ~Q(**{f"{start}time": Time.OWN, f"{start}person__isnull": False})
        return asked

    def _seen(self, part: Part) -> Q:
        """What whoever asked may see today."""
        model = part.model
        for name in filter(None, (part.seen or "").split("__")):
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]  # declared so
        seen: QuerySet[Any] = model.objects.visible_to(self.asker)  # type: ignore[attr-defined]  # each has it
        return Q(**{f"{part.seen or 'pk'}__in": seen.values("pk")})

    def _by_address(self, part: Part, rows: QuerySet[Any]) -> set[Any]:
        if not self.addresses or not part.mails:
            return set()
        named = reduce(
            or_, (Q(**{f"{mail}__iexact": one}) for mail in part.mails for one in self.addresses)
        )
        if part.alone:
            named &= Q(**{part.alone: None}) | Q(**{part.alone: self.owner.pk})
        return set(rows.filter(named).values_list("pk", flat=True))

    # --- what they say ---
    def rows(self, part: Part, numbers: Iterable[Any]) -> Iterator[list[Value]]:
        """What these rows say, names of others masked."""
        columns = part.columns
        titled = {one.name: _titles(one) for one in columns if one.is_relation}
        asked = [one.attname for one in columns]
        extra = [path for paths in titled.values() for path in paths] + [*part.secrets[:1]]
        found = part.model._base_manager.filter(pk__in=list(numbers)).order_by("pk")
        mailed = self._by_address(part, found) if part.names else set()
        lines = [
            dict(zip(["pk", *asked, *extra], line, strict=True))
            for line in found.values_list("pk", *asked, *extra)
        ]
        led = [one.attname for one in columns if one.related_model is User]
        self.people.learn({line[name] for line in lines for name in led if line[name] is not None})
        both = {(line["by_id"], line["organisation_id"]) for line in lines} if part.readers else ()
        readers = reader_names.names(both)
        for line in lines:
            others = [line[name] for name in led if line[name] is not None]
            hides = self._hidden(part, line, is_theirs=line["pk"] in mailed)
            values = [self._value(one, line, titled, others, hides) for one in columns]
            yield [self._last(part, line, one, readers) for one in values]

    def _last(
        self,
        part: Part,
        line: dict[str, Any],
        value: Value,
        readers: dict[tuple[int, int | None], str],
    ) -> Value:
        """The same with its reader’s name, or with letters that open nothing and name nobody’s address."""
        name = value.column.name
        if part.readers and line["told"] and name == "by" and value.raw != self.people.me:
            return replace(value, title=readers.get((line["by_id"], line["organisation_id"]), ""))
        if name in part.letters and value.raw and value.raw != masked():
            said = without_addresses(without_keys(str(value.raw)), self.addresses)
            return replace(value, raw=said)
        return value

    def _hidden(self, part: Part, line: dict[str, Any], *, is_theirs: bool) -> frozenset[str]:
        """An organisation's copy names whom it has named itself."""
        hides = set() if is_theirs or self.people.house else set(part.names)
        if part.secrets and line[part.secrets[0]]:
            hides |= set(part.secrets[1:])
        return frozenset(hides)

    def _value(
        self, column: "Field[Any, Any]", line: dict[str, Any], titled: dict[str, list[str]],
        others: list[int], hides: frozenset[str],
    ) -> Value:  # fmt: skip
        raw = line[column.attname]
        if raw in (None, ""):
            return Value(column, raw)
        if column.name in hides:
            return Value(column, masked())
        if column.related_model is User:
            return Value(column, raw, person=raw)
        if column.is_relation:
            title = next((str(line[path]) for path in titled[column.name] if line[path]), "")
            return Value(column, raw, title=title)
        if isinstance(raw, str) and others:
            raw = self.people.without_names(raw, others)
        return Value(column, raw)


def _offer_before(part: Part, way: str) -> str | None:
    """How a way leads to an offer whose organisation it then asks: "offer__" of "offer__organisation"; None of any other."""
    if part.model is Offer and way == "organisation":
        return ""
    start = way.removesuffix("organisation")
    return start if start != way and start.endswith("offer__") else None


def _titles(column: "Field[Any, Any]") -> list[str]:
    target: Any = column.related_model
    if target is User:
        return []
    return [f"{column.name}__{path}" for path in TITLES.get(target._meta.label, ())]


def step_of(model: type[Model]) -> type[Step] | None:
    """The model, where its rows are steps from one state to the next."""
    return model if issubclass(model, Step) else None
