"""How allauth behaves on this site: its letters are ours, and people are taken where they wanted to go."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import (
    send_verification_email_to_address,
)
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import coming, known_browsers, languages, letters, opening, typed
from accounts.actions import addresses, people
from accounts.models import Invitation, User
from accounts.requests import SignedInRequest
from notifications.rendering import language_of

LETTERS = {"letters": "10/d/key"}  # of one kind, to one mailbox
# In the session: the fingerprint of the invitation letter that this visitor has in hand.
INVITATION_LETTER = "invitation_letter"
# In the session: who has come back from an organisation's sign-in, and waits for a yes or a login.
PENDING = "pending_sign_in"
# In the session: the address that the secret of a letter in hand has shown, and when.
SHOWN_ADDRESS = "shown_address"
SHOWN_FOR = 60 * 60  # seconds
# In the session: the last letter that an address typed here was sent, and the address that a link has just confirmed here.
WRITTEN_TO, CONFIRMED = "written_to", "confirmed_here"
WRITTEN_FOR = 24 * 60 * 60  # seconds
AGAIN_AFTER = timedelta(minutes=3)  # allauth's calm between two letters that confirm one address
ON_THE_WAY_IN = ("account/email/email_confirmation", "account/email/account_already_exists")
CAME_BY = "came_by"  # handed on by the login: the number of the sign-in, and when
PENDING_FOR = 30 * 60  # seconds
# allauth's names of what has changed, and what we say of it.
PASSWORD_LETTERS = {f"account/email/password_{how}" for how in ("changed", "set", "reset")}
SECOND_FACTOR_LETTERS = {
    "mfa/email/totp_activated": _("A code from an app on a phone is now asked when you log in."),
    "mfa/email/totp_deactivated": _("The code from the app is no longer asked."),
    "mfa/email/webauthn_added": _("A passkey was added: it can be used to log in."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/recovery_codes_generated": _(
        "New recovery codes were made: those of before no longer work."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This address and this password don’t go together. Check both, or ask for a new password."
        ),
        "too_many_login_attempts": _(
            "Too many attempts: wait five minutes, or ask for a new password."
        ),
        "too_many_everywhere": _(
            "Many wrong passwords have been tried for this address from several places. Wait an "
            "hour, come from a browser where you have already logged in, or ask for a new password."
        ),
        "rate_limited": _("That is a lot in a short time: wait a minute, then try again."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt in known_browsers: allauth's own counter would also shut the owner out when somebody
        guesses."""
        try:
            self.attempt = known_browsers.count(request, credentials.get("email", ""))
        except known_browsers.TooMany as too_many:
            raise self.validation_error(
                "too_many_everywhere" if too_many.everywhere else "too_many_login_attempts"
            ) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            known_browsers.give_back(self.attempt)
        return user

    def is_safe_url(self, url: str | None) -> bool:
        """Whether somebody may be led there after the login. An address that can't be read is none: allauth reads it
        first, and lets the fault through."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whether the address was proved by the letter of an invitation, from which the person
        has come.

        allauth has a stash for this, but it would give that address to whoever signs up, even
        to a colleague who was handed the letter and types an address of their own.
        """
        return email.lower() in {invited_address(request), shown_address(request)}

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Post the letter. Its links lead to the site's own address, by whatever host name the request came.
        Somebody with a confirmed address is asked to confirm another one, and isn't welcomed again. Beyond those of a
        day nothing is sent: the page says the same, and the letters before still open what they open."""
        if not _has_room(self.request, template_prefix, email):
            return
        said: dict[str, object] = {
            name: at_home(value) for name, value in context.items() if name.endswith("_url")
        }
        if template_prefix.startswith("account/email/email_confirmation"):
            known = EmailAddress.objects.filter(user=context["user"], verified=True)
            said["is_change"] = known.exists()
        if template_prefix == "account/email/account_already_exists":
            said["login_url"] = at_home(reverse("account_login"))
        reader = context.get("user") or User.objects.filter(email__iexact=email).first()
        with override(language_of(reader)):
            super().send_mail(template_prefix, email, context | said)
        if template_prefix.startswith(ON_THE_WAY_IN):
            kept = written_to(self.request)
            is_the_same = kept is not None and kept.email.lower() == email.lower()
            self.request.session[WRITTEN_TO] = _now(
                email=email,
                typed=kept.typed if kept and is_the_same else {},
                whose=getattr(context.get("user"), "pk", None),  # nobody's, where it has an account
            )

    def set_password(self, user: User, password: str) -> None:
        """Write the password alone: allauth would write back all that was read of the person before."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict | None = None,
        email: str | None = None,
    ) -> None:
        """Do nothing: changes in the security of an account are told by our own letters."""
        if template_prefix == "account/email/email_changed":
            addresses.changed(user, before=(context or {})["from_email"], now=timezone.now())
        elif template_prefix in PASSWORD_LETTERS:
            known_browsers.forget(self.request, user.email)
            addresses.new_password(user)
        elif template_prefix in SECOND_FACTOR_LETTERS:
            letters.second_factor_changed(user, change=SECOND_FACTOR_LETTERS[template_prefix])

    def get_login_redirect_url(self, request: SignedInRequest) -> str:
        """The page that waits for their yes to an organisation's sign-in; the first time, the page that suits what they came
        for; afterwards, the home page."""
        if pending_sign_in(request):
            return reverse("sign-in-welcome")
        step = people.first_step(request.user)
        if step is None:
            return super().get_login_redirect_url(request)
        people.welcome(request.user, now=timezone.now())
        return step

    def get_signup_redirect_url(self, request: SignedInRequest) -> str:
        return self.get_login_redirect_url(request)

    def logout(self, request: HttpRequest) -> None:
        """Log out, and delete what was typed in this browser while logged out, which isn't for the next person."""
        typed.forget(request, *typed.SLOTS)
        super().logout(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note, too, by which organisation's sign-in the session was opened. The second factor, where there is one, has been
        asked before."""
        for slot in (WRITTEN_TO, CONFIRMED):
            request.session.pop(slot, None)
        coming.note(request, user)
        if came_by := (kwargs.get("signal_kwargs") or {}).get(CAME_BY):
            number, at = came_by
            opening.mark(request, number, user, at=at, own=False)
        answer = super().post_login(request, user, **kwargs)
        languages.hear(request, user, answer)
        return answer


def pending_sign_in(request: HttpRequest) -> dict[str, Any] | None:
    """Who has come back from an organisation's sign-in in this browser, half an hour ago at most, and waits."""
    kept: dict[str, Any] | None = request.session.get(PENDING)
    return kept if kept and kept["at"] + PENDING_FOR > timezone.now().timestamp() else None


def invitation_in_hand(request: HttpRequest) -> Invitation | None:
    """The invitation from whose letter this visitor has come; None once it isn't open any more, or a newer letter has
    replaced that one."""
    letter = request.session.get(INVITATION_LETTER)
    opened = Invitation.objects.pending(timezone.now()).filter(token=letter).first()
    return opened if opened and opened.is_backed else None


def invited_address(request: HttpRequest) -> str | None:
    """The address of that invitation."""
    found = invitation_in_hand(request)
    return found.email.lower() if found else None


def show_address(request: HttpRequest, email: str, *, first: str = "", last: str = "") -> None:
    """Remember that whoever reads this mailbox is here: they have come by a secret that was sent to it alone; with their
    name, where the letter says one."""
    shown = {"email": email.lower(), "at": timezone.now().timestamp(), "first": first, "last": last}
    request.session[SHOWN_ADDRESS] = shown


def shown_address(request: HttpRequest) -> str | None:
    shown = _shown(request)
    return str(shown["email"]) if shown else None


def shown_person(request: HttpRequest) -> dict[str, str]:
    """What the sign-up form begins with for whoever has come so: their address, and the names that are known."""
    shown = _shown(request)
    if not shown:
        return {}
    said = {"first_name": shown.get("first", ""), "last_name": shown.get("last", "")}
    return {"email": shown["email"]} | {name: words for name, words in said.items() if words}


class WrittenTo(NamedTuple):
    email: str
    at: datetime
    typed: dict[str, str]  # in the form whose letter it is

    @property
    def again_at(self) -> datetime:
        """From when another letter may be asked for, in whole minutes as it is read."""
        return (self.at + AGAIN_AFTER + timedelta(seconds=59)).replace(second=0, microsecond=0)


def written_to(request: HttpRequest) -> WrittenTo | None:
    """The letter that awaits this visitor since a day at the most, whoever the address belongs to: it says of no address
    whether it has an account."""
    kept = _fresh(request, WRITTEN_TO, WRITTEN_FOR)
    if kept is None:
        return None
    at = datetime.fromtimestamp(kept["at"], tz=UTC)
    return WrittenTo(kept["email"], at, kept.get("typed", {}))


def note_typed(request: HttpRequest, **typed: str) -> None:
    """Keep beside the letter that awaits this visitor what they typed besides their address, to be put right with it."""
    if kept := _fresh(request, WRITTEN_TO, WRITTEN_FOR):
        request.session[WRITTEN_TO] = kept | {"typed": typed}


def write_again(request: HttpRequest, email: str) -> bool:
    """Send the letter that awaits this visitor once more: the one that confirms their own account, never that of somebody else
    who has typed the same address. Returns whether it has gone: not within the calm between two."""
    kept = _fresh(request, WRITTEN_TO, WRITTEN_FOR) or {}
    theirs = EmailAddress.objects.filter(email__iexact=email, verified=False, user__isnull=False)
    address = theirs.filter(user=kept.get("whose") or 0).first()
    address = address or EmailAddress(user=None, email=email)  # that letter knows how to log in
    return send_verification_email_to_address(request, address, signup=True)


def confirmed_here(request: HttpRequest) -> str:
    """The address that a letter's link has confirmed in this browser within the hour; "" otherwise."""
    kept = _fresh(request, CONFIRMED, SHOWN_FOR)
    return str(kept["email"]) if kept else ""


def note_confirmed(request: HttpRequest, email: str) -> None:
    request.session[CONFIRMED] = _now(email=email)


def _now(**said: Any) -> dict[str, Any]:
    return {**said, "at": timezone.now().timestamp()}


def _fresh(request: HttpRequest, slot: str, seconds: int) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(slot)
    return kept if kept and kept["at"] + seconds > timezone.now().timestamp() else None


def _shown(request: HttpRequest) -> dict[str, Any] | None:
    shown: dict[str, Any] | None = request.session.get(SHOWN_ADDRESS)
    fresh = shown is not None and shown["at"] + SHOWN_FOR > timezone.now().timestamp()
    return shown if fresh else None


def _has_room(request: HttpRequest, template_prefix: str, email: str) -> bool:
    """Whether one more letter of this kind may go to this mailbox today: anybody may type it into a form. A browser in
    which the account has been open has letters of its own, that strangers don't use up."""
    here = known_browsers.known(request, email.lower())
    key = f"{template_prefix}:{email.lower()}:{here}"
    return bool(
        ratelimit.consume(request, app="accounts", action="letters", config=LETTERS, key=key)
    )


def at_home(url: str) -> str:
    home = urlsplit(settings.SITE_URL)
    return urlsplit(url)._replace(scheme=home.scheme, netloc=home.netloc).geturl()
