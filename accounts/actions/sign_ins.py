"""An organisation's own sign-in, as its administrators decide: set up, tried, opened to all, required, ended. Who comes in
by it is in `arrivals`."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import letters, permissions
from accounts.actions import arrivals, memberships, sign_in_links
from accounts.actions.refusals import Refusal
from accounts.models import MailDomain, Organisation, SignIn, User
from accounts.openid.flow import Identity
from accounts.tokens import sign_in_slug

WELL_KNOWN = "/.well-known/openid-configuration"
LONGEST_NAME = 40  # of allauth's row
TRIED_WITHIN = timedelta(days=1)
ONE_FAULT_EACH = timedelta(minutes=1)
HOST = re.compile(r"[a-z0-9.-]+(?::[0-9]{1,5})?")


def issuer_of(typed: str) -> str:
    """The provider's address, as it names itself, from what somebody typed or copied; "" when it can't be one."""
    bare = typed.strip().removesuffix(WELL_KNOWN)
    try:
        parts = urlsplit(bare)
        host, _port = parts.netloc.lower(), parts.port
    except ValueError:
        return ""
    plain = bare.isascii() and bare.isprintable() and " " not in bare
    if parts.scheme not in _schemes() or not HOST.fullmatch(host) or not plain:
        return ""
    if "?" in bare or "#" in bare:
        return ""
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _schemes() -> set[str]:
    """To try things out, a provider on this very machine is asked by http too."""
    return {"https", "http"} if settings.OPENID_LOOPBACK else {"https"}


def slug_for(organisation: Organisation) -> str:
    """What the addresses of its sign-in hold, or will hold."""
    live = organisation.sign_ins.live().select_related("app").first()
    if live and live.app:
        return live.app.provider_id
    return sign_in_slug(organisation.pk, organisation.sign_ins.count())


@transaction.atomic
def set_up(
    organisation: Organisation,
    *,
    issuer: str,
    client_id: str,
    secret: str,
    vouched: bool,
    by: User,
    now: datetime,
) -> SignIn:
    """Write down the provider. It opens nothing yet. A second click returns what the first one has made."""
    _lock(organisation)
    _require_voice(organisation, by)
    address = _readable(issuer)
    live = organisation.sign_ins.live().select_related("app").first()
    if live is not None and live.app is not None:
        if (live.issuer, live.app.client_id) == (address, client_id):
            return live
        raise Refusal(_("Another administrator has just set the sign-in up: load this page again."))
    if not MailDomain.objects.opening_alone(now).filter(organisation=organisation).exists():
        raise Refusal(no_domain_words())
    app = SocialApp.objects.create(
        provider="openid_connect",
        provider_id=slug_for(organisation),
        name=organisation.name[:LONGEST_NAME],
        client_id=client_id,
        secret=secret,
        settings={"server_url": address},
    )
    return SignIn.objects.create(
        organisation=organisation,
        app=app,
        issuer=address,
        vouched=vouched,
        added_by=by,
        added_at=now,
    )


def no_domain_words() -> str:
    return _(
        "First prove that a domain is yours, and have the coordinators say yes: the sign-in opens accounts for the addresses of such a domain alone. That is done on the page of your domains."
    )


@transaction.atomic
def change(
    sign_in: SignIn,
    *,
    issuer: str,
    client_id: str,
    secret: str = "",
    vouched: bool,
    by: User,
    now: datetime,
) -> None:
    """Write it otherwise. A new provider, or a new name of ours there, has to be tried and opened again; a new provider
    knows none of the people of the one before. An empty secret keeps the one there is."""
    row = _fresh(sign_in, by)
    app, address = _app(row), _readable(issuer)
    moved, renamed = address != row.issuer, client_id != app.client_id
    if moved:
        sign_in_links.of_sign_in(row).delete()
    if moved or renamed:
        row.tried_at = row.tried_by = row.opened_at = row.required_at = None
    row.issuer, row.vouched, row.fault = address, vouched, ""
    row.save()
    app.client_id, app.settings = client_id, app.settings | {"server_url": address}
    app.secret = secret or app.secret
    app.save(update_fields=["client_id", "secret", "settings"])
    if moved or renamed:
        letters.sign_in_changed(row, letters.Said.CHANGED, by=by, now=now)


@transaction.atomic
def note_tried(sign_in: SignIn, identity: Identity, *, by: User, now: datetime) -> None:
    """An administrator has come back from the provider, with an address that counts. It links nobody."""
    row = _fresh(sign_in, by)
    arrivals.require_address(row, identity, now=now)
    row.tried_at, row.tried_by, row.fault = now, by, ""
    row.save(update_fields=["tried_at", "tried_by", "fault"])


@transaction.atomic
def open_to_all(sign_in: SignIn, *, by: User, now: datetime) -> None:
    """From now on people come in by it."""
    row = _fresh(sign_in, by)
    if row.opened_at:
        return
    if row.tried_at is None:
        raise Refusal(_("Try it first: nobody knows yet whether it works."))
    _require_backed(row, now)
    row.opened_at = now
    row.save(update_fields=["opened_at"])
    letters.sign_in_changed(row, letters.Said.OPENED, by=by, now=now)


@transaction.atomic
def shut(sign_in: SignIn, *, by: User, now: datetime) -> None:
    """Nobody comes in by it any more, and nobody has to. The links stay, for the day when it is opened again."""
    row = _fresh(sign_in, by)
    if row.opened_at is None:
        return
    row.opened_at = row.required_at = None
    row.save(update_fields=["opened_at", "required_at"])
    letters.sign_in_changed(row, letters.Said.SHUT, by=by, now=now)


@transaction.atomic
def require(sign_in: SignIn, *, by: User, now: datetime) -> None:
    """From now on working time is shown to those alone who come in by it. Whoever decides it has just done so."""
    row = _fresh(sign_in, by)
    if row.required_at:
        return
    if row.opened_at is None:
        raise Refusal(_("Open it to all first."))
    _require_backed(row, now)
    if not has_just_used_it(row, by, now=now):
        raise Refusal(
            _(
                "Come in by it yourself, or try it once more, then require it within a day: nobody should be shut out by a sign-in that has stopped working."
            )
        )
    row.required_at = now
    row.save(update_fields=["required_at"])
    letters.sign_in_changed(row, letters.Said.REQUIRED, by=by, now=now)


def has_just_used_it(sign_in: SignIn, user: User, *, now: datetime) -> bool:
    """Whether this person has come in by it, or tried it, within a day."""
    since = now - TRIED_WITHIN
    tried = sign_in.tried_by_id == user.pk and sign_in.tried_at is not None
    if tried and sign_in.tried_at and sign_in.tried_at > since:
        return True
    links = sign_in_links.of_sign_in(sign_in)
    return links.filter(user=user, last_login__gt=since).exists()


@transaction.atomic
def lift(sign_in: SignIn, *, by: User, now: datetime) -> None:
    """Working time is shown again to who comes in by their own password."""
    row = _fresh(sign_in, by)
    if row.required_at is None:
        return
    row.required_at = None
    row.save(update_fields=["required_at"])
    letters.sign_in_changed(row, letters.Said.LIFTED, by=by, now=now)


@transaction.atomic
def end(sign_in: SignIn, *, by: User, now: datetime) -> None:
    """Take it out for good: what we know of the provider and the links go. The accounts stay."""
    row = _fresh(sign_in, by)
    sign_in_links.finish(row, why=SignIn.End.BY_HAND, now=now)
    letters.sign_in_changed(row, letters.Said.ENDED, by=by, now=now)


def note_fault(sign_in: SignIn, code: str, *, now: datetime) -> None:
    """Keep the last fault, for the administrators' page; one a minute."""
    calm = Q(failed_at=None) | Q(failed_at__lt=now - ONE_FAULT_EACH)
    rows = SignIn.objects.live().filter(calm, pk=sign_in.pk)
    rows.update(fault=code, failed_at=now)


def _readable(issuer: str) -> str:
    if address := issuer_of(issuer):
        return address
    raise Refusal(unreadable_words())


def unreadable_words() -> str:
    return _(
        "Write the address of your provider as it gives it, beginning with https:// and without a question mark."
    )


def _app(row: SignIn) -> SocialApp:
    assert row.app is not None, "it hasn’t ended"
    return row.app


def _require_backed(row: SignIn, now: datetime) -> None:
    if not SignIn.objects.backed(now).filter(pk=row.pk).exists():
        raise Refusal(no_domain_words())


def _lock(organisation: Organisation) -> None:
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))


def _fresh(sign_in: SignIn, by: User) -> SignIn:
    """The row, locked by its organisation and read again. Raises Refusal when it has ended, or isn't theirs today."""
    _lock(sign_in.organisation)
    rows = SignIn.objects.select_related("organisation", "app")
    found = rows.get(pk=sign_in.pk)
    _require_voice(found.organisation, by)
    if found.ended_at:
        raise Refusal(_("This sign-in has ended: set it up again."))
    return found


def _require_voice(organisation: Organisation, by: User) -> None:
    fresh = Organisation.objects.get(pk=organisation.pk)
    if not permissions.can_run_sign_in(by, fresh):
        raise Refusal(
            _("You can’t decide for %(organisation)s at the moment.") % {"organisation": fresh}
        )
