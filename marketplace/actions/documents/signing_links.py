"""Signing without an account: an address that a side gives, its owner's confirmation, and the link that lets them
sign."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions import addresses
from accounts.models import AddressChange, Organisation, User
from accounts.tokens import digest, new_secret
from common.dates import end_of_day
from marketplace import letters
from marketplace.actions.documents import signatures
from marketplace.actions.refusals import NotYet
from marketplace.models import Document, Signature, SigningAddress, SigningLink
from marketplace.rules import letters_a_day
from marketplace.rules.documents import is_called_off
from marketplace.rules.parties import whose_address
from marketplace.rules.permissions import signing_links as rights

LINK_LASTS = timedelta(days=14)
# Of one mission, whatever the version of its documents.


# --- addresses -----------------------------------------------------------------------------
@transaction.atomic
def give_address(
    document: Document, *, party: str, name: str, capacity: str, email: str, by: User,
    now: datetime,
) -> SigningAddress:  # fmt: skip
    """Name somebody without an account who signs for the organisation. A letter asks them to confirm their address;
    the link to sign leaves once they have. Raises NotYet."""
    document = signatures.locked(document)
    _require_left(document, party)
    _require_mandates(document, party)
    organisation = rights.organisation_of(document, party)
    if organisation is None or not rights.may_give_address(by, document, party):
        raise NotYet(_("Only those who sign for this side say who else does."))
    if other := whose_address(document, party, email):
        raise NotYet(
            _(
                "This is the address of %(name)s, who doesn’t sign for this side: each side signs for itself."
            )
            % {"name": other.get_full_name()}
        )
    if any(email.lower() == user.email.lower() for user, _c in rights.accounts(document, party)):
        raise NotYet(_("This person has an account: choose them in the list."))
    if any(email.lower() == one.email.lower() for one in rights.addresses(document, party)):
        raise NotYet(_("This address is confirmed already: choose it in the list."))
    of_the_mission = SigningAddress.objects.filter(document__mission=document.mission)
    _require_calm(of_the_mission.filter(given_at__gt=now - letters_a_day.A_DAY))
    known = SigningAddress.objects.standing().filter(organisation=organisation, email__iexact=email)
    known.update(removed_at=now)
    token = new_secret()
    address = SigningAddress.objects.create(
        organisation=organisation, document=document, party=party, name=name, capacity=capacity,
        email=email, token=digest(token), given_by=by, given_at=now, expires_at=end_of_day(now + LINK_LASTS),
    )  # fmt: skip
    letters.confirm_address(address, token)
    letters.address_given(address)
    return address


def _require_calm(today: QuerySet) -> None:
    """Addresses are typed by hand, and each has a letter; so has each link. Raises NotYet."""
    if why := letters_a_day.why_no_more(today.count()):
        raise NotYet(why)


def address_of(token: str, now: datetime) -> SigningAddress:
    """The address behind the link of the confirmation letter. Raises NotYet with the sentence when the link is
    unknown, too old or used, or when whoever gave the address may no longer do so."""
    found = SigningAddress.objects.select_related("organisation", "given_by", "document__mission")
    address = found.filter(token=digest(token)).first()
    if address is None:
        raise NotYet(
            _(
                "This link isn’t complete: copy it whole from the letter, up to its end, or ask the person who sent it for a new one."
            )
        )
    if address.removed_at:
        raise NotYet(_("This address was taken off the list since: ask the person who gave it."))
    if address.confirmed_at:
        raise NotYet(
            _(
                "This address is confirmed: a document that waits for you comes in a letter of its own."
            )
        )
    if address.is_expired(now):
        raise NotYet(_("This link has run out. Ask the person who sent it for a new one."))
    _require_giver(address)
    return address


def _require_giver(address: SigningAddress) -> None:
    if not rights.may_give_address(address.given_by, address.document, address.party):
        raise NotYet(
            _("Whoever gave this address no longer signs for %(who)s: they have to give it again.")
            % {"who": address.organisation}
        )


@transaction.atomic
def confirm_address(token: str, now: datetime) -> SigningAddress:
    """The owner confirms that the address is theirs and that they sign. The link to sign is sent at once."""
    address = address_of(token, now)
    fresh = SigningAddress.objects.filter(pk=address.pk, confirmed_at=None, removed_at=None)
    if not fresh.update(confirmed_at=now):
        raise NotYet(
            _(
                "This address is confirmed: a document that waits for you comes in a letter of its own."
            )
        )
    address.confirmed_at = now
    document = signatures.locked(address.document)
    waits = document.waits_for_signatures and not is_called_off(document)
    if waits and address.party in document.parties_left():
        _send(document, party=address.party, to=address, by=address.given_by, now=now)
    return address


@transaction.atomic
def remove_address(address: SigningAddress, *, by: User, now: datetime) -> None:
    """Take an address off the list: its owner no longer signs, and the links sent to it that aren't used stop
    working."""
    if SigningAddress.objects.standing().filter(pk=address.pk).update(removed_at=now):
        waiting = address.links.filter(used_at=None, stopped_at=None)
        for link in waiting:
            stop(link, by=by, now=now)


@transaction.atomic
def end_addresses_of(person: User, organisation: Organisation, *, by: User, now: datetime) -> None:
    """This person has left the organisation: their mailboxes, which it may have named when they had no account, sign for
    it no more."""
    theirs = SigningAddress.objects.standing().filter(organisation=organisation)
    for email in addresses.known_of(person, within=organisation):
        for address in theirs.filter(email__iexact=email):
            remove_address(address, by=by, now=now)


def end_former_address(change: AddressChange, *, now: datetime) -> None:
    """Take off the lists the mailbox that a member, or somebody whom the organisation faces, has given up for another:
    the site soon forgets whose it was."""
    ours = addresses.given_up_in(change)
    named = SigningAddress.objects.standing().filter(email__iexact=change.before)
    for address in named.select_related("organisation", "document__mission"):
        facing = whose_address(address.document, address.party, address.email)
        if address.organisation in ours or facing == change.user:
            remove_address(address, by=change.user, now=now)


# --- links ---------------------------------------------------------------------------------
@transaction.atomic
def send(
    document: Document, *, party: str, to: User | SigningAddress, by: User, now: datetime
) -> SigningLink:
    """Send a link to sign to one of the side's accounts that sign, or to a confirmed address. The side itself or a
    coordinator does it. Earlier links of the same side stop working; those who sign for the side are told at
    once, and may stop the link. Raises NotYet."""
    document = signatures.locked(document)
    _require_mandates(document, party)
    of_the_mission = SigningLink.objects.filter(document__mission=document.mission)
    _require_calm(of_the_mission.filter(sent_at__gt=now - letters_a_day.A_DAY))
    return _send(document, party=party, to=to, by=by, now=now)


def _send(
    document: Document, *, party: str, to: User | SigningAddress, by: User, now: datetime
) -> SigningLink:
    _require_left(document, party)
    if not rights.may_send(by, document, party):
        raise NotYet(_("Each side has its own links sent, or the coordinators do it."))
    reader = _reader(document, party, to)
    token = new_secret()
    document.links.filter(party=party, used_at=None).update(expires_at=now)
    link = SigningLink.objects.create(
        document=document, party=party, token=digest(token), sent_by=by, sent_at=now,
        expires_at=end_of_day(now + LINK_LASTS), **reader,
    )  # fmt: skip
    letters.signing_link(link, token)
    letters.link_sent(link)
    return link


def _reader(document: Document, party: str, to: User | SigningAddress) -> dict:
    if isinstance(to, SigningAddress):
        if to not in rights.addresses(document, party):
            raise NotYet(_("This address isn’t confirmed for this side."))
        return {"address": to, "name": to.name, "capacity": to.capacity, "email": to.email}
    for user, capacity in rights.accounts(document, party):
        if user.pk == to.pk:
            name = user.get_full_name()
            return {"user": user, "name": name, "capacity": capacity, "email": user.email}
    raise NotYet(_("This person doesn’t sign for this side."))


def _require_mandates(document: Document, party: str) -> None:
    """Nobody is asked to sign for several structures before each has agreed to it: the link would open on a refusal."""
    if why := signatures.why_not_for_all(document, party):
        raise NotYet(why)


def _require_left(document: Document, party: str) -> None:
    over = document.is_void or is_called_off(document)
    if over or party not in document.parties_left():
        raise NotYet(_("There is nothing left to sign for this side."))


@transaction.atomic
def stop(link: SigningLink, *, by: User, now: datetime) -> None:
    """Stop a link: it no longer opens. Raises NotYet once it has been used or stopped."""
    waiting = SigningLink.objects.filter(pk=link.pk, used_at=None, stopped_at=None)
    if not waiting.update(stopped_at=now, stopped_by=by):
        raise NotYet(_("This link has been used or stopped already."))
    letters.forget_signing_link(link)


def open_link(token: str, now: datetime) -> SigningLink:
    """The link behind a token. Raises NotYet with the sentence when the link is unknown, used, stopped or too old,
    when its sender or reader lost the right to it, or when the document isn't to be signed: the reader knows
    before reading it."""
    links = SigningLink.objects.select_related(
        "document__mission__sheet", "document__mission__need__organisation",
        "document__mission__offer__organisation", "document__mission__offer__person",
        "sent_by", "user", "address",
    )  # fmt: skip
    link = links.filter(token=digest(token)).first()
    if link is None:
        raise NotYet(
            _(
                "This link isn’t complete: copy it whole from the letter, up to its end, or ask the person who sent it for a new one."
            )
        )
    if link.used_at:
        raise NotYet(_("This link has been used: the document is signed for your side."))
    if link.stopped_at:
        raise NotYet(_("This link was stopped by somebody of your side: ask them why."))
    if link.expires_at <= now:
        raise NotYet(_("This link has run out. Ask the person who sent it for a new one."))
    signatures.require_signable(link.document, link.party, link.document.sha256)
    _require_still_theirs(link)
    return link


def _require_still_theirs(link: SigningLink) -> None:
    """Raises NotYet unless the sender, the side and the reader still have the rights they had when the link was
    sent. It is checked each time that the link is opened."""
    organisation = rights.held_with(link.document, link.party)
    if organisation is not None and not organisation.is_accepted:
        raise NotYet(
            _("%(who)s can’t sign for now: the coordinators know why.") % {"who": organisation}
        )
    if not rights.may_send(link.sent_by, link.document, link.party):
        raise NotYet(_("Whoever had this link sent may no longer do so: ask for a new one."))
    if link.user and link.email.lower() != link.user.email.lower():
        raise NotYet(
            _(
                "This link went to an address that is no longer the one of your account: ask for a new link."
            )
        )
    to = link.address or link.user
    if to is None:
        raise NotYet(_("This link has run out. Ask the person who sent it for a new one."))
    try:
        _reader(link.document, link.party, to)
    except NotYet:
        raise NotYet(
            _("You no longer sign for this side: whoever does signs this document.")
        ) from None


@transaction.atomic
def sign(token: str, *, read: str, capacity: str, ip: str | None, now: datetime) -> Signature:
    """Use the link and sign, both in one transaction."""
    link = open_link(token, now)
    unused = SigningLink.objects.filter(pk=link.pk, used_at=None, stopped_at=None)
    if not unused.update(used_at=now):
        raise NotYet(_("This link has been used: the document is signed for your side."))
    return signatures.sign(
        link.document, party=link.party, read=read, name=link.name,
        capacity=link.capacity or capacity, email=link.email, ip=ip, how=Signature.How.LINK,
        by=link.user, given_by=link.address.given_by if link.address else None, now=now,
    )  # fmt: skip
