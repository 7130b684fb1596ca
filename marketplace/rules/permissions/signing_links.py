"""Who may have a signing link sent for a side, to whom, and who may stop it. Reads only."""

from accounts.models import Organisation, User
from marketplace.models import Document, Party, SigningAddress
from marketplace.rules import mailboxes
from marketplace.rules.documents import is_called_off
from marketplace.rules.parties import has_signed_facing, signers_of, whose_address
from marketplace.rules.permissions.coordination import follows
from marketplace.rules.permissions.documents import may_sign_for
from marketplace.rules.permissions.organisations import oversees


def organisation_of(document: Document, party: str) -> Organisation | None:
    """The organisation in whose name a side signs; None for the person who comes, who signs for themselves."""
    mission = document.mission
    assert mission is not None, f"{document} belongs to no mission"
    match party:
        case Party.STRUCTURE:
            return mission.structure
        case Party.EMPLOYER:
            return None if mission.is_own_time else mission.offer.organisation
    return None


def held_with(document: Document, party: str) -> Organisation | None:
    """The organisation whose suspension keeps the side from signing: its own; for whoever comes on working time, the
    company that lends them."""
    mission = document.mission
    if party == Party.PERSON and mission is not None and not mission.is_own_time:
        return mission.offer.organisation
    return organisation_of(document, party)


def answers_for(user: User, document: Document, party: str) -> bool:
    """Whether this person is of that side today. For the employer: those who sign for it or oversee its people, and
    not the employee's other colleagues. For the structure: its people, but never the person who comes, though
    they may have joined it since."""
    if document.mission is None or not user.is_active:
        return False
    offer = document.mission.offer
    if party == Party.PERSON:
        return offer.brings(user)
    organisation = organisation_of(document, party)
    if organisation is None or not organisation.is_accepted:
        return False
    if party == Party.STRUCTURE:
        return user.pk != offer.spokesperson_id and user.speaks_for(organisation)
    return may_sign_for(user, organisation) or oversees(user, organisation)


def may_send(user: User, document: Document, party: str) -> bool:
    """True for the side itself, and for the coordinators who are on none: nobody has a link sent for the other
    side."""
    if document.mission is None or not user.is_active:
        return False
    return answers_for(user, document, party) or follows(user, document.mission)


def may_give_address(user: User, document: Document, party: str) -> bool:
    """True for those who sign for the organisation."""
    organisation = organisation_of(document, party)
    return answers_for(user, document, party) and may_sign_for(user, organisation)


def may_stop(user: User, document: Document, party: str) -> bool:
    return answers_for(user, document, party)


def accounts(document: Document, party: str) -> list[tuple[User, str]]:
    """The people who may sign for the side from their account today, with their capacity."""
    found = [(user, capacity) for user, capacity in signers_of(document, party) if user.is_active]
    if party == Party.PERSON and document.mission is not None:
        return [signer for signer in found if document.mission.offer.brings(signer[0])]
    return found


def given_addresses(document: Document, party: str) -> list[SigningAddress]:
    """The addresses on the side's list, confirmed or not, whose giver may still sign for it: somebody who has left
    or lost that duty can't go on signing by an address of their own."""
    organisation = organisation_of(document, party)
    if organisation is None:
        return []
    standing = SigningAddress.objects.standing().filter(organisation=organisation)
    return [
        address
        for address in standing.select_related("given_by")
        if may_give_address(address.given_by, document, party)
    ]


def addresses(document: Document, party: str) -> list[SigningAddress]:
    """The given addresses to which a link may be sent: they are confirmed, belong to nobody of another side of this
    mission, and weren't given by somebody who has signed for it."""
    return [
        address
        for address in given_addresses(document, party)
        if address.confirmed_at
        and whose_address(document, party, address.email) is None
        and not mailboxes.is_shut(address.email, address.organisation)
        and not has_signed_facing(document, party, address.given_by)
    ]


def parties_of(user: User, document: Document) -> list[Party]:
    """The sides for which this person may have the link sent now."""
    if document.mission is None or not document.waits_for_signatures or is_called_off(document):
        return []
    return [
        party
        for party in document.parties_left()
        if may_send(user, document, party) and not _is_held(document, party)
    ]


def _is_held(document: Document, party: str) -> bool:
    organisation = held_with(document, party)
    return organisation is not None and not organisation.is_accepted
