"""That somebody was at a gathering, as a PDF: facts alone."""

from datetime import date

from django.utils import timezone
from django.utils.translation import override

from common.dates import in_french
from marketplace.documents.facts import frame
from marketplace.documents.parties import describe, logos
from marketplace.documents.typeset import typeset
from marketplace.documents.words import hours_in_words
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
        "day": in_french(begins.date()),
        "last-day": in_french(ends.date()) if ends.date() != begins.date() else "",
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "lasts": hours_in_words(hours_of(gathering)),
        "where": where,
        "skills": skills,
    }
    return typeset("attendance.typ", data)
