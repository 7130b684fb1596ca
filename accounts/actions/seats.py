"""The seats of operators in pôles, and their doors."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Door, Organisation, Pole, Seat, User
from accounts.states import SeatStatus


@transaction.atomic
def settle(operator: Organisation, pole: Pole, *, by: User | None, now: datetime) -> Seat:
    """Seat an operator that nobody has to agree to: the first one of a pôle, by whoever runs the site. One that is
    seated there already stays as it is."""
    Pole.objects.select_for_update(no_key=True).get(pk=pole.pk)
    if there := operator.seats.held().filter(pole=pole).first():
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
