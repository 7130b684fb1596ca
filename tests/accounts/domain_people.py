"""What the tests of e-mail domains are about: a company that lends its people, and who has an address there."""

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.actions import domain_rights, mail_domains
from accounts.dns import Seen
from accounts.models import MailDomain
from tests.factories import make_user, verify

DOMAIN = "verreries-du-nord.fr"


def with_address(email=f"lea.roux@{DOMAIN}", *, verified=True, **fields):
    """Somebody whose account has this address, confirmed unless said otherwise."""
    person = make_user(email=email, **({"first_name": "Léa", "last_name": "Roux"} | fields))
    if verified:
        return verify(person)
    EmailAddress.objects.create(user=person, email=email, verified=False, primary=True)
    return person


def named(organisation, by, domain=DOMAIN, **fields):
    """The row, as `mail_domains.add` makes it, with these fields written over."""
    row = mail_domains.add(organisation, domain, by=by, now=timezone.now())
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def shown(organisation, by, domain=DOMAIN):
    return named(organisation, by, domain, shown_at=timezone.now())


def proven(organisation, by, domain=DOMAIN):
    """The record was found, a moment ago."""
    row = named(organisation, by, domain)
    return mail_domains.note(row, Seen.FOUND, now=timezone.now())


def asked(organisation, by, domain=DOMAIN):
    row = proven(organisation, by, domain)
    mail_domains.ask_coordinators(row, by=by, now=timezone.now())
    row.refresh_from_db()
    return row


def agreed(organisation, by, coordinator, domain=DOMAIN):
    """People join by it alone."""
    domain_rights.agree(asked(organisation, by, domain), by=coordinator, now=timezone.now())
    return MailDomain.objects.select_related("organisation").get(
        organisation=organisation, domain=domain
    )
