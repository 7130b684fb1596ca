"""Which hat the person wears at the moment: an organisation of theirs, or none (themselves)."""

from accounts.models import Membership, Organisation

SESSION_KEY = "acting_for"
MYSELF = 0


class ActingForMiddleware:
    """Adds `request.memberships` (a list, one query a page) and `request.acting_for`.

    Not lazy: a lazy None isn't None, and `request.acting_for is None` must mean what it says.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.memberships = _memberships(request.user)
        request.acting_for = _acting_for(request)
        return self.get_response(request)


def _memberships(user) -> list[Membership]:
    if not user.is_authenticated:
        return []
    return list(user.memberships.select_related("organisation__pole", "organisation__commune"))


def _acting_for(request) -> Organisation | None:
    """The chosen organisation; without a choice, the first; None for oneself (MYSELF in the session)."""
    organisations = [membership.organisation for membership in request.memberships]
    if not organisations:
        return None
    chosen = request.session.get(SESSION_KEY)
    for organisation in organisations:
        if organisation.pk == chosen:
            return organisation
    return None if chosen == MYSELF else organisations[0]
