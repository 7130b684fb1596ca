"""What we tell people about amendments, one function a letter. The words are in templates/emails/."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from marketplace import audience
from marketplace.documents.parties import signers_of
from marketplace.models import Agreement, Amendment, AmendmentStep
from marketplace.states import AmendmentStatus
from notifications import outbox


def _tell(people: Iterable[User], template: str, key: str, url: str, *, but=(), **context) -> None:
    """Once a person. `but`: the numbers of those who know already."""
    for person in {person.pk: person for person in people}.values():
        if person.pk not in but:
            outbox.post(recipient=person, key=key, template=template, url=url, **context)


def _who_sign(amendment: Amendment) -> list[User]:
    return [
        user
        for document in amendment.documents.all()
        for party in document.parties_left()
        for user, _capacity in signers_of(document, party)
    ]


def _concerned(amendment: Amendment) -> list[User]:
    """Both sides, all who sign or have signed, and whoever coordinates the mission."""
    mission = amendment.mission
    found = [*audience.structure(mission.need), *audience.offering(mission.offer)]
    for document in amendment.documents.all():
        for party in ("EMPLOYER", "STRUCTURE"):
            found += [user for user, _capacity in signers_of(document, party)]
    return [*found, amendment.proposed_by, *audience.coordinators(mission.need)]


def _still_there(people: list[User]) -> list[User]:
    return [person for person in people if person.is_active]


def amendment_proposed(amendment: Amendment) -> None:
    """To those who sign, with what changes."""
    _tell(
        _who_sign(amendment), "amendment_proposed", f"amendment:{amendment.pk}:proposed",
        amendment.get_absolute_url(), but={amendment.proposed_by_id}, amendment=amendment,
        mission=amendment.mission, changes=amendment.labelled_changes,
    )  # fmt: skip


def amendment_in_force(step: AmendmentStep) -> None:
    amendment = step.amendment
    _tell(
        _still_there(_concerned(amendment)), "amendment_in_force",
        f"amendment-step:{step.pk}", amendment.get_absolute_url(), amendment=amendment,
        mission=amendment.mission, changes=amendment.labelled_changes,
    )  # fmt: skip


def amendment_fell(step: AmendmentStep) -> None:
    """Declined or withdrawn, with the reason. The employee hears the employer's own from another letter."""
    amendment = step.amendment
    declined = step.after == AmendmentStatus.DECLINED
    told = {step.by_id} | _told_by_employer(amendment)
    _tell(
        _still_there(_concerned(amendment)),
        "amendment_declined" if declined else "amendment_withdrawn",
        f"amendment-step:{step.pk}", amendment.get_absolute_url(), but=told,
        amendment=amendment, mission=amendment.mission, step=step, reason=step.said,
    )  # fmt: skip


def _told_by_employer(amendment: Amendment) -> set[int]:
    refused = amendment.agreements.exclude(answer__in=["", Agreement.Answer.YES]).first()
    if refused is None:
        return set()
    return {person.pk for person in audience.offering(amendment.mission.offer)}


def amendment_overdue(amendment: Amendment) -> None:
    """The end in force has passed while it waits: hours stop."""
    mission = amendment.mission
    _tell(
        _still_there(_concerned(amendment)), "amendment_overdue",
        f"amendment:{amendment.pk}:overdue", reverse("amendment", args=[amendment.pk]),
        amendment=amendment, mission=mission, ends_on=mission.ends_on,
    )  # fmt: skip
