"""What coordinators write down of people, organisations, needs and missions, for themselves."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Pole
from marketplace.actions.refusals import NotYet
from marketplace.models import Note, Tag
from marketplace.models.desk.desk import key_of


def write(subject, *, pole: Pole, body: str, by) -> Note:
    return Note.objects.create(**{key_of(subject): subject}, pole=pole, body=body, by=by)


def pin(subject, *, pole: Pole, words: str, by) -> Tag:
    """The same words once: two who pin them at the same time get one tag and a sentence."""
    try:
        with transaction.atomic():
            return Tag.objects.create(**{key_of(subject): subject}, pole=pole, words=words, by=by)
    except IntegrityError:
        raise NotYet(_("This tag is there already.")) from None
