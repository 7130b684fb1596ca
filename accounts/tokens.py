"""Links that open something: the secret that is in the letter, and the fingerprint that the database keeps."""

import base64
import hashlib
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

MAILBOX_SALT = "accounts.tokens.mailbox"
JOINING_SALT = "accounts.tokens.joining"
SIGN_IN_SALT = "accounts.tokens.sign_in"
SLUG_BYTES = 9
KEY_BYTES = 10  # 80 bits: sixteen letters and digits, which can be typed from a poster


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """The fingerprint of a secret: links are stored as fingerprints, so that whoever reads the table can't use
    them."""
    return hashlib.sha256(token.encode()).hexdigest()


def mailbox(email: str) -> str:
    """What a signed link says of the address to which it is sent: 12 hexadecimal digits, from which it can't be
    learnt."""
    return _mailbox(email, settings.SECRET_KEY)


def is_for_mailbox(email: str, said: str = "") -> bool:
    """Whether a link that says this (`said`) was sent to this address, under today's key or a former one. Old
    links, which say nothing, are for no address."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(said, _mailbox(email, key)) for key in keys)


def mailboxes(email: str) -> list[str]:
    """What links say of this address under today's key and the former ones, to look for in a table."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_mailbox(email, key) for key in keys]


def _mailbox(email: str, key: str) -> str:
    sealed = salted_hmac(MAILBOX_SALT, email.lower(), secret=key, algorithm="sha256")
    return sealed.hexdigest()[:12]


def new_nonce() -> str:
    return secrets.token_hex(16)


def join_key(number: int, nonce: str) -> str:
    """The key in the address by which people join: sixteen small letters and digits, made with the site's own key. It
    can be written again for whoever may see it, and not from the table alone."""
    return _join_key(number, nonce, settings.SECRET_KEY)


def is_join_key(said: str, number: int, nonce: str) -> bool:
    """Whether this is that key, under the site's key of today or a former one: posters outlive it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(said, _join_key(number, nonce, key)) for key in keys)


def _join_key(number: int, nonce: str, key: str) -> str:
    sealed = salted_hmac(JOINING_SALT, f"{number}:{nonce}", secret=key, algorithm="sha256")
    return base64.b32encode(sealed.digest()[:KEY_BYTES]).decode().lower()


def sign_in_slug(number: int, times: int) -> str:
    """What stands in the addresses of an organisation's sign-in, the one after so many others. It is the same before the
    sign-in is set up, for whoever declares the site to their provider, and nobody guesses it."""
    sealed = salted_hmac(SIGN_IN_SALT, f"{number}:{times}", algorithm="sha256")
    return base64.urlsafe_b64encode(sealed.digest()[:SLUG_BYTES]).decode()
