"""The pages of a list of costs that human resources send."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.actions.desk import journal
from marketplace.actions.documents import cost_lists as acts
from marketplace.actions.documents import costs
from marketplace.forms.market.imports import ListForm
from marketplace.models import Import, ImportLine, JournalKind, Mission
from marketplace.rules import cost_lists
from marketplace.rules.journal_parties import NOUNS, Reader
from marketplace.rules.people_lists import EMAIL
from marketplace.views.desk.figures import SHEETS, sent_file
from marketplace.views.documents.costs import house_of
from marketplace.views.market import sent_lists

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_PAGE = 50
BEFORE = 10  # lists sent before, on the page
MOST_IN_MODEL = 2_000
Outcome = ImportLine.Outcome
# In the address: which lines are shown.
SHOWN: "dict[str, tuple[str, StrOrPromise]]" = {
    "nouveaux": (Outcome.MAKE, gettext_lazy("new")),
    "changent": (Outcome.CHANGE, gettext_lazy("change")),
    "rien": (Outcome.LEAVE, gettext_lazy("nothing to do")),
    "a-corriger": (Outcome.FAULT, gettext_lazy("to correct")),
}
DONE: "dict[str, StrOrPromise]" = {
    Outcome.MAKE: gettext_lazy("Kept"),
    Outcome.CHANGE: gettext_lazy("Takes the place of the former one"),
    Outcome.LEAVE: gettext_lazy("Stands already"),
    Outcome.FAULT: gettext_lazy("To correct"),
}
PROBLEMS: "dict[str, StrOrPromise]" = {
    "empty": gettext_lazy("There is nothing in it: not a line below the headings."),
    "too-long": gettext_lazy("It has more than 10,000 lines: send it in several parts."),
    acts.NO_COLUMN: gettext_lazy(
        "We found no column of costs beside one of addresses or of numbers of missions. A line of headings has to say which is which: “Number of the mission”, “E-mail address”, “Cost of an hour”."
    ),
    "not-a-table": gettext_lazy(
        "It isn’t a table: send a CSV, Excel (.xlsx) or LibreOffice (.ods) file, or paste its cells."
    ),
}


@never_cache
@sensitive_post_parameters()
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a list; those sent before are below."""
    company = house_of(request, pk)
    # By their prefix what is pasted isn't kept for whoever was logged out meanwhile (accounts/typed.py).
    sent_now = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListForm(*sent_now, prefix="cost")
    form.fields["words"].label = _("Or cells, pasted")
    form.fields["words"].help_text = _("Copied from a spreadsheet, with the line of headings.")
    sent = form.is_bound and form.is_valid()
    if (
        sent
        and (answer := sent_lists.received(request, company, Import.Kind.COSTS, form)) is not None
    ):
        return answer
    before = company.imports.filter(kind=Import.Kind.COSTS).select_related("by")[:BEFORE]
    context = {
        "organisation": company,
        "form": form,
        "before": before,
        "year": timezone.localdate().year,
    }
    return render(request, "marketplace/documents/cost_lists.html", context)


@never_cache
@require_POST
def model_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A workbook with the missions that may be valued and who does them, the cost to be filled in; noted in the journal
    before it leaves."""
    company = house_of(request, pk)
    rows = (
        costs.to_value(company).select_related("need", "offer__person").order_by("-ends_on", "-pk")
    )
    header = [str(words) for words in cost_lists.FIELDS.values()]
    # “Mission” alone would be taken for the number.
    header += [_("What it is"), _("Who")]
    missions = list(rows[:MOST_IN_MODEL])
    lines = [_model_line(mission) for mission in missions]
    _note(request, company, missions)
    return sent_file(
        "couts-a-remplir.xlsx", SHEETS, spreadsheets.as_xlsx(_("Costs of an hour"), header, lines)
    )


@transaction.atomic
def _note(request: SignedInRequest, company: Organisation, missions: list[Mission]) -> None:
    """In the journal of the organisation; and in that of who is named in the file."""
    now, rows = timezone.now(), len(missions)
    journal.note(
        JournalKind.TO_VALUE,
        by=request.user,
        organisation=company,
        form="xlsx",
        rows=rows,
        now=now,
    )
    journal.tell(
        JournalKind.LISTED,
        NOUNS["lent"],
        [mission.pk for mission in missions],
        reader=Reader.for_employer(request.user, company),
        words="mission",
        form="xlsx",
        now=now,
    )


def _model_line(mission: Mission) -> tuple:
    person = mission.offer.person
    return (str(mission.pk), "", "", str(mission), str(person) if person else _("a team"))


def detail(request: SignedInRequest, table: Import) -> HttpResponse:
    """How far the list is; before it is carried out, each line with what it will do. For human resources alone."""
    outcomes = table.lines.order_by().values("outcome").annotate(n=Count("pk"))
    counts = {row["outcome"]: row["n"] for row in outcomes}
    shown = request.GET.get("lignes", "")
    lines = table.lines.filter(outcome=SHOWN[shown][0]) if shown in SHOWN else table.lines.all()
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    missions = _missions(page.object_list)
    now = timezone.now()
    context = {
        "table": table,
        "organisation": table.organisation,
        "year": timezone.localdate(table.sent_at).year,
        "state": f"marketplace/documents/cost_list_states/{table.state.lower()}.html",
        "problem": PROBLEMS.get(table.problem, PROBLEMS["not-a-table"]),
        "heading": _heading(counts),
        "points": list(_points(counts)),
        "faults": counts.get(Outcome.FAULT, 0),
        "chips": list(_chips(counts, shown)),
        "page": page,
        "rows": [_told(line, missions) for line in page],
        "columns": [(cost_lists.FIELDS[name], said) for name, said in table.columns.items()],
        "may_be_undone": table.may_be_undone(now),
        "waits": table.waits_for_a_worker(now),
        "refused": table.lines.exclude(refused="")[:A_PAGE],
    }
    return render(request, "marketplace/documents/cost_list.html", context)


def _heading(counts: dict[str, int]) -> str:
    n = sum(counts.get(outcome, 0) for outcome in ImportLine.DOING)
    if not n:
        return _("There is nothing to do in this list")
    return ngettext("One line to keep", "%(n)d lines to keep", n) % {"n": n}


def _points(counts: dict[str, int]) -> Iterator[str]:
    if n := counts.get(Outcome.CHANGE, 0):
        words = ngettext(
            "On one line, the cost takes the place of another.",
            "On %(n)d lines, the cost takes the place of another.",
            n,
        )
        yield words % {"n": n}
    if n := counts.get(Outcome.LEAVE, 0):
        words = ngettext(
            "On one line, the cost stands already.", "On %(n)d lines, the cost stands already.", n
        )
        yield words % {"n": n}
    if n := counts.get(Outcome.FAULT, 0):
        words = ngettext(
            "One line is left out until it is corrected.",
            "%(n)s lines are left out until they are corrected.",
            n,
        )
        yield words % {"n": n}


def _chips(counts: dict[str, int], shown: str) -> Iterator[dict]:
    everything = {"label": _("all lines"), "url": "?", "count": sum(counts.values())}
    yield everything | {"active": shown not in SHOWN}
    for name, (outcome, label) in SHOWN.items():
        count = counts.get(outcome, 0)
        if count or name == shown:
            url = f"?lignes={name}"
            yield {"label": label, "url": url, "active": name == shown, "count": count}


def _missions(lines: Any) -> dict[int, Mission]:
    numbers = {pk for line in lines for pk in line.said.get("missions", ())}
    return Mission.objects.select_related("need").in_bulk(numbers)


def _told(line: ImportLine, missions: dict[int, Mission]) -> dict[str, Any]:
    """A line as it is shown: whose, of which missions, the cost that was typed, what is wrong."""
    numbers = line.said.get("missions", [])
    asked = (line.typed.get(cost_lists.MISSION), line.typed.get(EMAIL))
    return {
        "number": line.number,
        "named": " · ".join(filter(None, asked)),
        "missions": [str(missions[pk]) for pk in numbers if pk in missions],
        "cost": acts.typed_cost(line) if cost_lists.COST in line.typed else "",
        "to_correct": line.outcome == Outcome.FAULT,
        "done": line.refused
        or (
            _("Is as before, unless it was changed since") if line.undone_at else DONE[line.outcome]
        ),
        "wrong": [
            (cost_lists.FIELDS[name], cost_lists.sentence(code, said))
            for name, code, said in line.faults
        ],
    }


def faults(table: Import) -> HttpResponse:
    """The lines to correct, as they were sent, each with what is wrong: to be corrected and sent again."""
    names = [name for name in cost_lists.FIELDS if name in table.columns]
    header = [table.columns[name] for name in names]
    rows = list(_wrong_rows(table, names))
    return sent_file(
        f"lignes-a-corriger-{table.pk}.csv",
        "text/csv; charset=utf-8",
        spreadsheets.as_csv([*header, _("Line"), _("What is wrong")], rows),
    )


def _wrong_rows(table: Import, names: list[str]) -> Iterator[list[str]]:
    for line in table.lines.exclude(faults=[]).iterator():
        typed = {**line.typed, cost_lists.COST: acts.typed_cost(line)}
        wrong = " ".join(
            f"{cost_lists.FIELDS[name]} : {cost_lists.sentence(code, said)}"
            for name, code, said in line.faults
        )
        yield [*(typed.get(name, "") for name in names), str(line.number), wrong]
