"""The acts of the clock on needs carried by several: two rows that are due, and the first poisoned (see clock_cases.py)."""

from marketplace.models import Joining, Reminder
from marketplace.states import NeedStatus
from tests.factories import make_carrier, make_need, make_user
from tests.poison import Due, ago, poisoned


def _reminded(bad, good, key: str) -> Due:
    return Due(
        bad,
        good,
        poisoned("INSERT", Reminder, f"NEW.key LIKE '{key.format(bad.pk)}%'"),
        lambda row: Reminder.objects.filter(key__startswith=key.format(row.pk)).exists(),
    )


def carriers_asked() -> Due:
    """Two structures that were asked long ago to carry a need."""
    asked = {"status": "INVITED", "agreed_at": None, "invited_at": ago(30)}
    bad, good = (make_carrier(make_need(status=NeedStatus.SUBMITTED), **asked) for _ in range(2))
    return _reminded(bad, good, "asked-to-carry:{}:")


def joinings_asked() -> Due:
    """Two pairs of needs whose leads were asked long ago."""
    said = {"metres": 0, "status": "ASKED", "asked_at": ago(9), "by": make_user()}
    bad, good = (
        Joining.objects.create(older=make_need(), younger=make_need(), **said) for _ in range(2)
    )
    return _reminded(bad, good, "put-together:{}:")
