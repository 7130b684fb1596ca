"""Who may do what to an organisation. What somebody may see is a queryset (`visible_to`); what they may do is asked
here."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import GroupTie, Invitation, Membership, Organisation, Pole, Seat, User
from accounts.reading import once
from accounts.scope import scope_of
from accounts.states import VERIFIED, OrganisationStatus
from common.word_search import name_of

SHORTEST_NAME = 3  # letters of a family name that is looked for in the name of an organisation


def require(allowed: bool) -> None:
    """Raises PermissionDenied (403) unless it is allowed. A stranger has had a 404 before this."""
    if not allowed:
        raise PermissionDenied


def can_edit(user: User, organisation: Organisation) -> bool:
    """True for its administrators, and for the coordinators of its pôle, who help with the wording."""
    return organisation.status != OrganisationStatus.CLOSED and (
        user.administers(organisation) or can_verify(user, organisation)
    )


def can_edit_identity(user: User, organisation: Organisation) -> bool:
    """True for those who may change name, legal form and numbers: once a coordinator has checked them, only a
    coordinator."""
    if not organisation.may_coordinate and organisation.status in VERIFIED:
        return can_verify(user, organisation)
    return can_edit(user, organisation)


def can_resubmit(user: User, organisation: Organisation) -> bool:
    return organisation.may(OrganisationStatus.SUBMITTED) and user.administers(organisation)


def can_see_members(user: User, organisation: Organisation) -> bool:
    return user.represents(organisation) or user.coordinates(organisation.pole)


def can_manage_members(user: User, organisation: Organisation) -> bool:
    return organisation.status != OrganisationStatus.CLOSED and user.administers(organisation)


def can_gather(user: User, organisation: Organisation) -> bool:
    """True for the administrators of a verified organisation that lends its people: they bring its employees in by the
    hundred."""
    return organisation.is_accepted and organisation.may_offer and user.administers(organisation)


def can_run_sign_in(user: User, organisation: Organisation) -> bool:
    """The same for its own sign-in, whether or not the session has come by it: where a provider is down, its administrators
    come in by their own password, and lift what shuts the others out."""
    here = scope_of(user).only in (None, organisation.pk)
    theirs = organisation.memberships.acting().administrators().filter(user=user)
    may = organisation.is_accepted and organisation.may_offer and here
    return bool(user.is_active and may and theirs.exists())


def has_shown_an_address(user: User) -> bool:
    """True for whoever has shown that a mailbox is theirs: nobody joins without."""
    return user.is_active and EmailAddress.objects.filter(user=user, verified=True).exists()


@once
def can_verify(user: User, organisation: Organisation) -> bool:
    """True for the coordinators of its pôle who verify it: `OrganisationQuerySet.verified_by`."""
    if user.reading is not None and not user.coordinates(organisation.pole):
        return False  # without the long question
    verifies = Organisation.objects.verified_by(user).filter(pk=organisation.pk)
    return user.is_active and verifies.exists()


def who_else_verifies(organisation: Organisation) -> QuerySet[User]:
    """The coordinators of its pôle who neither belong to it nor have handed it in."""
    ours = Membership.objects.coordinating(organisation.pole)
    theirs = organisation.memberships.values("user")
    sent = organisation.steps.handing_in().exclude(by=None).values("by")
    return ours.people().exclude(pk__in=theirs).exclude(pk__in=sent).order_by("pk")


def can_leave(user: User, membership: Membership) -> bool:
    return membership.user_id == user.pk


def can_accept_invitation(user: User, invitation: Invitation) -> bool:
    """True for the owner of the address to which it was sent, and for nobody to whom the letter was forwarded."""
    return EmailAddress.objects.filter(
        user=user, email__iexact=invitation.email, verified=True
    ).exists()


def can_name_group(user: User, organisation: Organisation) -> bool:
    """True for the administrators of a verified organisation that isn't an operator."""
    verified = organisation.is_accepted and not organisation.may_coordinate
    return verified and user.administers(organisation)


def enters_by_own_yes(organisation: Organisation) -> bool:
    """Whether it is in the public directory only once its own person has said so: what is one person's alone, or bears
    the name of one of its people."""
    return is_of_one(organisation) or bool(names_in(organisation))


def is_of_one(organisation: Organisation) -> bool:
    """Whether it is one person's alone."""
    return organisation.legal_form == organisation.LegalForm.SOLE_TRADER


def names_in(organisation: Organisation) -> dict[str, set[int]]:
    """The family names of its people that are in its own name; for each, the numbers of those who bear it. It is never
    named after a plain employee."""
    name = f" {name_of(organisation.name)} "
    people = organisation.memberships.representing().of_active_accounts()
    borne: dict[str, set[int]] = {}
    for number, last in people.values_list("user", "user__last_name"):
        called = name_of(last)
        if len(called) >= SHORTEST_NAME and f" {called} " in name:
            borne.setdefault(called, set()).add(number)
    return borne


def _named_in(organisation: Organisation) -> set[int]:
    """The numbers of its people whose family name is in its own name."""
    return set().union(*names_in(organisation).values())


def is_named_in(user: User, organisation: Organisation) -> bool:
    """Whether the organisation bears the name of this person, who belongs to it."""
    return user.pk in _named_in(organisation)


def can_list(user: User, organisation: Organisation) -> bool:
    """True for those who may have it shown in the directory: its administrators; where it bears the name of some of its
    people, those alone."""
    named = _named_in(organisation)
    mine = user.pk in named if named else user.administers(organisation)
    return organisation.is_accepted and mine and user.speaks_for(organisation)


def can_unlist(user: User, organisation: Organisation) -> bool:
    """True for those who may have it taken out: its administrators, and whoever it is named after. A suspended one too:
    nobody has to stay."""
    administers = organisation.memberships.administrators().filter(user=user).exists()
    return user.is_active and (administers or is_named_in(user, organisation))


def can_describe_door(user: User, operator: Organisation) -> bool:
    """True for the administrators of an operator that coordinates a pôle today."""
    seats = Seat.objects.coordinating().filter(operator=operator)
    return user.administers(operator) and seats.exists()


def can_answer_group(user: User, tie: GroupTie) -> bool:
    return can_name_group(user, tie.head)


def can_end_group(user: User, tie: GroupTie) -> bool:
    """True for the administrators of both ends; before the answer, of the one that asked: the other says no."""
    asked = user.administers(tie.member)
    return asked or (not tie.is_waiting and user.administers(tie.head))


def administered_in(user: User, pole: Pole) -> QuerySet[Organisation]:
    """The operators of this pôle that this person administers."""
    theirs = Membership.objects.of(user).coordinating(pole).administrators()
    ours = Organisation.objects.seated_in(pole).filter(pk__in=theirs.values("organisation"))
    return ours if user.is_active else ours.none()


def can_second(user: User, seat: Seat) -> bool:
    """True for the administrators of a second operator while its yes is awaited."""
    return (seat.is_proposed or seat.is_leaving) and _is_to_answer(user, seat)


def can_take_seat(user: User, seat: Seat) -> bool:
    """True for the administrators of the operator to which the pôle has offered it."""
    return seat.is_offered and _is_to_answer(user, seat)


def _is_to_answer(user: User, seat: Seat) -> bool:
    return user.is_active and Seat.objects.to_answer_by(user).filter(pk=seat.pk).exists()


def can_decline_seat(user: User, seat: Seat) -> bool:
    """True, before it is held, for those of whom it is asked and for any operator of the pôle."""
    if can_take_seat(user, seat):
        return True
    waits = seat.is_proposed or seat.is_offered
    return waits and administered_in(user, seat.pole).exists()


def can_invite_again(user: User, seat: Seat) -> bool:
    """True for any operator of the pôle, as long as nobody has entered the one that is asked: nobody there invites."""
    nobody = seat.is_offered and not seat.operator.memberships.exists()
    return nobody and administered_in(user, seat.pole).exists()


def can_ask_to_end(user: User, seat: Seat) -> bool:
    return seat.is_held and not seat.is_leaving and administered_in(user, seat.pole).exists()


def can_keep_seat(user: User, seat: Seat) -> bool:
    """True for whoever had asked to end it, and for those who may agree."""
    mine = administered_in(user, seat.pole)
    asked = seat.is_leaving and seat.asked_for in mine
    return asked or (seat.is_leaving and can_second(user, seat))
