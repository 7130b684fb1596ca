"""What the operators of a pôle bring to each other: the page for its coordinators, and the file that they may hand out."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.figures import exchange_table
from marketplace.figures.brought import seated_ever
from marketplace.figures.comparison import LENGTHS, Choice, Less, Options
from marketplace.figures.exchange_table import Table
from marketplace.figures.exchanges import GIVERS, Exchanges
from marketplace.models import Reckoning
from marketplace.views.desk.figures import SHEETS, pole_chips, pole_of, sent_file


def _choice(request: SignedInRequest) -> Choice:
    """The period alone: the filters of the figures divide what is counted here."""
    none = Options({}, {}, {})
    return Choice.asked(pole_of(request), none, request.GET, today=timezone.localdate())


def _table(choice: Choice, kept: dict | None) -> Table:
    exchanges = Exchanges.read(kept or {}, choice.months())
    today = set(Organisation.objects.seated_in(choice.pole).values_list("pk", flat=True))
    return exchange_table.table(exchanges, seated_ever(choice.pole), today)


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    choice = _choice(request)
    rows = Reckoning.objects.filter(pole=choice.pole)
    made_at, kept = rows.values_list("made_at", Less("exchanges", [GIVERS])).first() or (None, None)
    table = _table(choice, kept)
    *_known, others = table.exchanges.crossed()
    context = {
        "choice": choice,
        "lengths": LENGTHS.items(),
        "made_at": made_at,
        "table": table,
        "said": exchange_table.said(table.exchanges),
        "others": others,
        "poles": pole_chips(request, choice.pole),
    }
    return render(request, "marketplace/desk/exchanges.html", context)


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """The table of the page, as a file."""
    choice = _choice(request)
    kept = Reckoning.objects.filter(pole=choice.pole).values_list("exchanges", flat=True).first()
    table = _table(choice, kept)
    header, rows = exchange_table.header(table), exchange_table.file_lines(table)
    name = f"echanges-{choice.pole.slug}-{choice.first:%Y-%m}.{kind}"
    if kind == "csv":
        return sent_file(name, "text/csv; charset=utf-8", spreadsheets.as_csv(header, rows))
    if kind == "xlsx":
        return sent_file(name, SHEETS, spreadsheets.as_xlsx(_("Exchanges"), header, rows))
    raise Http404
