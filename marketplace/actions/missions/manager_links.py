"""The mailbox of a manager who has an account: it follows a change of address, and ends when they leave the company."""

from contextlib import suppress
from datetime import datetime

from accounts.actions import addresses
from accounts.models import AddressChange, Organisation, User
from marketplace.actions.missions import agreements
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Employee
from marketplace.models.missions.agreements import AgreementQuerySet


def follow_address(change: AddressChange, *, now: datetime) -> None:
    """Write to the manager's new address from now on, with a new link: the one sent to the address before, which the
    site soon forgets, would outlive them in the company."""
    theirs, following = addresses.given_up_in(change), addresses.followed_by(change)
    led = Employee.objects.filter(organisation__in=theirs)
    led.filter(manager_email__iexact=change.before).update(manager_email=following)
    asked = _asked_of_managers().filter(mission__offer__organisation__in=theirs)
    for question in asked.filter(email__iexact=change.before).order_by("pk"):
        _ask_at(question, following, now=now)


def _ask_at(question: Agreement, email: str, *, now: datetime) -> None:
    """A link that works is sent anew; where none may be sent today, it has run out, and may be sent again."""
    was_open = not question.is_expired(now)
    question.email, question.expires_at = email, now
    question.save(update_fields=["email", "expires_at"])
    if was_open:
        with suppress(NotYet):
            agreements.send_again(question, now=now)


def end_links_of(person: User, company: Organisation, *, now: datetime) -> None:
    """This person has left the company: the links that it sent them as a manager stop, those that have run out aren't
    sent again, and its employees no longer have them as their manager. A manager who never had an account is left as
    they are."""
    waiting = _asked_of_managers().filter(mission__offer__organisation=company)
    for address in addresses.known_of(person, within=company):
        waiting.filter(email__iexact=address).update(expires_at=now, token=None)
        led = company.employees.filter(manager_email__iexact=address)
        led.update(manager_name="", manager_email="")


def _asked_of_managers() -> AgreementQuerySet:
    return Agreement.objects.waiting().filter(asked=Agreement.Asked.MANAGER)
