"""An OpenID provider beside the site: a real one (oidc-provider-mock) on a port of loopback, that a test may make lie.

Honest, it answers as the real one does. `forge`, `claims`, `keys`, `discovery`, `userinfo` change what it says; `answers`
replaces a whole answer.
"""

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import parse_qs

import jwt
import oidc_provider_mock
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from werkzeug.serving import make_server

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/jwks"
AUTHORIZE, TOKEN, USERINFO = "/oauth2/authorize", "/oauth2/token", "/userinfo"
ABSENT = object()  # a claim that isn't said
logging.getLogger("werkzeug").setLevel(logging.ERROR)
type Start = Callable[[str, list[tuple[str, str]]], object]


class Key:
    """A pair of keys with a number: `sign` as a provider does, `jwk` as it publishes."""

    def __init__(self, algorithm: str = "RS256", *, kid: str | None = "one", bits: int = 2048):
        self.algorithm, self.kid = algorithm, kid
        if algorithm.startswith("ES"):
            curve = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
            self.private = ec.generate_private_key(curve[algorithm]())
        else:
            self.private = rsa.generate_private_key(65537, bits)

    def sign(self, claims: dict, **header: object) -> str:
        said = ({"kid": self.kid} if self.kid is not None else {}) | header
        return jwt.PyJWS().encode(
            json.dumps(claims).encode(), self.private, self.algorithm, headers=said
        )

    def jwk(self, **said: object) -> dict:
        family = ECAlgorithm if self.algorithm.startswith("ES") else RSAAlgorithm
        public = family.to_jwk(self.private.public_key(), as_dict=True)
        public |= {"use": "sig"} | ({"kid": self.kid} if self.kid is not None else {}) | said
        return {name: value for name, value in public.items() if value is not ABSENT}


class OpenIdServer:
    """`with OpenIdServer() as provider:` – its issuer is `provider.url`. `asked`: (method, path, form) of each request."""

    def __init__(self) -> None:
        self.real = oidc_provider_mock.app()
        self.forget()
        self._server = make_server("localhost", 0, self._answer, threaded=True)
        self.url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)

    def forget(self) -> None:
        """Honest again, and nothing asked yet."""
        self.discovery: dict[str, object] = {}
        self.claims: dict[str, object] = {}
        self.userinfo: dict[str, object] = {}
        self.keys: list[dict] | None = None
        self.forge: Callable[[dict], object] | None = None
        self.answers: dict[str, Callable] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.challenge = ""

    def __enter__(self) -> "OpenIdServer":
        self._thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- what a person does there ---------------------------------------------------------
    def knows(self, sub: str, **claims: object) -> None:
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def sends_back(self, address: str, sub: str) -> str:
        """Where the browser is sent once this person has said yes at the address they were sent to."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def signs_with(self, key: Key, *others: Key) -> None:
        self.forge, self.keys = key.sign, [one.jwk() for one in (key, *others)]

    # --- what it answers ------------------------------------------------------------------
    def _answer(self, environ: dict, start: Start) -> object:
        path, form = environ["PATH_INFO"], _form(environ)
        self.asked.append((environ["REQUEST_METHOD"], path, form))
        if path in self.answers:
            return self.answers[path](environ, start)
        if path == AUTHORIZE:
            asked = parse_qs(environ["QUERY_STRING"])
            assert asked["code_challenge_method"] == ["S256"]
            self.challenge = asked["code_challenge"][0]
        if path == TOKEN and _challenge(form.get("code_verifier", "")) != self.challenge:
            return says_json({"error": "invalid_grant"}, "400 Bad Request")(environ, start)
        if path == KEYS and self.keys is not None:
            return says_json({"keys": self.keys})(environ, start)
        lie = {DISCOVERY: self._discovery, TOKEN: self._tokens, USERINFO: self._userinfo}.get(path)
        return self._retold(environ, start, lie) if lie else self.real(environ, start)

    def _retold(self, environ: dict, start: Start, lie: Callable[[dict], object]) -> object:
        head: list = []
        said = b"".join(self.real(environ, lambda *args: head.append(args)))
        status, headers = head[0][:2]
        if not status.startswith("200"):
            start(status, headers)
            return [said]
        return says_json(lie(json.loads(said)), status)(environ, start)

    def _discovery(self, said: dict) -> object:
        return changed(said, self.discovery)

    def _userinfo(self, said: dict) -> object:
        return changed(said, self.userinfo)

    def _tokens(self, said: dict) -> object:
        if not self.claims and self.forge is None:
            return said
        honest = jwt.decode(said["id_token"], options={"verify_signature": False})
        if self.forge is None:
            self.signs_with(OWN)
        return said | {"id_token": self.forge(changed(honest, self.claims))}


OWN = Key(kid="own")


def changed(said: dict, lies: dict[str, object]) -> dict:
    """What is said otherwise, or not at all; a function is handed the honest value."""
    told = {
        name: lie(said.get(name)) if callable(lie) else lie
        for name, lie in lies.items()
        if lie is not ABSENT
    }
    return {name: value for name, value in said.items() if name not in lies} | told


def unsigned(claims: dict) -> str:
    return jwt.encode(claims, None, "none")


def signed_with_the_public_key(claims: dict, key: Key = OWN) -> str:
    """HS256 whose secret is what everybody may read: taken for valid by who lets the token choose how it is checked."""
    secret = key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    said = f"{part({'alg': 'HS256', 'kid': key.kid})}.{part(claims)}"
    return f"{said}.{encoded(hmac.digest(secret, said.encode(), 'sha256'))}"


def part(said: object) -> str:
    """Of a token."""
    return encoded(json.dumps(said).encode())


def encoded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


# --- whole answers ------------------------------------------------------------------------
def says(body: bytes, status: str = "200 OK", **headers: str) -> Callable:
    def answer(_environ: dict, start: Start) -> list[bytes]:
        start(status, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [body]

    return answer


def says_json(said: object, status: str = "200 OK") -> Callable:
    return says(json.dumps(said).encode(), status, Content_Type="application/json")


def redirects(to: str) -> Callable:
    return says(b"", "302 Found", Location=to)


def says_slowly(pieces: int, seconds: float) -> Callable:
    def answer(_environ: dict, start: Start) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        for _piece in range(pieces):
            time.sleep(seconds)
            yield b" "

    return answer


def _form(environ: dict) -> dict[str, str]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = BytesIO(body)
    return {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}


def _challenge(verifier: str) -> str:
    return encoded(hashlib.sha256(verifier.encode()).digest())
