"""Links that open something: what stands in the letter, and the fingerprint that we keep of it."""

import hashlib
import secrets


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Links rest as fingerprints: whoever reads the table can't use them."""
    return hashlib.sha256(token.encode()).hexdigest()
