"""Which hat the person wears at the moment: an organisation of theirs, or none (themselves)."""

from django.utils.functional import SimpleLazyObject

from accounts.models import Membership

SESSION_KEY = "acting_for"


class ActingForMiddleware:
    """Adds `request.memberships` (a list, one query, only when asked for) and `request.acting_for`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.memberships = SimpleLazyObject(lambda: _memberships(request.user))
        request.acting_for = SimpleLazyObject(lambda: _acting_for(request))
        return self.get_response(request)


def _memberships(user) -> list[Membership]:
    if not user.is_authenticated:
        return []
    return list(user.memberships.select_related("organisation__pole", "organisation__commune"))


def _acting_for(request):
    """The chosen organisation; without a choice, the first; None for oneself ("0" in the session)."""
    chosen = request.session.get(SESSION_KEY)
    organisations = [membership.organisation for membership in request.memberships]
    for organisation in organisations:
        if organisation.pk == chosen:
            return organisation
    return organisations[0] if organisations and chosen != 0 else None
