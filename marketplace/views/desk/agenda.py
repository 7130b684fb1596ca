"""The calendar of the desk: a week, a month or one day, with its filters in the address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from common.dates import spoken
from marketplace.desk import agenda
from marketplace.desk.agenda import Window
from marketplace.desk.scope import Scope
from marketplace.views.desk.desk import scope_of


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    scope = scope_of(request).asked_beforehand(request.user)
    today = timezone.localdate(scope.now)
    window = Window.of(request.GET, today=today, whose=scope.whose, operator=scope.operator)
    context = {
        "page": agenda.read(scope, window, today=today),
        "is_month": window.view == "mois",
        "is_week": window.view == "semaine",
        "is_filtered": bool(window.without or window.whose or window.operator),
        "title": _title(window),
        "views": _views(window),
        "whose": _whose(scope, window),
        "kinds": _kinds(window),
        "before": f"?{window.with_(day=window.before).query}",
        "after": f"?{window.with_(day=window.after).query}",
        "now": f"?{window.with_(day=today).query}",
        "holds_today": window.first <= today <= window.last,
        "today": today,
    }
    return render(request, "marketplace/desk/agenda.html", context)


def _title(window: Window) -> str:
    if window.view == "mois":
        return spoken(window.day, "F Y")
    if window.view == "jour":
        return spoken(window.day, "l j F Y")
    first, last = window.first, window.last
    return _("%(first)s to %(last)s") % {
        "first": spoken(first, "j F" if first.year == last.year else "j F Y"),
        "last": spoken(last),
    }


def _views(window: Window) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?{window.with_(view=view).query}",
            "active": view == window.view,
        }
        for view, label in agenda.VIEWS.items()
    ]


def _whose(scope: Scope, window: Window) -> list[dict[str, Any]]:
    """Everybody's, mine, and each operator's of these pôles."""
    operators = Organisation.objects.seated_in(*scope.poles).only("name").order_by("name")
    choices = [(_("Everybody’s"), "", 0), (pgettext("calendar", "Mine"), "mine", 0)]
    choices += [(operator.name, "", operator.pk) for operator in operators]
    return [
        {
            "label": label,
            "url": f"?{window.with_(whose=whose, operator=operator).query}",
            "active": (whose, operator) == (window.whose, window.operator),
        }
        for label, whose, operator in choices
    ]


def _kinds(window: Window) -> list[dict[str, Any]]:
    """Each kind, in or out by a press."""
    return [
        {
            "label": kind.label,
            "url": f"?{window.turned(kind.code).query}",
            "active": kind.code not in window.without,
        }
        for kind in agenda.KINDS
    ]
