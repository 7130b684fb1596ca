"""Puts somebody's words into the quotation marks of the reader's language."""

from django.utils.translation import gettext as _


def quoted(words: object) -> str:
    """« à la française », or “in English”."""
    return _("“%(words)s”") % {"words": words}
