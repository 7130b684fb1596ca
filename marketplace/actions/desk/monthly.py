"""The letter of the month, which the clock drafts for each pôle on the first working day and a coordinator reads, changes
and sends; it never leaves by itself."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Pole, Seat
from marketplace.models import Mailing, Mission, Need, Reminder
from marketplace.models.desk.mailings import LONGEST
from marketplace.rules import working_days
from notifications.faults import each_row

MOST_NEEDS = 12


def draft_due(now: datetime) -> int:
    """Draft the letters of the month that aren't. From the first working day on: a missed day isn't a missed month."""
    month = timezone.localdate(now).replace(day=1)
    if timezone.localdate(now) < working_days.worked_from(month):
        return 0
    keys = {_named(pole, month): pole for pole in _poles()}
    said = Reminder.objects.said(keys)
    due = [(pole, month, now) for key, pole in keys.items() if key not in said]
    return each_row("mailings", due, _draft, whole=False)


def was_empty(pole: Pole, month: date) -> bool:
    """Whether there was nothing to tell that month, so that nothing was drafted."""
    return bool(Reminder.objects.said([_named_empty(pole, month)]))


def _poles() -> QuerySet[Pole]:
    return Pole.objects.filter(pk__in=Seat.objects.coordinating().order_by().values("pole"))


def _named(pole: Pole, month: date) -> str:
    return f"mailing-month:{pole.pk}:{month:%Y-%m}"


def _named_empty(pole: Pole, month: date) -> str:
    return f"mailing-month-empty:{pole.pk}:{month:%Y-%m}"


@transaction.atomic
def _draft(pole: Pole, month: date, now: datetime) -> bool:
    if not Reminder.claim(_named(pole, month), now):
        return False
    with translation.override(settings.LANGUAGE_CODE):
        text = _text(pole, month)
        if not text:
            Reminder.claim(_named_empty(pole, month), now)
            return False
        subject = _("%(month)s: the news of the pôle") % {
            "month": capfirst(date_format(_before(month), "F Y"))
        }
    Mailing.objects.create(
        pole=pole, month=month, subject=subject[:150], text=text[:LONGEST], changed_at=now
    )
    return True


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _text(pole: Pole, month: date) -> str:
    """What there is to tell of the month before; "" when there is nothing."""
    first = _before(month)
    parts = [*_needs_told(pole, first, month), *_thanks(pole, first, month)]
    return "\n\n".join(parts)


def _needs_told(pole: Pole, first: date, month: date) -> list[str]:
    """The needs published then that still wait for somebody, by the field of their first skill."""
    ours = Need.objects.published().filter(
        pole=pole, published_at__date__gte=first, published_at__date__lt=month
    )
    rows = ours.select_related("organisation", "commune").prefetch_related("wanted__skill__family")
    families: dict[str, list[str]] = {}
    houses = set()
    for need in rows.order_by("-published_at", "-pk")[:MOST_NEEDS]:
        wanted = sorted(need.wanted.all(), key=lambda one: one.pk)
        field = str(wanted[0].skill.family) if wanted else _("Other fields")
        where = f", {need.commune}" if need.commune else ""
        words = f"{need.title} – {need.organisation}{where}"
        houses.add(need.organisation_id)
        families.setdefault(field, []).append(
            f"- {words} ({settings.SITE_URL}{need.get_absolute_url()})"
        )
    if not families:
        return []
    told = ["\n".join([field, *lines]) for field, lines in sorted(families.items())]
    if (more := ours.count() - MOST_NEEDS) > 0:
        told.append(
            ngettext(
                "And %(n)s other, published that month, is in the catalogue.",
                "And %(n)s others, published that month, are in the catalogue.",
                more,
            )
            % {"n": more}
        )
    asked = ngettext(
        "It is looking for somebody. Is it you, or do you know who it might be?",
        "They are looking for somebody. Is it you, or do you know who it might be?",
        len(houses),
    )
    return [asked, *told]


def _thanks(pole: Pole, first: date, month: date) -> list[str]:
    ended = Mission.objects.filter(
        need__pole=pole, delivered_at__date__gte=first, delivered_at__date__lt=month
    ).count()
    if not ended:
        return []
    words = ngettext(
        "%(n)s mission has come to its end. Thank you to those who gave their time, and to those who welcomed them.",
        "%(n)s missions have come to their end. Thank you to those who gave their time, and to those who welcomed them.",
        ended,
    )
    return [words % {"n": ended}]
