"""What coordinators write down of people, organisations, needs and missions, for themselves."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.refusals import NotYet
from marketplace.models import Note, Tag
from marketplace.models.desk.desk import Subject, Tagged, key_of


def write(subject: Subject, *, pole: Pole, body: str, by: User) -> Note:
    return Note.objects.create(**{key_of(subject): subject}, pole=pole, body=body, by=by)


def pin(subject: Tagged, *, pole: Pole, words: str, by: User) -> Tag:
    """Add a tag. The same words are pinned once: of two people who do it at the same time, the second gets NotYet."""
    try:
        with transaction.atomic():
            return Tag.objects.create(**{key_of(subject): subject}, pole=pole, words=words, by=by)
    except IntegrityError:
        raise NotYet(_("This tag is there already.")) from None


def pole_of(person: User, poles: Collection[int]) -> Pole | None:
    """The pôle in which its coordinators know this person; of several, the first."""
    theirs = Q(organisations__memberships__user=person) | Q(offers__person=person)
    return Pole.objects.filter(theirs, pk__in=poles).distinct().order_by("pk").first()
