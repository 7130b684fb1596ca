"""Puts somebody's words into the quotation marks of the reader's language."""

from django.utils.translation import gettext as _


def quoted(words: object) -> str:
    """« à la française », or “in English”."""
    return _("“%(words)s”") % {"words": words}


def labelled(what: object, words: object) -> str:
    """The words after what they are about, with the colon of the reader's language."""
    return _("%(what)s: %(words)s") % {"what": what, "words": words}
