"""The e-mail domains of an organisation: its administrators name one, show that it is theirs, ask the coordinators and
end it. What the coordinators and the clock do with it is in `domain_rights`."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import dns, domains, letters, permissions
from accounts.actions import join_requests, memberships
from accounts.actions.refusals import Refusal
from accounts.domains import Unfit
from accounts.models import MailDomain, Membership, Organisation, User
from accounts.models.groups import group_of
from accounts.tokens import digest, new_secret
from common.dates import end_of_day

MOST = 10  # domains
LINK_LASTS = timedelta(days=3)
REST = timedelta(minutes=10)
A_DAY = timedelta(days=1)
LETTERS_A_DAY = 10  # of one organisation
CHECK_AGAIN_AFTER = timedelta(seconds=30)
ASK_AGAIN_AFTER = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=30)


def why_not(typed: str) -> str:
    """Why this can't be an organisation's own domain, as a sentence; "" when it can."""
    match domains.why_not(typed):
        case None:
            return ""
        case Unfit.NUMBERS:
            return _("This is the address of a machine: write the domain, as in “verreries.fr”.")
        case Unfit.FREE:
            return _(
                "Anybody may open a mailbox there: name a domain whose addresses you hand out yourselves."
            )
        case Unfit.SCHOOL:
            return _(
                "The domains of schools and universities can’t be named: their pupils and students have addresses there too."
            )
        case Unfit.SHARED:
            return _(
                "Several organisations have their addresses there: invite your people by a list or a link."
            )
    return _("We can’t read this as a domain: write what follows the @ of your addresses.")


@transaction.atomic
def add(organisation: Organisation, typed: str, *, by: User, now: datetime) -> MailDomain:
    """Name a domain. It opens nothing, unless whoever names it has an address there that they have confirmed already.
    A second click returns what the first one has made."""
    _lock(organisation)
    _require_voice(organisation, by)
    if refusal := why_not(typed):
        raise Refusal(refusal)
    domain = domains.ascii_of(typed)
    mine = organisation.mail_domains.live()
    if there := mine.filter(domain=domain).first():
        return there
    if (
        mine.count() >= MOST
        or organisation.mail_domains.filter(added_at__gt=now - A_DAY).count() >= 2 * MOST
    ):
        raise Refusal(
            ngettext(
                "An organisation has %(most)d domain at most: end one to name another.",
                "An organisation has %(most)d domains at most: end one to name another.",
                MOST,
            )
            % {"most": MOST}
        )
    row = MailDomain.objects.create(
        organisation=organisation, domain=domain, txt=new_secret(), added_by=by, added_at=now
    )
    if join_requests.address_at(by, domain) and not held_by_others(row).exists():
        row.shown_at = now
        row.save(update_fields=["shown_at"])
    return row


def held_by_others(row: MailDomain) -> QuerySet[MailDomain]:
    """Rows of the same domain that an organisation outside the group of this one has shown or proven to be its own."""
    return outside(row, MailDomain.objects.claimed())


def outside(row: MailDomain, rows: QuerySet[MailDomain]) -> QuerySet[MailDomain]:
    """Those of these rows that are about the same domain and of no organisation of the group."""
    family = {row.organisation_id, *(one.pk for one in group_of(row.organisation))}
    return rows.filter(domain=row.domain).exclude(organisation__in=family)


@transaction.atomic
def show_by_own_address(row: MailDomain, *, by: User, now: datetime) -> None:
    """An administrator has an address at the domain, which they have confirmed: that shows as much as a letter."""
    row = _fresh(row, by)
    _require_free(row)
    if not join_requests.address_at(by, row.domain):
        raise Refusal(
            _("You have no confirmed address at %(domain)s: have a letter sent to one.")
            % {"domain": row.shown}
        )
    _show(row, now)


@transaction.atomic
def write_to(row: MailDomain, mailbox: str, *, by: User, now: datetime) -> str:
    """Send a letter to an address of the domain; its link, opened by an administrator, shows that they read it. The link
    before stops working. Returns the secret, which is kept in the letter only."""
    row = _fresh(row, by)
    _require_free(row)
    if domains.of_address(mailbox) != row.domain:
        raise Refusal(
            _("This address isn’t at %(domain)s: write one that ends with it.")
            % {"domain": row.shown}
        )
    _require_calm(row, now)
    letters.domain_link_dead(row, now=now)
    secret = new_secret()
    row.mailbox, row.token, row.mailed_at = mailbox, digest(secret), now
    row.mailed_count += 1
    row.save(update_fields=["mailbox", "token", "mailed_at", "mailed_count"])
    letters.domain_mailbox(row, secret, by=by, expires_at=end_of_day(now + LINK_LASTS))
    return secret


def _require_calm(row: MailDomain, now: datetime) -> None:
    """Anybody's address may be typed: few letters leave."""
    if row.mailed_at and row.mailed_at > now - REST:
        raise Refusal(_("The letter left a few minutes ago: give it the time to arrive."))
    lately = MailDomain.objects.filter(
        organisation=row.organisation_id, mailed_at__gt=now - A_DAY
    ).aggregate(letters=Sum("mailed_count"))
    if (lately["letters"] or 0) >= LETTERS_A_DAY:
        raise Refusal(_("That is a lot of letters for one day: go on tomorrow."))


def from_secret(secret: str) -> MailDomain | None:
    """The row whose letter holds this secret; None when there is none, or a newer letter has replaced it."""
    rows = MailDomain.objects.live().select_related("organisation")
    return rows.filter(token=digest(secret)).first()


def link_works(row: MailDomain, now: datetime) -> bool:
    return row.mailed_at is not None and now <= end_of_day(row.mailed_at + LINK_LASTS)


@transaction.atomic
def show_by_letter(row: MailDomain, secret: str, *, by: User, now: datetime) -> None:
    """An administrator has opened the letter's link, and clicked."""
    row = _fresh(row, by)
    if row.token != digest(secret):
        raise Refusal(_("A newer letter has replaced this one: open its link."))
    if not link_works(row, now):
        raise Refusal(_("This link worked for three days: have another letter sent."))
    _require_free(row)
    _show(row, now)


def _show(row: MailDomain, now: datetime) -> None:
    row.shown_at, row.token, row.mailbox = row.shown_at or now, None, ""
    row.save(update_fields=["shown_at", "token", "mailbox"])


def check(row: MailDomain, *, by: User, now: datetime) -> MailDomain:
    """Look for the record. Nothing is locked meanwhile: the DNS may take its time. Raises Refusal."""
    row = _begin_check(row, by=by, now=now)
    return note(row, dns.look(row.domain, row.record_value), now=now)


@transaction.atomic
def _begin_check(row: MailDomain, *, by: User, now: datetime) -> MailDomain:
    row = _fresh(row, by)
    lately = row.organisation.mail_domains.filter(checked_at__gt=now - CHECK_AGAIN_AFTER)
    if lately.exists():
        raise Refusal(_("We have just looked: try again in half a minute."))
    row.checked_at = now
    row.save(update_fields=["checked_at"])
    return row


@transaction.atomic
def note(row: MailDomain, seen: str, *, now: datetime) -> MailDomain:
    """Write down what the DNS has said."""
    _lock(row.organisation)
    row = MailDomain.objects.select_related("organisation").get(pk=row.pk)
    row.seen, row.checked_at = seen, now
    if seen == MailDomain.Seen.FOUND:
        row.found_at, row.lost_at = row.found_at or now, None
    elif row.found_at and row.lost_at is None:
        row.lost_at = now
    row.save(update_fields=["seen", "checked_at", "found_at", "lost_at"])
    return row


@transaction.atomic
def ask_coordinators(row: MailDomain, *, by: User, now: datetime) -> None:
    """Ask the coordinators of the pôle whether people may join without an administrator's yes. A second click asks
    nothing more."""
    row = _fresh(row, by)
    if row.asked_at:
        return
    if refusal := why_not_ask(row, now=now):
        raise Refusal(refusal)
    put_question(row, by=by, now=now)


def why_not_ask(row: MailDomain, *, now: datetime) -> str:
    """Why the coordinators can't be asked, as a sentence; "" when they can."""
    if not row.record_holds(now) or row.lost_at:
        return _("The record has to be found first: put it in place, then have it checked.")
    if row.agreed_until and row.agreed_until > now + RENEWED_BEFORE:
        return _("The coordinators have said yes already.")
    if row.refused_at and row.refused_at > now - ASK_AGAIN_AFTER:
        return _("The coordinators have said no: ask again a month after their answer.")
    if held_alone_by_others(row, now=now).exists():
        return taken_words()
    return ""


def held_alone_by_others(row: MailDomain, *, now: datetime) -> QuerySet[MailDomain]:
    """Rows by which people join an organisation outside the group without an administrator's yes: nobody takes those."""
    return outside(row, MailDomain.objects.opening_alone(now))


def taken_words() -> str:
    return _(
        "This domain is another organisation’s here. If you are of one group, name it first on the page of your organisation."
    )


def put_question(row: MailDomain, *, by: User | None, now: datetime) -> None:
    """`by` is None when the clock asks again."""
    row.asked_at, row.asked_by = now, by
    row.save(update_fields=["asked_at", "asked_by"])
    people = Membership.objects.coordinating(row.organisation.pole).people()
    may = [one for one in people if permissions.can_verify(one, row.organisation)]
    letters.domain_asked(row, may)


@transaction.atomic
def end(row: MailDomain, *, by: User, now: datetime) -> None:
    """Its administrators take it out: nobody joins by it any more. Who has joined stays."""
    finish(_fresh(row, by), why=MailDomain.End.BY_HAND, now=now)


def finish(row: MailDomain, *, why: str, now: datetime) -> None:
    """Write that it has ended, and answer those who were waiting. The caller holds the lock."""
    row.ended_at, row.ended_why, row.asked_at = now, why, None
    row.token, row.mailbox = None, ""
    row.save(update_fields=["ended_at", "ended_why", "asked_at", "token", "mailbox"])
    letters.domain_link_dead(row, now=now)
    join_requests.drop_those_by(row, now=now)


def _lock(organisation: Organisation) -> None:
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))


def _fresh(row: MailDomain, by: User) -> MailDomain:
    """The row, locked by its organisation and read again. Raises Refusal when it has ended, or isn't theirs today."""
    _lock(row.organisation)
    found = MailDomain.objects.select_related("organisation__pole").get(pk=row.pk)
    _require_voice(found.organisation, by)
    if found.ended_at:
        raise Refusal(_("This domain has ended here: name it again."))
    return found


def _require_voice(organisation: Organisation, by: User) -> None:
    fresh = Organisation.objects.get(pk=organisation.pk)
    if not permissions.can_gather(by, fresh):
        raise Refusal(
            _("You can’t decide for %(organisation)s at the moment.") % {"organisation": fresh}
        )


def _require_free(row: MailDomain) -> None:
    if held_by_others(row).exists():
        raise Refusal(
            _(
                "Another organisation has named this domain already: only the record shows that it is yours."
            )
        )
