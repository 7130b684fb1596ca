"""The acts on an organisation, from its registration to its verification."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import authorities, doors, letters
from accounts.actions import directory
from accounts.actions.refusals import NumberTaken, Refusal
from accounts.models import (
    Commune,
    Door,
    ForbiddenMove,
    Membership,
    Organisation,
    Pole,
    User,
    corrections,
)
from accounts.models.organisations import NUMBER_TAKEN
from accounts.states import OrganisationStatus as Status

MOST_WAITING = 5  # of one person: each has a letter to every coordinator of its pôle


def pole_covering(commune: Commune) -> Pole:
    """The pôle of this commune. Raises Refusal when none covers it yet."""
    pole = Pole.objects.covering(commune).first()
    if pole is None:
        raise Refusal(
            _(
                "No pôle covers %(department)s yet: we can’t register an organisation there. "
                "Choose the commune where you are active, or come back later."
            )
            % {"department": commune.department}
        )
    return pole


def register(organisation: Organisation, *, by: User, door: Door | None = None) -> Organisation:
    """Somebody registers their organisation: they administer it, and the coordinators verify it. By which operator it
    came is written here, once, for ever. Raises Refusal."""
    try:
        with transaction.atomic():
            # One form, one organisation: a double click waits here and then finds the first one.
            User.objects.select_for_update(no_key=True).get(pk=by.pk)
            _require_new(organisation, by)
            organisation.pole = pole_covering(organisation.commune)
            authorities.settle(organisation)
            organisation.came_through = doors.whose(door, registrant=by)
            organisation.save()
            step = organisation.steps.create(before="", after=organisation.status, by=by)
            Membership.objects.create(
                organisation=organisation, user=by, role=Membership.Role.ADMINISTRATOR
            )
            letters.organisation_submitted(step)
    except IntegrityError:
        raise NumberTaken(NUMBER_TAKEN) from None
    return organisation


def _require_new(organisation: Organisation, by: User) -> None:
    same = (
        Organisation.objects.joined_by(by).holding_numbers().filter(name__iexact=organisation.name)
    )
    if same.exists():
        raise Refusal(_("You have already registered “%(name)s”.") % {"name": organisation.name})
    waiting = Organisation.objects.filter(memberships__user=by, status=Status.SUBMITTED)
    if waiting.count() >= MOST_WAITING:
        raise Refusal(_("Several organisations of yours wait to be verified: let these be first."))


def edit(
    organisation: Organisation, *, before: dict[str, str], old_logo: str = "", by: User
) -> None:
    """Save what was changed; changes of the legal identity are kept in the organisation's history. Raises Refusal when
    its state has moved since: once it is accepted, its identity is the coordinators' to change."""
    authorities.settle(organisation, number_before=before["siren"])
    changes = corrections.kept(before, organisation.identity)
    try:
        with transaction.atomic():
            _locked(organisation)
            with directory.asking_those_it_names(Organisation.objects.filter(pk=organisation.pk)):
                organisation.save(update_fields=[*EDITABLE])
            if changes:
                step = organisation.steps.create(
                    before=organisation.status,
                    after=organisation.status,
                    by=by,
                    reason=changes,
                )
                letters.organisation_corrected(step)
            if old_logo and organisation.logo.name != old_logo:
                transaction.on_commit(lambda: organisation.logo.storage.delete(old_logo))
    except IntegrityError:
        raise NumberTaken(NUMBER_TAKEN) from None


def _locked(organisation: Organisation) -> Organisation:
    fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if fresh.status != organisation.status:
        raise Refusal(_("Its state has changed since you opened this page: read it again."))
    return fresh


# Never the status nor, once it is verified, the pôle: those move by an act of their own.
EDITABLE = (
    *("pole", "kind", "level", "name", "legal_form", "siren", "siret", "rna"),
    *("address", "commune", "purpose", "website", "logo", "search_text", "search_name"),
    "register_said",
)


def note_register(organisation: Organisation, *, said: dict[str, Any], by: User) -> None:
    """Keep what the register says of its number now, for whoever verifies it. Raises Refusal when its number has
    changed meanwhile."""
    numbers = {"siren": organisation.siren, "rna": organisation.rna}
    same = Organisation.objects.filter(pk=organisation.pk, **numbers)
    if not same.update(register_said=said):
        raise Refusal(
            _("It was changed while you were reading: here is what it says of itself now.")
        )


@transaction.atomic
def resubmit(organisation: Organisation, *, word: str, by: User) -> None:
    """The organisation has answered: it goes back to the coordinators."""
    _require_numbers_free(organisation)
    step = organisation.move(Status.SUBMITTED, by=by, reason=word)
    letters.organisation_submitted(step)


def _require_numbers_free(organisation: Organisation) -> None:
    """Raises NumberTaken when somebody else has registered with the same number, as may happen while the
    organisation was refused."""
    others = Organisation.objects.holding_numbers().exclude(pk=organisation.pk)
    for number in ("siret", "rna"):
        value = getattr(organisation, number)
        if value and others.filter(**{number: value}).exists():
            raise NumberTaken(NUMBER_TAKEN)
    bare = organisation.siren and not organisation.siret
    if bare and others.filter(siren=organisation.siren, siret="").exists():
        raise NumberTaken(NUMBER_TAKEN)


@transaction.atomic
def accept(
    organisation: Organisation, *, reason: str = "", by: User | None, read: str | None = None
) -> None:
    """A coordinator accepts the organisation: from now on it is public. This also lifts a suspension. `read` is the
    fingerprint of what was on the screen. Raises Refusal when it has been changed since."""
    before = organisation.status
    if organisation.is_authority and not organisation.level:
        raise Refusal(
            _(
                "Say first whether it is a municipality, an intercommunality, a département or a region."
            )
        )
    if read is not None:
        fresh = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        if fresh.fingerprint != read:
            raise Refusal(
                _("It was changed while you were reading: here is what it says of itself now.")
            )
    step = organisation.move(Status.ACCEPTED, by=by, reason=reason)
    restored = before == Status.SUSPENDED
    if not restored:
        directory.list_once_verified(organisation, today=timezone.localdate())
    letters.organisation_moved(
        letters.ORGANISATION_RESTORED if restored else letters.ORGANISATION_ACCEPTED, step
    )


@transaction.atomic
def ask_for_more(organisation: Organisation, *, reason: str, by: User) -> None:
    """Something is missing or unclear: the organisation goes back to its people."""
    step = organisation.move(Status.MORE_ASKED, by=by, reason=reason)
    letters.organisation_moved(letters.ORGANISATION_MORE_ASKED, step)


@transaction.atomic
def refuse(organisation: Organisation, *, reason: str, by: User) -> None:
    step = organisation.move(Status.REFUSED, by=by, reason=reason)
    letters.organisation_moved(letters.ORGANISATION_REFUSED, step)


@transaction.atomic
def suspend(organisation: Organisation, *, reason: str, by: User) -> None:
    """Hide the organisation until a coordinator restores it. What it wrote stays."""
    step = organisation.move(Status.SUSPENDED, by=by, reason=reason)
    letters.organisation_moved(letters.ORGANISATION_SUSPENDED, step)


@transaction.atomic
def restore(
    organisation: Organisation, *, reason: str = "", by: User, read: str | None = None
) -> None:
    """Lift a suspension. Raises ForbiddenMove for any other status, so that nothing is accepted without being read."""
    if organisation.status != Status.SUSPENDED:
        raise ForbiddenMove(organisation, organisation.status, Status.ACCEPTED)
    accept(organisation, reason=reason, by=by, read=read)
