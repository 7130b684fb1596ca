"""The register of brakes and enablers, as the coordinators keep it."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Pole, User
from marketplace.models import Finding, Mission


@transaction.atomic
def open_finding(finding: Finding, *, pole: Pole, missions: Iterable[Mission], by: User) -> Finding:
    """Save a new finding, with the missions that show it."""
    finding.pole = pole
    finding.save()
    finding.missions.set(missions)
    return finding.begin(by=by)


@transaction.atomic
def edit(
    finding: Finding, *, missions: Iterable[Mission], status: str, reason: str, by: User
) -> None:
    """Save a finding's words, its missions and, if it has changed, its state. Raises ForbiddenMove."""
    before = Finding.objects.select_for_update().get(pk=finding.pk).status
    finding.status = before
    finding.save()
    finding.missions.set(missions)
    if status != before:
        finding.move(status, by=by, reason=reason)
