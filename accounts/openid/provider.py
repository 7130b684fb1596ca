"""Allauth's OpenID Connect provider, held to what it leaves open: the issuer, the nonce, the scopes, the signature."""

import secrets
from functools import cached_property
from time import monotonic
from typing import Any
from urllib.parse import quote_plus, urlencode

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from accounts.openid import fetch
from accounts.openid.faults import Code, Fault

DISCOVERY = "/.well-known/openid-configuration"
WHOLE = 10  # seconds, for all that one page asks of a provider
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPES = ["openid", "profile", "email"]
# Where a provider says nothing of it, this is what the standard says (OpenID Connect Discovery, section 3).
METHODS_UNSAID = ["client_secret_basic"]
UNKNOWN_CLIENT = {"invalid_client", "unauthorized_client"}


class Client(OAuth2Client):
    """Asks for the tokens: what comes back is a JSON object, or a Fault."""

    def get_redirect_url(self, authorization_url: str, scope: list, extra_params: dict) -> str:
        """To the provider, whose address may have questions of its own."""
        asked = {
            "client_id": self.consumer_key,
            "redirect_uri": self.callback_url,
            "scope": " ".join(scope),
            "response_type": "code",
            "state": self.state,
        }
        sign = "&" if "?" in authorization_url else "?"
        return f"{authorization_url}{sign}{urlencode(asked | extra_params)}"

    def tokens(self, code: str, *, verifier: str, until: float) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback_url,
            "code_verifier": verifier,
        }
        auth = None
        if self.basic_auth:
            auth = quote_plus(self.consumer_key), quote_plus(self.consumer_secret)
        else:
            asked |= {"client_id": self.consumer_key, "client_secret": self.consumer_secret}
        answer = fetch.ask(self.access_token_url, until=until, data=asked, auth=auth)
        if answer.status == 200:
            return answer.document()
        raise Fault(_why_refused(answer))


class Adapter(OpenIDConnectOAuth2Adapter):
    """One conversation with one provider, which has `WHOLE` seconds in all."""

    client_class = Client

    def __init__(self, request: HttpRequest, provider: "Provider") -> None:
        super().__init__(request, provider.app.provider_id)
        self.provider = provider
        self.until = monotonic() + WHOLE

    def get_provider(self) -> "Provider":
        return self.provider

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        return discover(self.provider.issuer, until=self.until)

    @property
    def basic_auth(self) -> bool:
        """The secret goes into the form where that is taken: with Basic, not all providers write signs alike."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported")
        if not isinstance(methods, list) or not methods:
            methods = METHODS_UNSAID
        return "client_secret_post" not in methods

    def get_callback_url(self, request: HttpRequest, app: object) -> str:
        return callback_address(self.provider.app.provider_id)


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Adapter
    supports_token_authentication = False

    @property
    def issuer(self) -> str:
        return str(self.app.settings["server_url"])

    def get_oauth2_adapter(self, request: HttpRequest) -> Adapter:
        return Adapter(request, self)

    def get_pkce_params(self) -> dict[str, Any]:
        return generate_code_challenge()

    def depart(self, request: HttpRequest, *, data: dict, next: str) -> str:
        """The address at the provider, after its state and its nonce have been kept in the session. Nothing of the
        page's own address is handed on."""
        nonce = secrets.token_urlsafe(24)
        answer = self.redirect(
            request,
            "login",
            next_url=next,
            data=data,
            nonce=nonce,
            scope=SCOPES,
            auth_params={"nonce": nonce},
        )
        assert isinstance(answer, HttpResponseRedirect)
        return answer.url

    def take_state(self, request: HttpRequest) -> dict[str, Any]:
        """What was kept when this person left, once. Raises Fault."""
        found = statekit.unstash_state(
            request, provider_id=self.sub_id, state_id=request.GET.get("state", "")
        )
        if found is None:
            raise Fault(Code.STATE)
        return found


def discover(issuer: str, *, until: float) -> dict[str, Any]:
    """What the provider says of itself, looked through. Raises Fault."""
    if "?" in fetch.checked(issuer):
        raise Fault(Code.ADDRESS)
    said = fetch.document(issuer.removesuffix("/") + DISCOVERY, until=until)
    itself = said.get("issuer")
    if not isinstance(itself, str):
        raise Fault(Code.DISCOVERY)
    if not is_same(itself, issuer):
        raise Fault(Code.OTHER_ISSUER)
    if any(name not in said for name in NEEDED):
        raise Fault(Code.DISCOVERY)
    for name in (*NEEDED, "userinfo_endpoint"):
        if name in said:
            fetch.checked(said[name])
    return said


def is_same(issuer: str, other: str) -> bool:
    """But for one slash at the end, which people leave out or add."""
    return issuer.removesuffix("/") == other.removesuffix("/")


def callback_address(provider_id: str) -> str:
    """Where people come back to, as it is written down at the provider: at the site's own address, whatever the host."""
    return settings.SITE_URL + reverse("openid_connect_callback", args=[provider_id])


def _why_refused(answer: fetch.Answer) -> Code:
    if answer.status not in {400, 401, 403}:
        return Code.STATUS
    try:
        error = answer.document().get("error")
    except Fault:
        error = None
    known = isinstance(error, str) and error in UNKNOWN_CLIENT
    if known or answer.status == 401:
        return Code.CLIENT
    return Code.CODE if error == "invalid_grant" else Code.STATUS
