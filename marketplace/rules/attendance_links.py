"""The links of letters by which somebody answers about their seat without signing in: signed for one mailbox of one person."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from accounts.tokens import mailbox
from marketplace.models import Attendance

SALT = "attendance"
LINK_LASTS = timedelta(days=150)  # it also gives up what was taken months ahead
# What a link in a letter has chosen; its page still asks for a click.
TAKE, GIVE_UP, COMES, SERVED, NOT_SERVED = "prendre", "laisser", "viens", "utile", "pas-utile"
CAME, NOT_THERE = "etais-la", "pas-la"
USES, USES_A_LITTLE, USES_NOT = "sert-encore", "sert-un-peu", "sert-plus"


def link(attendance: Attendance) -> str:
    """The address of its page for one mailbox alone."""
    person = attendance.person
    said = [attendance.pk, person.pk, mailbox(person.email)]
    return reverse("attendance-link", args=[signing.dumps(said, salt=SALT)])


def read(token: str) -> tuple[Attendance, str] | None:
    """The attendance behind a link, and the mailbox to which it went; None for a forged one. Raises SignatureExpired."""
    try:
        number, person, sent_to = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, ValueError):
        return None
    rows = Attendance.objects.select_related(
        "person", "organisation", "gathering__host", "gathering__commune", "gathering__pole"
    )
    found = rows.filter(pk=number, person=person).first()
    return (found, sent_to) if found else None
