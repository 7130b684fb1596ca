"""Loads the invented pôle, once, in one transaction.

People, and what is open today, are written as rows, many at once; what happened
between them is done by the acts of the site, each at its moment. The letters that
these acts write count as sent: nobody gets one today.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from accounts.models import Membership, Pole
from marketplace.actions.desk import legal
from marketplace.demo import (
    clock,
    desk,
    ended,
    gatherings,
    market,
    neighbours,
    offers,
    pairs,
    people,
    readings,
    rounds,
    stories,
    together,
    told,
    waiters,
)
from marketplace.demo.files import read
from marketplace.models import LegalNotice
from marketplace.models.desk.legal import ONLY
from notifications.models import Notification, Status

PASSWORD = people.PASSWORD
ACCOUNTS = (
    ("Coordination", "maelle.vandamme@example.org"),
    ("Association", "aline.moreau@example.org"),
    ("Entreprise", "claire.hermant@example.org"),
    ("Bénévole", "noe.lambert@example.org"),
    ("Administration du site", "admin@example.org"),
)


def is_loaded() -> bool:
    return Pole.objects.filter(slug=read("organisations")["pole"]["slug"]).exists()


@transaction.atomic
def load(*, scale: int = 1, say: Callable[[str], None] = lambda line: None) -> None:
    """Load the invented pôle. `scale` multiplies structures, companies, people, needs and offers, but not stories."""
    pole = people.make_pole(read("organisations")["pole"])
    organisations = people.make_organisations(pole, read("organisations"), scale)
    say(f"{len(organisations)} organisations")
    persons = people.make_people(organisations, read("people"), scale)
    say(f"{len(persons)} personnes")
    needs = market.make_needs(pole, organisations, read("needs")["needs"], scale)
    say(f"{len(needs)} besoins")
    made = offers.make_offers(pole, organisations, persons, read("offers")["offers"], scale)
    say(f"{len(made)} offres")
    coordinators = list(Membership.objects.coordinating(pole).people().order_by("pk"))
    cast = market.Cast(pole, organisations, persons, coordinators)
    legal.fill_in(
        LegalNotice(pk=ONLY, **read("organisations")["legal_notice"]), by=persons["admin"]
    )
    lived = [told.settle(cast), *told.stories(cast), *stories.stories(cast, needs, made)]
    lived += [
        *ended.stories(cast),
        *rounds.stories(cast),
        *gatherings.stories(cast),
        *pairs.stories(cast),
    ]
    lived += [*waiters.stories(cast), *together.stories(cast), *readings.stories(cast)]
    lived += [neighbours.exchange(needs, cast), *desk.stories(cast, needs)]
    with translation.override("fr"):  # what is written down is read in French
        say(f"{clock.live(lived)} histoires")
    people.have_joined()
    _letters_have_left()


def _letters_have_left() -> None:
    """Mark all letters as sent; those older than a week also as read."""
    now = timezone.now()
    Notification.objects.filter(status__in=(Status.WAITING, Status.HELD)).update(
        status=Status.SENT, sent_at=F("created_at")
    )
    a_week_ago = now - clock.A_WEEK
    Notification.objects.filter(created_at__lt=a_week_ago).update(read_at=F("created_at"))
