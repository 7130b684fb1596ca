"""After a change of PAPERS_KEY: what one before it has sealed or hidden is sealed and hidden with today's, so that the old one
may go.

Nothing is taken on trust: a chain that doesn't hold under the keys we have isn't sealed anew. What was done stays done, and
what is under today's key is left alone, so that a run that was broken off is begun again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation
from marketplace.actions.documents import ledger, verification
from marketplace.documents import sealing
from marketplace.models import AverageCost, HourCost, Import, ImportLine, Register, Seal
from marketplace.rules.cost_lists import COST

A_PIECE = 500

type Say = Callable[[str], object]


@dataclass
class Turned:
    """What was found under a key before today's, and turned unless one only looked."""

    links: int = 0
    costs: int = 0
    broken: list[str] = field(default_factory=list)
    unreadable: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.broken


def turn(say: Say, *, only_look: bool = False) -> Turned:
    """Bring seals and costs under the key of today."""
    outcome = Turned()
    _chains(outcome, say, only_look)
    _Costs(outcome, only_look).turn(say)
    return outcome


# --- chains ----------------------------------------------------------------------------------
def _chains(outcome: Turned, say: Say, only_look: bool) -> None:
    registers = Register.objects.select_related("organisation").order_by("pk")
    total = registers.count()
    for done, register in enumerate(registers.iterator(), 1):
        with transaction.atomic():
            ledger.lock(register.organisation)
            register.refresh_from_db(fields=["position", "seal"])
            late = list(_late(register))
            if late and (fault := next(verification.chain(register), None)):
                outcome.broken.append(fault)
                continue
            outcome.links += len(late)
            if not only_look:
                Seal.objects.bulk_update(late, ["resealed"], batch_size=A_PIECE)
        if done % A_PIECE == 0 or done == total:
            say(f"registers of papers: {done} of {total}, {outcome.links} link(s) late")


def _late(register: Register) -> Iterator[Seal]:
    """The links that don't bear today's seal, each with it. What a paper that was erased has lost is told by its last link."""
    previous, emptied = "", verification.emptied_links(register)
    for link in register.seals.order_by("position").iterator(A_PIECE):
        told = (previous, link.position, link.act, link.document_id, link.said)
        is_empty = (
            emptied.get((link.document_id, str(link.position))) == link.seal and not link.said
        )
        todays = sealing.seal(*told)
        if not is_empty and todays not in (link.seal, link.resealed):
            link.resealed = todays
            yield link
        previous = link.seal


# --- costs of an hour ------------------------------------------------------------------------
class _Costs:
    """A cost and the list that it came from hold the same words, by which it is known when the list is taken back: what was
    the same is the same afterwards."""

    def __init__(self, outcome: Turned, only_look: bool) -> None:
        self.outcome, self.only_look = outcome, only_look
        self.anew: dict[str, str] | None = None  # while the lists of a company are turned

    def turn(self, say: Say) -> None:
        for company in self._with_lists().iterator():
            self.anew = {}
            with transaction.atomic():
                self._lists(company)
        self.anew = None
        for model in (HourCost, AverageCost):
            self._rows(model.objects.all())
        say(f"costs of an hour: {self.outcome.costs} late")

    def _with_lists(self) -> QuerySet[Organisation]:
        lists = Import.objects.filter(kind=Import.Kind.COSTS)
        return Organisation.objects.filter(pk__in=lists.values("organisation")).order_by("pk")

    def _lists(self, company: Organisation) -> None:
        mine = Import.objects.filter(organisation=company, kind=Import.Kind.COSTS)
        for table in mine.exclude(content=None).select_for_update(no_key=True):
            content = bytes(table.content or b"")
            if not sealing.is_todays(content) and (anew := self._hidden(content)) != content:
                self._write(mine.filter(pk=table.pk), content=anew)
        missions: set[int] = set()
        lines = ImportLine.objects.filter(table__in=mine).order_by("pk")
        for line in lines.iterator(A_PIECE):
            missions.update(line.said.get("missions", ()))
            self._line(line)
        if not self.only_look:  # they are counted with the others
            for some in batched(sorted(missions), A_PIECE):
                self._rows(HourCost.objects.filter(mission__in=some))

    def _line(self, line: ImportLine) -> None:
        typed, said, before = dict(line.typed), dict(line.said), dict(line.before)
        for words in (typed, said):
            if COST in words:
                words[COST] = self._word(words[COST])
        before = {pk: self._word(word) for pk, word in before.items()}
        if (typed, said, before) != (line.typed, line.said, line.before):
            row = ImportLine.objects.filter(pk=line.pk)
            self._write(row, typed=typed, said=said, before=before)

    def _rows(self, rows: "QuerySet[HourCost] | QuerySet[AverageCost]") -> None:
        for pk, sealed in rows.order_by("pk").values_list("pk", "sealed").iterator(A_PIECE):
            if (anew := self._word(sealed)) != sealed:
                self._write(rows.model._default_manager.filter(pk=pk, sealed=sealed), sealed=anew)

    def _write(self, row: "QuerySet[Any]", **fields: Any) -> None:
        """One that somebody has written meanwhile is under today's key already."""
        self.outcome.costs += 1 if self.only_look else row.update(**fields)

    def _word(self, hidden: str) -> str:
        """The same word for the same word."""
        if not hidden or sealing.is_todays(hidden.encode()):
            return hidden
        if self.anew is None:
            return self._hidden(hidden.encode()).decode()
        if hidden not in self.anew:
            self.anew[hidden] = self._hidden(hidden.encode()).decode()
        return self.anew[hidden]

    def _hidden(self, hidden: bytes) -> bytes:
        try:
            return sealing.hide_anew(hidden)
        except sealing.Unreadable:
            self.outcome.unreadable += 1
            return hidden
