"""The coordinators' desk: what waits for them, most urgent first."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace import permissions, waiting
from notifications import health


def desk(request):
    permissions.require(request.user.memberships.coordinating().exists())
    kind = request.GET.get("kind", "")
    mine = request.GET.get("whose") == "mine"
    lines = waiting.for_coordinator(request.user, timezone.now(), kind=kind, mine=mine)
    labels = {
        "": _("All"),
        "help": _("Calls for help"),
        "need": _("Needs to qualify"),
        "organisation": _("Organisations to verify"),
        "proposal": _("Proposals without an answer"),
        "silence": _("Silent missions"),
        "mission": _("Missions that are stuck"),
        "receipts": _("Tax receipts to check"),
        "alone": _("Needs without anyone"),
    }
    suffix = "&whose=mine" if mine else ""
    return render(
        request,
        "marketplace/desk.html",
        {
            "page": Paginator(lines, 30).get_page(request.GET.get("page")),
            "total": len(lines),
            "health": health.report(timezone.now(), counting=False),
            "mine": mine,
            "kind": kind,
            "chips": [
                {
                    "label": label,
                    "url": f"?kind={key}{suffix}",
                    "active": key == kind,
                    "count": None,
                }
                for key, label in labels.items()
            ],
        },
    )
