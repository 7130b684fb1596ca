"""What a letter’s words hold beside its words: links that open something, and e-mail addresses of others."""

import re
from collections.abc import Container

from django.utils.translation import gettext as _

from marketplace.personal_data.people import masked

_LINK = re.compile(r"(?:https?://|(?<![\w/])/)[^\s<>\"»”]+")
_PIECE = re.compile(r"[^/?&=#]{12,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def without_keys(text: str) -> str:
    """The text, whose links have lost what opens something without a password: they lead nowhere any more."""
    return _LINK.sub(_cut, text)


def _cut(link: re.Match[str]) -> str:
    start, slashes, rest = link[0].rpartition("://")
    host, slash, path = rest.partition("/")
    cut = _PIECE.sub(lambda piece: _("[key]") if _is_key(piece[0]) else piece[0], path)
    return start + slashes + host + slash + cut


def _is_key(piece: str) -> bool:
    """Whether it was drawn or signed: names in addresses are small letters, with hyphens between words."""
    if re.search(r"[A-Z:_~]", piece):
        return True
    return "-" not in piece and any(sign.isdigit() for sign in piece)


def without_addresses(text: str, own: Container[str]) -> str:
    """The text, in which the e-mail addresses of others are masked."""
    return _MAIL.sub(lambda mail: mail[0] if mail[0].lower() in own else masked(), text)
