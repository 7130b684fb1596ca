"""Who may write who publishes the site (the legal notice)."""

from accounts.models import Anybody, coordinated_by


def can_edit_legal_notice(user: Anybody) -> bool:
    """True for the site's administrators and the coordinators of any pôle: the notice is the site's, not one
    pôle's."""
    return user.has_perm("marketplace.change_legalnotice") or (
        user.is_active and coordinated_by(user).exists()
    )
