"""What we tell the pôle that is asked to look among its own people."""

from django.urls import reverse

from marketplace.models import AskedPole
from marketplace.rules import audience
from notifications import outbox


def pole_asked(asked: AskedPole) -> None:
    """The coordinators of another pôle, on behalf of this need's."""
    for person in audience.coordinators_of(asked.pole):
        outbox.post(
            recipient=person,
            key=f"pole-asked:{asked.pk}",
            template="pole_asked",
            url=reverse("need-elsewhere-look", args=[asked.need_id]),
            asked=asked,
        )
