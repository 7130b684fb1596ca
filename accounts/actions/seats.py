"""The seats of operators in pôles: one is asked for by an operator of the pôle, confirmed by a second one, and taken by
the operator itself; it is ended by two yeses too. And the doors of operators.

Each act locks the pôle first: of two clicks the second one finds what the first has done. Ending a seat frees what was
followed there, so the second yes to an end stands in `marketplace.actions.desk.operators`.
"""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import letters, permissions
from accounts.actions import invitations, organisations
from accounts.actions.refusals import Refusal
from accounts.models import Commune, Door, Membership, Organisation, Pole, Seat, User
from accounts.states import OrganisationStatus, SeatStatus

NOT_YOURS = _("An administrator of an operator of this pôle does this: you aren’t one any more.")


@transaction.atomic
def settle(operator: Organisation, pole: Pole, *, by: User | None, now: datetime) -> Seat:
    """Seat an operator that nobody in the pôle has to agree to, by whoever runs the site. One that is seated there
    already stays as it is. Raises Refusal for one that is asked already: it answers, or the pôle takes it back."""
    lock(pole)
    if there := operator.seats.live().filter(pole=pole).first():
        if not there.is_held:
            raise Refusal(
                _("%(operator)s is asked already: its seat waits for a yes.")
                % {"operator": operator}
            )
        return there
    seat = Seat.objects.create(operator=operator, pole=pole, status=SeatStatus.SEATED, since=now)
    open_door(operator)
    return seat.begin(by=by)


def open_door(operator: Organisation) -> Door:
    """The operator's door; one that it hasn't yet gets the operator's name as its address."""
    if there := Door.objects.filter(operator=operator).first():
        return there
    slug = slugify(operator.name)[:40] or f"operateur-{operator.pk}"
    taken = Door.objects.filter(slug=slug).exists()
    return Door.objects.create(operator=operator, slug=f"{slug}-{operator.pk}" if taken else slug)


@transaction.atomic
def propose(
    pole: Pole, operator: Organisation, *, role: str, by: User, now: datetime, email: str = ""
) -> Seat:
    """An operator of the pôle asks that another one be seated there. Where it is the only one, its yes is enough, and
    the operator itself is asked at once. `email`: of who will administer one that isn't on the site yet. Raises
    Refusal."""
    lock(pole)
    asks = _speaks_in(pole, by)
    if operator.seats.live().filter(pole=pole).exists():
        raise Refusal(
            _("%(operator)s is in this pôle already, or asked to be.") % {"operator": operator}
        )
    seat = Seat.objects.create(
        operator=operator, pole=pole, role=role, asked_for=asks, email=email, created_at=now
    ).begin(by=by)
    if Organisation.objects.second_to(seat).exists():
        letters.seat_asked(seat)
    else:
        _offer(seat, by=by, now=now)
    return seat


@transaction.atomic
def found_and_propose(
    pole: Pole, *, name: str, email: str, role: str, by: User, now: datetime
) -> Seat:
    """The same for an operator that isn't on the site yet: it is written down, and nobody is told outside before the
    pôle has agreed. Raises Refusal."""
    lock(pole)
    asks = _speaks_in(pole, by)
    if refusal := _why_not_found(name, pole):
        raise Refusal(refusal)
    operator = Organisation.objects.create(
        pole=pole,
        kind=Organisation.Kind.OPERATOR,
        name=name,
        legal_form=Organisation.LegalForm.ASSOCIATION,
        commune=Commune.objects.get(pk=asks.commune_id),
        purpose="",
    ).begin(by=by)
    return propose(pole, operator, role=role, by=by, now=now, email=email)


def _why_not_found(name: str, pole: Pole) -> str:
    """Why no operator of this name may be written down: there is one that may be chosen, or that is in this pôle already.
    What another pôle asks of one that is new is its own business until it has agreed."""
    same = Organisation.objects.operators().filter(name__iexact=name)
    if there := same.filter(seats__in=pole.seats.live()).first():
        return _("%(operator)s is in this pôle already, or asked to be.") % {"operator": there}
    if same.accepted().exists():
        words = _("There is an operator called “%(name)s” on the site: choose it in the list.")
        return words % {"name": name}
    if suspended := same.filter(status=OrganisationStatus.SUSPENDED).first():
        return _unseatable(suspended)
    return ""


def _unseatable(operator: Organisation) -> str:
    return _("%(operator)s is suspended today: it can’t be seated.") % {"operator": operator}


@transaction.atomic
def confirm(seat: Seat, *, by: User, now: datetime) -> None:
    """A second operator of the pôle agrees that the operator be seated, which is then asked itself. Raises Refusal."""
    seat = locked(seat)
    if not permissions.can_second(by, seat):
        raise Refusal(NOT_YOURS)
    _offer(seat, by=by, now=now)


def _offer(seat: Seat, *, by: User, now: datetime) -> None:
    """The pôle has agreed: the operator is asked; one that is new is let in, and its first person invited."""
    operator = seat.operator
    if operator.is_suspended:
        raise Refusal(_unseatable(operator))
    seat.move(SeatStatus.INVITED, by=by)
    if operator.may(OrganisationStatus.ACCEPTED):
        organisations.accept(operator, by=by)
        open_door(operator)
        invitations.invite(
            operator, email=seat.email, role=Membership.Role.ADMINISTRATOR, by=None, now=now
        )
    _forget_address(seat)
    letters.seat_offered(seat, by=by)


@transaction.atomic
def invite_again(seat: Seat, *, email: str, by: User, now: datetime) -> None:
    """The first person of an operator that nobody has entered yet is invited again, at this address: what was sent
    before opens nothing any more. Raises Refusal."""
    seat = locked(seat)
    if not permissions.can_invite_again(by, seat):
        raise Refusal(NOT_YOURS)
    for earlier in seat.operator.invitations.shown().order_by("pk"):
        invitations.withdraw(earlier, now=now)
    administrator = Membership.Role.ADMINISTRATOR
    invitations.invite(seat.operator, email=email, role=administrator, by=None, now=now)


def _forget_address(seat: Seat) -> None:
    seat.email = ""
    seat.save(update_fields=["email"])


@transaction.atomic
def take(seat: Seat, *, by: User, now: datetime) -> None:
    """The operator says yes: from now on its people coordinate the pôle. Raises Refusal."""
    seat = locked(seat)
    if not permissions.can_take_seat(by, seat):
        raise Refusal(_("An administrator of %(operator)s answers.") % {"operator": seat.operator})
    seat.move(SeatStatus.SEATED, by=by)
    seat.since = now
    seat.save(update_fields=["since"])
    letters.seat_taken(seat, by=by)


@transaction.atomic
def decline(seat: Seat, *, reason: str, by: User) -> None:
    """A no before it is seated: of the operator, of a second one, or of whoever had asked. Raises Refusal."""
    seat = locked(seat)
    if not permissions.can_decline_seat(by, seat):
        raise Refusal(NOT_YOURS)
    was_offered = seat.status == SeatStatus.INVITED
    seat.move(SeatStatus.DECLINED, by=by, reason=reason)
    _forget_address(seat)
    letters.seat_declined(seat, was_offered=was_offered, reason=reason, by=by)
    _close_unborn(seat.operator, by=by)


def _close_unborn(operator: Organisation, *, by: User) -> None:
    """An operator that was written down for this, and that nobody has entered, is closed again."""
    if operator.memberships.exists() or operator.seats.live().exists():
        return
    operator.refresh_from_db(fields=["status"])
    if operator.may(OrganisationStatus.CLOSED):
        for invitation in operator.invitations.shown():
            invitations.withdraw(invitation, now=invitation.sent_at)
        operator.move(OrganisationStatus.CLOSED, by=by)


@transaction.atomic
def ask_to_end(seat: Seat, *, by: User) -> None:
    """An operator of the pôle asks that a seat be ended, its own or another's: until a second one agrees nothing
    changes. Raises Refusal."""
    seat = locked(seat)
    asks = _speaks_in(seat.pole, by, rather=seat.operator)
    if refusal := why_not_end(seat):
        raise Refusal(refusal)
    seat.move(SeatStatus.LEAVING, by=by)
    seat.asked_for = asks
    seat.save(update_fields=["asked_for"])
    letters.seat_asked(seat)
    letters.seat_leaving(seat, by=by)


def why_not_end(seat: Seat) -> str:
    """Why this seat can't be ended, as a sentence; "" when it can."""
    ours = Membership.objects.coordinating(seat.pole).of_active_accounts()
    if not ours.exclude(organisation=seat.operator).exists():
        return _(
            "%(operator)s is the only operator of this pôle: seat another one first, or nobody would answer there."
        ) % {"operator": seat.operator}
    return ""


@transaction.atomic
def keep(seat: Seat, *, by: User) -> None:
    """The seat isn't ended: whoever had asked takes it back, or a second operator says no. Raises Refusal."""
    seat = locked(seat)
    if not permissions.can_keep_seat(by, seat):
        raise Refusal(NOT_YOURS)
    seat.move(SeatStatus.SEATED, by=by)
    letters.seat_kept(seat, by=by)


def why_not_agree(seat: Seat) -> str:
    """Why a second yes doesn't end this seat today; "" when it does."""
    asks = seat.asked_for
    if asks and not Organisation.objects.seated_in(seat.pole).filter(pk=asks.pk).exists():
        return _(
            "%(operator)s, which asked it, doesn’t coordinate this pôle today: say no, and ask it yourselves."
        ) % {"operator": asks}
    return why_not_end(seat)


def drop_questions_of(gone: Seat, *, by: User) -> None:
    """The ends that an operator had asked for are asked no more once it has left the pôle itself."""
    asked = Seat.objects.filter(pole=gone.pole, status=SeatStatus.LEAVING)
    for seat in asked.filter(asked_for=gone.operator).select_related("operator", "pole"):
        seat.move(SeatStatus.SEATED, by=by)
        letters.seat_kept(seat, by=by)


def lock(pole: Pole) -> None:
    Pole.objects.select_for_update(no_key=True).get(pk=pole.pk)


def locked(seat: Seat) -> Seat:
    """The seat, read again under the lock of its pôle."""
    lock(seat.pole)
    return Seat.objects.select_related("operator", "pole", "asked_for").get(pk=seat.pk)


def _speaks_in(pole: Pole, user: User, *, rather: Organisation | None = None) -> Organisation:
    """The operator in whose name this person asks: `rather` this one, where they administer several."""
    theirs = list(permissions.administered_in(user, pole))
    if not theirs:
        raise Refusal(NOT_YOURS)
    return rather if rather in theirs else theirs[0]
