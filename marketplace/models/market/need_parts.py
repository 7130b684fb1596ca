"""Which lists of a need’s page hold anything, read with the need: what holds nothing isn’t asked for."""

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from marketplace.models.market.needs import Need


def with_parts(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Adds whether others carry it or are asked to, anybody waits for a place of it, it says whom it serves, other pôles were
    asked, and people are asked one after the other."""
    this = OuterRef("pk")
    waiters = apps.get_model("marketplace", "Waiter").objects.of_need(this)
    carriers = apps.get_model("marketplace", "Carrier").objects.filter(need=this)
    lists = {
        "carriers": carriers.standing(),
        "waiters": waiters.standing(),
        "beneficiaries": Need.beneficiaries.through.objects.filter(need=this),
        "asked_poles": apps.get_model("marketplace", "AskedPole").objects.filter(need=this),
        "asked_in_turn": apps.get_model("marketplace", "AskedInTurn").objects.filter(need=this),
    }
    return needs.annotate(
        **{f"has_{name}": Exists(rows.order_by()) for name, rows in lists.items()}
    )
