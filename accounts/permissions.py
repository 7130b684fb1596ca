"""Who may do what with people and organisations. Seeing is `visible_to`; doing is asked here."""

from django.core.exceptions import PermissionDenied


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
