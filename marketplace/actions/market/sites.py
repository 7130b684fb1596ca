"""The sites of an organisation, and who of its people works at which. Each act locks the organisation first: a list of people
names its sites at the same moment."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Commune, Membership, Organisation, User
from common.roots import fold
from marketplace.models import Employee, Site
from marketplace.rules import permissions

AT_MOST = 300


class NameTaken(Refusal):
    """Another site of the house has this name."""


@transaction.atomic
def add(organisation: Organisation, *, name: str, commune: Commune, by: User) -> Site:
    """Raises Refusal; NameTaken, a Refusal too, is about the name."""
    _lock(organisation, by)
    if organisation.sites.count() >= AT_MOST:
        raise Refusal(_("That is a lot of sites: remove those that are of no use any more."))
    _require_free(organisation, name)
    return Site.objects.create(organisation=organisation, name=name, commune=commune)


@transaction.atomic
def change(site: Site, *, name: str, commune: Commune, by: User) -> None:
    """Raises Refusal; NameTaken, a Refusal too, is about the name."""
    _lock(site.organisation, by)
    _require_free(site.organisation, name, but=site)
    Site.objects.filter(pk=site.pk).update(name=name, commune=commune)


@transaction.atomic
def remove(site: Site, *, by: User) -> None:
    """Its people have none from then on. Raises Refusal where a programme names it: without it, the programme would be open
    to everybody."""
    _lock(site.organisation, by)
    if refusal := why_not_removed(site):
        raise Refusal(refusal)
    Site.objects.filter(pk=site.pk).delete()


def why_not_removed(site: Site) -> str:
    """Why it stays, as a sentence; empty when it may go."""
    programme = site.programmes.first()
    if programme is None:
        return ""
    said = _("The programme “%(programme)s” is for this site: change the programme first.")
    return said % {"programme": programme}


@transaction.atomic
def place(membership: Membership, *, team: str, site: Site | None, by: User) -> None:
    """Say in which team, and at which site, somebody works. Raises Refusal."""
    organisation = _locked(membership.organisation)
    if not permissions.can_place_people(by, organisation):
        raise Refusal(_("You may no longer say so there."))
    if not Membership.objects.filter(pk=membership.pk).exists():
        raise Refusal(_("This person has already left the organisation."))
    if site is not None and not organisation.sites.filter(pk=site.pk).exists():
        raise Refusal(_("This site has been removed meanwhile."))
    Employee.objects.update_or_create(
        organisation=organisation, person=membership.user, defaults={"team": team, "site": site}
    )


def _locked(organisation: Organisation) -> Organisation:
    """Read again: it may have been suspended meanwhile."""
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))
    return Organisation.objects.get(pk=organisation.pk)


def _lock(organisation: Organisation, by: User) -> None:
    organisation = _locked(organisation)
    if not permissions.can_run_programmes(by, organisation):
        raise Refusal(_("You may no longer change the sites there."))


def _require_free(organisation: Organisation, name: str, *, but: Site | None = None) -> None:
    """Lists of people name a site without its accents: two that differ by nothing else would be one."""
    others = dict(organisation.sites.values_list("pk", "name"))
    if but is not None:
        others.pop(but.pk, None)
    if fold(name) in map(fold, others.values()):
        raise NameTaken(_("There is a site of this name already."))
