"""There and back: sends somebody to an organisation's own provider, and says who has come back from it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import SignIn
from accounts.openid import fetch, tokens
from accounts.openid.faults import Code, Fault
from accounts.openid.provider import WHOLE, Adapter, Provider, callback_address, discover, is_same

log = logging.getLogger(__name__)
LONGEST_SUB = 191  # what allauth keeps
LONGEST_EMAIL = 254
LONGEST_NAME = 80
LONGEST_ACCESS = 20_000
CANCELLED = "access_denied"
SAID = {True: True, "true": True, None: None}


@dataclass(frozen=True)
class Identity:
    """Who came, as the provider says. `verified` is None where it doesn't say whether the address is."""

    sub: str
    email: str
    verified: bool | None
    first_name: str
    last_name: str


@dataclass(frozen=True)
class Arrival:
    """Who came back, with what `begin` was given when they left."""

    identity: Identity
    data: dict[str, Any]
    next: str


def check_provider(issuer: str) -> None:
    """Read what the provider says of itself, and its keys. Raises Fault."""
    with _noted(issuer):
        until = monotonic() + WHOLE
        said = discover(issuer, until=until)
        tokens.published(fetch.document(said["jwks_uri"], until=until))


def begin(
    request: HttpRequest, sign_in: SignIn, *, data: dict[str, Any], next: str = ""
) -> HttpResponse:
    """A page of ours that goes to the provider by itself, and has a link there. Raises Fault.

    Not a redirection: after a form Chromium follows none to a site that the page's policy doesn't name, nor those
    that the provider then makes to others.
    """
    with _noted(sign_in.issuer):
        address = _provider(request, sign_in).depart(request, data=data, next=next)
    shown = {
        "address": address,
        "host": urlsplit(address).hostname,
        "organisation": sign_in.organisation,
    }
    page = render(request, "accounts/to_provider.html", shown)
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def finish(request: HttpRequest, sign_in: SignIn) -> Arrival:
    """Who has come back, to the address of the callback. Raises Fault."""
    with _noted(sign_in.issuer):
        provider = _provider(request, sign_in)
        state = provider.take_state(request)
        _is_an_answer(request)
        adapter = provider.get_oauth2_adapter(request)
        _is_of_this_issuer(request, adapter)
        identity = _identity(adapter, code=request.GET["code"], state=state)
        return Arrival(identity, state.get("data") or {}, state.get("next") or "")


def return_address(sign_in: SignIn) -> str:
    """What is written down at the provider: where people come back to."""
    return callback_address(_app(sign_in).provider_id)


def _provider(request: HttpRequest, sign_in: SignIn) -> Provider:
    return Provider(request, app=_app(sign_in))


def _app(sign_in: SignIn) -> Any:
    if sign_in.app is None:
        raise Fault(Code.ENDED)
    return sign_in.app


def _is_an_answer(request: HttpRequest) -> None:
    """The provider's own words aren't shown: anybody can write them into an address."""
    if request.GET.get("error") == CANCELLED:
        raise Fault(Code.CANCELLED)
    if "error" in request.GET or not request.GET.get("code"):
        raise Fault(Code.REFUSED_BY_PROVIDER)


def _is_of_this_issuer(request: HttpRequest, adapter: Adapter) -> None:
    """RFC 9207: an answer may say whose it is, and must where the provider has said that it would."""
    said = request.GET.get("iss")
    promised = adapter.openid_config.get("authorization_response_iss_parameter_supported") is True
    if said is None and not promised:
        return
    if said is None or not is_same(said, adapter.provider.issuer):
        raise Fault(Code.ISSUER)


def _identity(adapter: Adapter, *, code: str, state: dict[str, Any]) -> Identity:
    config, app = adapter.openid_config, adapter.provider.app
    client = adapter.get_client(adapter.request, app)
    received = client.tokens(code, verifier=state["pkce_code_verifier"], until=adapter.until)
    claims = tokens.read(
        received.get("id_token"),
        fetch.document(config["jwks_uri"], until=adapter.until),
        issuer=config["issuer"],
        client_id=app.client_id,
        nonce=state["nonce"],
        now=timezone.now(),
    )
    sub = _sub(claims)
    if not claims.get("email"):
        claims = claims | _user_info(adapter, received.get("access_token"), sub=sub)
    given, family = (_name(claims.get(name)) for name in ("given_name", "family_name"))
    if not given and not family:
        given, family = (_name(part) for part in _name(claims.get("name")).partition(" ")[::2])
    return Identity(sub, _email(claims), _verified(claims), given, family)


def _user_info(adapter: Adapter, access: object, *, sub: str) -> dict[str, Any]:
    """Of the same person, or a Fault."""
    address = adapter.openid_config.get("userinfo_endpoint")
    if address is None or not isinstance(access, str) or not 0 < len(access) <= LONGEST_ACCESS:
        raise Fault(Code.NO_EMAIL)
    if not (access.isascii() and access.isprintable()):
        raise Fault(Code.UNREADABLE)
    headers = {"Authorization": f"Bearer {access}"}
    said = fetch.document(address, until=adapter.until, headers=headers)
    if _sub(said) != sub:
        raise Fault(Code.SUBJECT)
    # Whether the address is verified is said where the address is.
    return {"email_verified": None} | said


def _sub(claims: dict[str, Any]) -> str:
    sub = claims.get("sub")
    if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUB or not sub.isprintable():
        raise Fault(Code.SUBJECT)
    return sub


def _email(claims: dict[str, Any]) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or len(email) > LONGEST_EMAIL or not email.isprintable():
        raise Fault(Code.NO_EMAIL)
    try:
        validate_email(email)
    except ValidationError:
        raise Fault(Code.NO_EMAIL) from None
    return email.lower()


def _verified(claims: dict[str, Any]) -> bool | None:
    """What is neither yes nor silence is a no."""
    said = claims.get("email_verified")
    return SAID.get(said, False) if isinstance(said, bool | str | None) else False


def _name(said: object) -> str:
    """One line, that can be written down."""
    if not isinstance(said, str):
        return ""
    words = "".join(sign if sign.isprintable() else " " for sign in said[: LONGEST_NAME * 4])
    return " ".join(words.split())[:LONGEST_NAME].strip()


@contextmanager
def _noted(issuer: str) -> Iterator[None]:
    """Write down which fault, of which provider: nothing of what was sent or received."""
    try:
        yield
    except Fault as fault:
        log.warning("A provider's fault: %s, of %r", fault.code.value, issuer[: fetch.LONGEST])
        raise
