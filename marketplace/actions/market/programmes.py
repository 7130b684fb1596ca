"""An employer's programmes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Organisation, User
from marketplace.models import Cause, CompanyProgramme, Site
from marketplace.rules import permissions


@transaction.atomic
def keep(
    programme: CompanyProgramme, *, sites: Iterable[Site], causes: Iterable[Cause], by: User
) -> None:
    """Write a new programme, or what has changed of one; no sites and no causes: all of them. The organisation is locked: a
    site may be removed in this moment, and the programme would be open to everybody. Raises Refusal."""
    memberships.lock(Organisation.objects.filter(pk=programme.organisation_id))
    organisation = Organisation.objects.get(pk=programme.organisation_id)
    if not permissions.can_run_programmes(by, organisation):
        raise Refusal(_("You may no longer change the programmes there."))
    chosen = {site.pk for site in sites}
    there = list(organisation.sites.filter(pk__in=chosen))
    if len(there) < len(chosen):
        raise Refusal(_("A site has been removed meanwhile: choose again."))
    programme.save()
    programme.sites.set(there)
    programme.causes.set(causes)
