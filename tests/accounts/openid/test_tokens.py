"""An ID token is believed when one of the provider's keys of today has signed it, for us, now, in answer to our question."""

import time
from datetime import UTC, datetime

import jwt
import pytest

from accounts.openid import tokens
from accounts.openid.faults import Code, Fault
from tests.openid_server import (
    ABSENT,
    Key,
    changed,
    encoded,
    part,
    signed_with_the_public_key,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, US = "https://id.example.org/realms/one", "our-client"
HONEST = {
    "iss": ISSUER,
    "aud": US,
    "sub": "marie-12",
    "iat": AT - 1,
    "exp": AT + 300,
    "nonce": "our-nonce",
}
ONE, OTHER = Key(), Key(kid="two")


def read(token, keys=(ONE,)):
    published = {"keys": [key.jwk() if isinstance(key, Key) else key for key in keys]}
    return tokens.read(token, published, issuer=ISSUER, client_id=US, nonce="our-nonce", now=NOW)


def fault_of(token, *keys):
    with pytest.raises(Fault) as caught:
        read(token, keys or (ONE,))
    return caught.value.code


def fault_when(**lies):
    return fault_of(ONE.sign(changed(HONEST, lies)))


# --- the signature ------------------------------------------------------------------------
@pytest.mark.parametrize("algorithm", tokens.ALGORITHMS)
def test_each_signature_that_we_take_is_checked(algorithm):
    key, stranger = Key(algorithm), Key(algorithm)
    assert read(key.sign(HONEST), [key]) == HONEST
    assert fault_of(stranger.sign(HONEST), key) == Code.SIGNATURE


def test_what_isnt_signed_counts_for_nothing():
    assert fault_of(jwt.encode(HONEST, None, "none")) == Code.ALGORITHM
    for name in ("None", "NONE", "nOnE", "", None, 12, ["RS256"], {}):
        head, rest = part({"alg": name, "kid": "one"}), ONE.sign(HONEST).split(".", 1)[1]
        assert fault_of(f"{head}.{rest}") in {Code.ALGORITHM, Code.UNREADABLE}
        assert fault_of(f"{head}.{rest.split('.')[0]}.") in {Code.ALGORITHM, Code.UNREADABLE}


def test_a_signature_by_the_public_key_as_a_password_counts_for_nothing():
    assert fault_of(signed_with_the_public_key(HONEST, ONE)) == Code.ALGORITHM


def test_our_own_secret_signs_nothing_either():
    published = {"kty": "oct", "kid": "one", "k": encoded(b"s" * 32)}
    assert fault_of(jwt.encode(HONEST, b"s" * 32, "HS256"), published, ONE) == Code.ALGORITHM


def test_another_key_with_a_known_number_is_another_key():
    assert fault_of(OTHER.sign(HONEST, kid="one"), ONE, OTHER) == Code.SIGNATURE


def test_a_number_that_isnt_published_is_no_key():
    assert fault_of(OTHER.sign(HONEST), ONE) == Code.KEYS


def test_what_is_changed_after_the_signature_is_seen():
    head, _said, signature = ONE.sign(HONEST).split(".")
    assert fault_of(f"{head}.{part(HONEST | {'sub': 'boss'})}.{signature}") == Code.SIGNATURE


def test_the_key_that_comes_in_the_token_itself_isnt_used():
    token = OTHER.sign(HONEST, jwk=OTHER.jwk(), jku="https://evil.example.org/jwks")
    assert fault_of(token, ONE) == Code.KEYS
    assert fault_of(OTHER.sign(HONEST, kid="one", jwk=OTHER.jwk()), ONE) == Code.SIGNATURE


def test_an_algorithm_that_the_key_isnt_for_isnt_tried():
    assert fault_of(ONE.sign(HONEST), ONE.jwk(alg="PS256")) == Code.KEYS
    assert fault_of(ONE.sign(HONEST), ONE.jwk(use="enc")) == Code.KEYS
    assert fault_of(ONE.sign(HONEST), ONE.jwk(key_ops=["encrypt"])) == Code.KEYS
    curve = Key("ES256")
    assert fault_of(curve.sign(HONEST), curve.jwk(crv="P-384")) == Code.KEYS


# --- which key ----------------------------------------------------------------------------
def test_old_keys_may_stand_beside_the_new():
    for key in (ONE, OTHER):
        assert read(key.sign(HONEST), [ONE, OTHER]) == HONEST


def test_without_a_number_each_key_is_tried():
    nameless = Key(kid=None)
    assert read(nameless.sign(HONEST), [ONE, OTHER, nameless]) == HONEST
    assert read(ONE.sign(HONEST), [ONE.jwk(kid=ABSENT)]) == HONEST


def test_two_keys_of_one_number_are_both_tried():
    twin = Key(kid="one")
    for key in (ONE, twin):
        assert read(key.sign(HONEST), [ONE, twin]) == HONEST


def test_a_hundred_keys_are_tried_and_no_more():
    strangers = [OTHER.jwk(kid=f"k{number}") for number in range(99)]
    nameless = jwt.encode(HONEST, ONE.private, "RS256")
    assert read(nameless, [*strangers, ONE]) == HONEST
    before = time.monotonic()
    assert fault_of(nameless, *strangers, *strangers, ONE) == Code.SIGNATURE
    assert time.monotonic() - before < 1


def test_a_key_that_is_too_weak_or_too_big_is_none():
    weak = Key(bits=1024)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = weak.sign(HONEST)
    assert fault_of(token, weak) == Code.KEYS
    assert fault_of(ONE.sign(HONEST), ONE.jwk(n=encoded(b"\xff" * 100_000))) == Code.KEYS
    assert fault_of(ONE.sign(HONEST), ONE.jwk(e=encoded(b"\xff" * 256))) == Code.KEYS


@pytest.mark.parametrize(
    "keys",
    [
        *(
            None,
            [],
            {},
            "keys",
            {"keys": None},
            {"keys": {}},
            {"keys": []},
            {"keys": [None, 3, "x", []]},
        ),
        *({"keys": [{"kty": "RSA", "kid": "one"}]}, {"keys": [{"kty": "RSA", "n": 3, "e": None}]}),
        *(
            {"keys": [{"kty": ["RSA"]}]},
            {"keys": [ONE.jwk(n="é\ud800")]},
            {"keys": [ONE.jwk(e="AA")]},
        ),
        *(
            {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "one"}]},
            {"keys": [{}]},
        ),
        *(
            {"keys": [ONE.jwk(kid=["one"])]},
            {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
        ),
    ],
)
def test_keys_that_cant_be_read_are_none(keys):
    for token in (ONE.sign(HONEST), Key("ES256").sign(HONEST)):
        with pytest.raises(Fault) as caught:
            tokens.read(token, keys, issuer=ISSUER, client_id=US, nonce="our-nonce", now=NOW)
        assert caught.value.code == Code.KEYS


# --- what it says -------------------------------------------------------------------------
@pytest.mark.parametrize("token", [None, "", 12, ["a.b.c"], {}, b"a.b.c"])
def test_no_token_is_said_so(token):
    assert fault_of(token) == Code.NO_TOKEN


@pytest.mark.parametrize(
    "token", ["a", "a.b", "a.b.c", "..", "a.b.c.d.e", "é.é.é", "\ud800", "\x00", "a" * 900_000]
)
def test_a_token_that_cant_be_read_is_said_so(token):
    assert fault_of(token) == Code.UNREADABLE


@pytest.mark.parametrize("said", [b"[]", b'"a"', b"12", b"{", b"\xff", b"[" * 50_000, b""])
def test_a_token_that_says_no_object_is_said_so(said):
    token = jwt.PyJWS().encode(said, ONE.private, "RS256", headers={"kid": "one"})
    assert fault_of(token) == Code.UNREADABLE


@pytest.mark.parametrize("header", [{"kid": 12}, {"crit": ["x"], "x": 1}, {"crit": "x"}])
def test_a_head_that_cant_be_understood_isnt_passed_over(header):
    head = part({"alg": "RS256", "kid": "one"} | header)
    said = f"{head}.{part(HONEST)}"
    signature = jwt.get_algorithm_by_name("RS256").sign(said.encode(), ONE.private)
    assert fault_of(f"{said}.{encoded(signature)}") == Code.UNREADABLE


@pytest.mark.parametrize(
    "issuer", [ABSENT, None, 3, [ISSUER], ISSUER + "/", ISSUER.upper(), "https://evil.example.org"]
)
def test_another_issuer_isnt_believed(issuer):
    assert fault_when(iss=issuer) == Code.ISSUER


@pytest.mark.parametrize(
    "audience", [ABSENT, None, "", "another", [], ["another"], {US: 1}, [[US]], 3, US + "x"]
)
def test_what_is_said_to_another_application_isnt_for_us(audience):
    assert fault_when(aud=audience) == Code.AUDIENCE


def test_several_audiences_name_the_one_who_asked():
    assert read(ONE.sign(HONEST | {"aud": [US]}))["aud"] == [US]
    assert read(ONE.sign(HONEST | {"aud": [US, "another"], "azp": US}))["azp"] == US
    assert fault_when(aud=[US, "another"]) == Code.AUDIENCE
    assert fault_when(aud=[US, "another"], azp="another") == Code.AUDIENCE
    assert fault_when(azp="another") == Code.AUDIENCE
    assert fault_when(azp=[US]) == Code.AUDIENCE


@pytest.mark.parametrize(
    "exp",
    [
        ABSENT,
        None,
        "soon",
        str(AT + 300),
        True,
        [],
        0,
        AT - 60,
        float("nan"),
        float("inf"),
        10**4000,
    ],
)
def test_what_has_run_out_or_never_does_isnt_believed(exp):
    assert fault_when(exp=exp) == Code.EXPIRED


@pytest.mark.parametrize(
    "iat", [ABSENT, None, "now", True, AT + 61, float("inf"), -(10**4000), 1e300]
)
def test_what_is_dated_in_the_future_or_not_at_all_isnt_believed(iat):
    assert fault_when(iat=iat) == Code.FUTURE
    if iat not in (ABSENT, None):
        assert fault_when(nbf=iat) == Code.FUTURE


def test_clocks_may_differ_by_a_minute():
    assert read(ONE.sign(HONEST | {"exp": AT - 59, "iat": AT + 60, "nbf": AT + 59.5}))


@pytest.mark.parametrize(
    "nonce", [ABSENT, None, "", "another", 12, ["our-nonce"], "our-nonce\x00", "é\ud800"]
)
def test_the_answer_to_another_question_isnt_taken(nonce):
    assert fault_when(nonce=nonce) == Code.NONCE
