"""The letters about organisations: their verification, and the directory."""

from collections.abc import Iterable
from uuid import uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.letters.families import DESK
from accounts.models import (
    Membership,
    Organisation,
    OrganisationStep,
    corrections,
)
from accounts.states import OrganisationStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _read(letter: Notification, *, step: int) -> str:
    waits = Organisation.objects.filter(steps=step, status=OrganisationStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def _more_sent(letter: Notification, *, step: int) -> str:
    asked = Organisation.objects.filter(steps=step, status=OrganisationStatus.MORE_ASKED)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


ORGANISATION_STEP = Key("organisation-step:{step}")
ORGANISATION_SUBMITTED = Letter(
    "organisation_submitted", ORGANISATION_STEP, DESK, asks=True, moot=_read
)
ORGANISATION_MORE_ASKED = Letter(
    "organisation_more_asked", ORGANISATION_STEP, asks=True, moot=_more_sent
)
ORGANISATION_ACCEPTED = Letter("organisation_accepted", ORGANISATION_STEP)
ORGANISATION_REFUSED = Letter("organisation_refused", ORGANISATION_STEP)
ORGANISATION_SUSPENDED = Letter("organisation_suspended", ORGANISATION_STEP)
ORGANISATION_RESTORED = Letter("organisation_restored", ORGANISATION_STEP)
ORGANISATION_CORRECTED = Letter("organisation_corrected", ORGANISATION_STEP)


def organisation_submitted(step: OrganisationStep) -> None:
    """Tell the coordinators of its pôle that an organisation waits for them."""
    organisation = step.organisation
    ORGANISATION_SUBMITTED.tell(
        Membership.objects.coordinating(organisation.pole).people(),
        url=reverse("organisation-verify", args=[organisation.pk]),
        step=step.pk,
        organisation=organisation,
        by=step.by,
        word=step.reason,
        again=bool(step.before),
    )


def organisation_moved(letter: Letter, step: OrganisationStep) -> None:
    """Tell the organisation's administrators what the coordinators decided."""
    organisation = step.organisation
    letter.tell(
        organisation.memberships.administrators().people(),
        url=organisation.get_absolute_url(),
        step=step.pk,
        organisation=organisation,
        reason=step.reason,
    )


def organisation_corrected(step: OrganisationStep) -> None:
    """Tell the organisation's administrators what the coordinators corrected of its legal identity, unless its own people
    did."""
    organisation = step.organisation
    if step.by is not None and step.by.represents(organisation):
        return
    form = organisation.may_give_receipts and "legal_form" in corrections.fields(step.reason)
    ORGANISATION_CORRECTED.tell(
        organisation.memberships.administrators().people(),
        url=organisation.get_absolute_url(),
        step=step.pk,
        organisation=organisation,
        correction=step,
        has_another_form=form,
    )


def _listed_no_more(letter: Notification, *, organisation: int, day: str) -> str:
    listed = Organisation.objects.accepted().filter(pk=organisation, listed_from__isnull=False)
    return "" if listed.exists() else gettext_noop("No longer to be in the directory")


DIRECTORY_OPENS = Letter(
    "directory_opens", Key("directory:{organisation}:{day:word}"), moot=_listed_no_more
)


def directory_opens(organisation: Organisation) -> None:
    """Tell its administrators from which day it is in the public directory, and how to stay out."""
    assert organisation.listed_from is not None
    DIRECTORY_OPENS.tell(
        organisation.memberships.administrators().people(),
        url=reverse("organisation-listing", args=[organisation.pk]),
        day=organisation.listed_from.isoformat(),
        organisation=organisation,
        opens_on=organisation.listed_from,
    )


def _no_yes_awaited(letter: Notification, *, organisation: int, change: str) -> str:
    waits = Organisation.objects.filter(pk=organisation, listed_from=None)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


# It may come to bear one name after the other.
DIRECTORY_NAMED = Letter(
    "directory_named", Key("directory-named:{organisation}:{change:word}"), moot=_no_yes_awaited
)


def directory_named(organisation: Organisation, *, after: Iterable[int]) -> None:
    """Tell its administrators, and those after whom it has come to be named, that it is in the directory by their
    yes."""
    told = organisation.memberships.filter(
        Q(role=Membership.Role.ADMINISTRATOR) | Q(user__in=after)
    )
    DIRECTORY_NAMED.tell(
        told.people(),
        url=reverse("organisation-listing", args=[organisation.pk]),
        change=uuid4(),
        organisation=organisation,
    )
