"""That somebody was at a gathering, as a PDF: facts alone."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import override

from marketplace.documents.facts import frame
from marketplace.documents.parties import describe, logos
from marketplace.documents.typeset import typeset
from marketplace.documents.words import hours_in_words, period
from marketplace.models import Attendance
from marketplace.rules.gatherings import hours_of


def as_pdf(attendance: Attendance, *, on: date) -> bytes:
    gathering, host = attendance.gathering, attendance.gathering.host
    begins, ends = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
    with override("fr"):
        kind, where = str(gathering.get_kind_display()), gathering.where
        skills = ", ".join(str(skill) for skill in gathering.skills.all())
    data = frame("Attestation de présence", host.name, on) | {
        "reference": f"Présence {attendance.pk}",
        "template": "présence",
        "logos": logos(host),
        "structure": describe(host),
        "person": attendance.person.get_full_name(),
        "house": attendance.organisation.name if attendance.organisation else "",
        "gathering": gathering.title,
        "kind": kind,
        "dates": period(begins.date(), ends.date()).removeprefix("le "),
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "lasts": _lasts(hours_of(gathering)),
        "where": where,
        "skills": skills,
    }
    return typeset("attendance.typ", data)


def _lasts(hours: Decimal) -> str:
    """“3 heures”, “2 heures 20”, “45 minutes”: nobody says that an evening lasts 2,33 hours."""
    whole, minutes = divmod(round(hours * 60), 60)
    if not whole:
        return f"{minutes} minute{'s' if minutes >= 2 else ''}"
    said = hours_in_words(Decimal(whole))
    return f"{said} {minutes:02}" if minutes else said
