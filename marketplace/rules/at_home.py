"""To whom nobody's own time is put forward by others: where their employer would read it. Reads only."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from common.prepared import holds
from marketplace.models import Need, Offer, Time


def why_not_put_forward(need: Need, offer: Offer) -> str:
    """Why what somebody offers on their own time isn't put forward to the structure of the need, as a sentence: they
    belong to it, and it may be their employer; or somebody there answers for their employer, of which the sentence
    says nothing. "" when it may be, and on working time."""
    if offer.person is None or offer.time != Time.OWN:
        return ""
    structure = need.organisation
    names = {"name": offer.discreet_name, "organisation": structure}
    if structure.memberships.filter(user=offer.person_id).exists():
        return (
            _(
                "%(name)s belongs to %(organisation)s: what they offer on their own time isn’t put forward there."
            )
            % names
        )
    if holds(_under_somebody_of, structure.pk, offer.pk):
        return (
            _(
                "What %(name)s offers on their own time isn’t put forward to %(organisation)s: they apply there themselves if they wish."
            )
            % names
        )
    return ""


def _under_somebody_of(structure: int, offer: int) -> QuerySet[Offer]:
    """Prepared (common/prepared.py): each proposal asks it."""
    read_by = Organisation(pk=structure)
    return Offer.objects.at_home_under_somebody_of(read_by).filter(pk=offer)
