"""Who may say who publishes the site."""

from accounts.models import Anybody, coordinated_by


def can_edit_legal_notice(user: Anybody) -> bool:
    """Who publishes is the site's, not one pôle's: its administrators, and the coordinators of any pôle."""
    return user.has_perm("marketplace.change_legalnotice") or (
        user.is_active and coordinated_by(user).exists()
    )
