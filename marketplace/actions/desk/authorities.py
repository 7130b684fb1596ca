"""A coordinator says what kind of public body an organisation is."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.levels import OF_AUTHORITIES, AuthorityLevel
from accounts.models import Organisation, User, corrections
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need
from marketplace.states import NeedStatus

ASKING = (NeedStatus.SUBMITTED, NeedStatus.PUBLISHED, NeedStatus.PAUSED, NeedStatus.FILLED)
# A public body that is no local authority may ask, and lend too, or it only lends.
ASKS, LENDS = "ASKS", "LENDS"


@transaction.atomic
def classify(organisation: Organisation, choice: str, *, by: User) -> Organisation:
    """Make it a local authority of that level, or another public body that asks (`ASKS`) or lends (`LENDS`). It keeps
    all it has; its history says who decided. Raises NotYet when it would lose what it is doing."""
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    before = fresh.identity
    if choice in OF_AUTHORITIES:
        fresh.kind, fresh.level = Organisation.Kind.AUTHORITY, choice
    else:
        asks = choice == ASKS
        fresh.kind = Organisation.Kind.ESS if asks else Organisation.Kind.COMPANY
        fresh.level = AuthorityLevel.OTHER
    fresh.legal_form = Organisation.LegalForm.PUBLIC
    _require_what_it_does(fresh)
    if changes := corrections.kept(before, fresh.identity):
        fresh.save(update_fields=["kind", "level", "legal_form"])
        fresh.steps.create(before=fresh.status, after=fresh.status, by=by, reason=changes)
    return fresh


def _require_what_it_does(organisation: Organisation) -> None:
    """Raises NotYet when it has needs or missions and might no longer ask. All of them may lend."""
    live = Mission.objects.live()
    asked = Need.objects.of(organisation).filter(status__in=ASKING)
    helped = live.filter(need__organisation=organisation)
    if not organisation.may_ask and (asked.exists() or helped.exists()):
        raise NotYet(
            _("It has needs or missions under way: let them end first, or choose otherwise.")
        )
