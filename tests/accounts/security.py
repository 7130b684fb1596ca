"""People who care for their account: a password, an app that makes codes, a page of the site."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client
from django.urls import reverse

from tests.factories import make_user, verify

PASSWORD = "un-long-secret-42"


def with_password(**fields):
    return verify(make_user(password=PASSWORD, **fields))


def log_in(user, *, browser=None, password=PASSWORD, ip="192.0.2.1"):
    """As people do, from the page, with a browser of their own. `.answer` is what came back."""
    browser = browser or Client(REMOTE_ADDR=ip, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox")
    browser.answer = browser.post(
        reverse("account_login"), {"login": user.email, "password": password}, REMOTE_ADDR=ip
    )
    return browser


def again(browser):
    """The password once more, as before each change that counts."""
    return browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def give_app(user) -> str:
    """This person has set up an app. Returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str, *, ahead: bool = False) -> str:
    """What the app shows; `ahead`, on a phone whose clock is half a minute ahead."""
    taken = list(counters())
    return format_hotp_value(hotp_value(secret, taken[-1 if ahead else 0]))
