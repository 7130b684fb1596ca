"""The letters about many rows that changed hands in one act: one for each reader, instead of one for each row."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.models import Pole, User
from marketplace.letters.families import DESK
from marketplace.models import BulkAct
from notifications.letter import Key, Letter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS_HANDED_OVER = Letter("rows_handed_over", Key("bulk-act:{bulk_act}:to:{pole}"), DESK)
ROWS_TAKEN = Letter("rows_taken", Key("bulk-act:{bulk_act}:from"), DESK)


def rows_handed_over(
    act: BulkAct, reader: User, *, pole: Pole, number: int, note: str, listed: "StrOrPromise"
) -> None:
    """Tell somebody of as many rows as they may follow: whoever follows them by now, the people of the operator, or who
    answers meanwhile."""
    mine = "operator" if act.to_operator_id else "mine"
    ROWS_HANDED_OVER.tell(
        [reader],
        url=f"{reverse('desk')}?whose={mine}",
        but=act.by,
        pole=pole,
        operator=act.to_operator.name if act.to_operator else "",
        to=act.to_person,
        number=number,
        note=note,
        **_facts(act, listed),
    )


def rows_taken(act: BulkAct, reader: User, *, number: int, listed: "StrOrPromise") -> None:
    """Tell whoever followed them until now."""
    told = [reader] if reader.is_active else []
    ROWS_TAKEN.tell(told, url=reverse("desk"), but=act.by, number=number, **_facts(act, listed))


def _facts(act: BulkAct, listed: "StrOrPromise") -> dict[str, Any]:
    return {"bulk_act": act.pk, "by": act.by, "listed": listed}
