"""Acts on many rows as a coordinator makes them: the preview, then the act, with its letters."""

from django.utils import timezone

from marketplace.actions.desk import bulk
from marketplace.actions.desk.bulk import Preview
from marketplace.actions.desk.bulk_wish import Wish
from marketplace.desk.lists import KINDS
from marketplace.models import Act, BulkAct
from notifications import delivery
from notifications.models import Notification, Status


def preview(by, act, listed, rows, **wish):
    numbers = [row.pk for row in rows]
    return Preview(Wish(act, listed, by, **wish), KINDS[listed].rows(by).filter(pk__in=numbers))


def start(by, act, listed, rows, **wish):
    seen = preview(by, act, listed, rows, **wish)
    return bulk.start(seen, seal=seen.seal, query="", now=timezone.now())


def do(by, act, listed, rows, **wish):
    """Start it, and carry it out to its end."""
    made = start(by, act, listed, rows, **wish)
    bulk.carry_on(made)
    made.refresh_from_db()
    assert made.state == BulkAct.State.DONE
    return made


def undo(made):
    back = bulk.undo(made, now=timezone.now())
    bulk.carry_on(back)
    back.refresh_from_db()
    assert back.state == BulkAct.State.UNDONE
    return back


def whys(made):
    return {line.number: line.why for line in made.lines.all() if line.why}


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def letters(made):
    return Notification.objects.filter(bundle=made.pk)


def sent(made, after):
    """The letters of this act that the sweep has sent by then."""
    delivery.deliver_due(clock=lambda: timezone.now() + after)
    return letters(made).filter(status=Status.SENT)


__all__ = ["Act", "do", "fresh", "letters", "preview", "sent", "start", "undo", "whys"]
