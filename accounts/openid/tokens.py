"""Reads an ID token: whether the provider has signed it, with a key of today, for us, in answer to this very question."""

import hmac
import json
from datetime import datetime
from typing import Any

import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts.openid.faults import Code, Fault

LEEWAY = 60  # seconds by which clocks may differ
FAR = 1e11  # seconds since 1970: no token's date
MOST_KEYS = 100  # that are tried
RSA_BITS = range(2048, 8192 + 1)
LONGEST_E = 6  # letters: 32 bits
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
RSA = [f"{family}{bits}" for family in ("RS", "PS") for bits in (256, 384, 512)]
ALGORITHMS = [*RSA, *CURVES]
SIGNED = jwt.PyJWS(algorithms=ALGORITHMS)


def read(
    token: object, keys: object, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """What the token says, all of it shown to hold. `keys` is the document that the provider publishes. Raises Fault."""
    if not isinstance(token, str) or not token:
        raise Fault(Code.NO_TOKEN)
    if not token.isascii():
        raise Fault(Code.UNREADABLE)
    claims = _object(_payload(token, keys))
    _is_for_us(claims, issuer=issuer, client_id=client_id)
    _is_of_today(claims, now=now)
    answered = claims.get("nonce")
    if not isinstance(answered, str) or not hmac.compare_digest(_bytes(answered), _bytes(nonce)):
        raise Fault(Code.NONCE)
    return claims


def published(document: object) -> list[dict[str, Any]]:
    """The keys of the document that may check a signature. Raises Fault."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise Fault(Code.KEYS)
    found = [key for key in keys if isinstance(key, dict) and _checks_signatures(key)]
    if not found:
        raise Fault(Code.KEYS)
    return found


def _payload(token: str, keys: object) -> bytes:
    """What is signed, once one of the keys has shown that it is."""
    try:
        header = SIGNED.get_unverified_header(token)
    except jwt.PyJWTError:
        raise Fault(Code.UNREADABLE) from None
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Fault(Code.ALGORITHM)
    fitting = _fitting(published(keys), algorithm, header.get("kid"))
    if not fitting:
        raise Fault(Code.KEYS)
    for key in fitting:
        try:
            return bytes(SIGNED.decode(token, key, algorithms=[algorithm]))
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    raise Fault(Code.SIGNATURE)


def _fitting(keys: list[dict], algorithm: str, kid: object) -> list[Any]:
    """The keys to try: those that bear the token's number; where none does, those without one."""
    able = [key for key in keys if key.get("alg") in (None, algorithm) and _suits(key, algorithm)]
    if kid is not None:
        able = [key for key in able if key.get("kid") == kid] or [
            key for key in able if "kid" not in key
        ]
    read = (_key(key) for key in able[:MOST_KEYS])
    return [key for key in read if key is not None]


def _suits(key: dict, algorithm: str) -> bool:
    if algorithm in CURVES:
        return key.get("kty") == "EC" and key.get("crv") == CURVES[algorithm]
    return key.get("kty") == "RSA"


def _checks_signatures(key: dict) -> bool:
    uses = key.get("key_ops")
    if key.get("kty") not in ("RSA", "EC") or key.get("use") not in (None, "sig"):
        return False
    return uses is None or (isinstance(uses, list) and "verify" in uses)


def _key(key: dict) -> Any:
    """Its public half, or None when it can't be read or is too weak or too big to be anybody's."""
    rsa = key.get("kty") == "RSA"
    parts = {name: key.get(name) for name in (("n", "e") if rsa else ("x", "y"))}
    longest = max(RSA_BITS) // 6 + 8
    if not all(isinstance(part, str) and len(part) <= longest for part in parts.values()):
        return None
    try:
        if rsa:
            if len(str(parts["e"])) > LONGEST_E:
                return None
            made = RSAAlgorithm.from_jwk({"kty": "RSA"} | parts)
            return made if made.key_size in RSA_BITS else None
        return ECAlgorithm.from_jwk({"kty": "EC", "crv": key["crv"]} | parts)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise Fault(Code.UNREADABLE) from None
    if not isinstance(claims, dict):
        raise Fault(Code.UNREADABLE)
    return claims


def _is_for_us(claims: dict, *, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise Fault(Code.ISSUER)
    audiences = claims.get("aud")
    audiences = audiences if isinstance(audiences, list) else [audiences]
    party = claims.get("azp")
    named = client_id in audiences and (party is None or party == client_id)
    if not named or (len(audiences) > 1 and party is None):
        raise Fault(Code.AUDIENCE)


def _is_of_today(claims: dict, *, now: datetime) -> None:
    moment = now.timestamp()
    if _moment(claims, "exp", Code.EXPIRED) + LEEWAY <= moment:
        raise Fault(Code.EXPIRED)
    begins = [_moment(claims, "iat", Code.FUTURE)]
    if claims.get("nbf") is not None:
        begins.append(_moment(claims, "nbf", Code.FUTURE))
    if max(begins) - LEEWAY > moment:
        raise Fault(Code.FUTURE)


def _moment(claims: dict, name: str, code: Code) -> float:
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float) or not abs(said) < FAR:
        raise Fault(code)
    return said


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
