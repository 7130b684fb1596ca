"""Whether a coordinator leaves something to another one. Each message, letter and act asks it of every coordinator of the
pôle, so that these questions are prepared."""

from django.db.models import QuerySet

from accounts.models import Organisation, User
from accounts.reading import once
from common.prepared import holds
from marketplace.models.market.needs import Need
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.missions import Mission


def is_left_by(
    user: User, subject: Mission | Proposal | Organisation, *, known_to: User | None = None
) -> bool:
    """Whether it is among the `left_to_others_by` this person; `known_to` a reader: as far as that one may know of a
    proposal (`ProposalQuerySet.candidates`)."""
    if isinstance(subject, Proposal) and known_to is not None:
        left = Proposal.objects.left_to_others_by(user, known_to=known_to)
        return left.filter(pk=subject.pk).exists()
    return _is_left(user, subject)


@once
def _is_left(user: User, subject: Mission | Proposal | Organisation) -> bool:
    question = {Mission: _missions, Proposal: _proposals, Organisation: _organisations}
    return holds(question[type(subject)], user.pk, subject.pk)


def is_a_candidate(user: User, need: Need, *, known_to: User | None = None) -> bool:
    """Whether it is the need of one of the `Proposal.objects.candidates` of this person, as far as `known_to` may know."""
    if known_to is not None:
        found = Proposal.objects.candidates(user, known_to=known_to)
        return found.filter(need=need).exists()
    return _has_a_candidate(user, need)


@once
def _has_a_candidate(user: User, need: Need) -> bool:
    return holds(_candidates, user.pk, need.pk)


def _missions(reader: int, row: int) -> QuerySet:
    return Mission.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def _proposals(reader: int, row: int) -> QuerySet:
    return Proposal.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def _organisations(reader: int, row: int) -> QuerySet:
    return Organisation.objects.left_to_others_by(User(pk=reader)).filter(pk=row)


def _candidates(reader: int, row: int) -> QuerySet:
    return Proposal.objects.candidates(User(pk=reader)).filter(need=row)
