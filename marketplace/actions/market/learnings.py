"""What somebody would like to learn: said, and taken back at once."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.refusals import NotYet
from marketplace.models import Learning, Skill
from marketplace.models.market.learnings import MOST


@transaction.atomic
def write(person: User, *, kept: Collection[Skill], added: Skill | None) -> None:
    """Keep these of their wishes, and one more. What they hold no longer ticked is gone. Raises NotYet."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    mine = Learning.objects.filter(person=person)
    mine.exclude(skill__in=kept).delete()
    if added is None or mine.filter(skill=added).exists():
        return
    if mine.count() >= MOST:
        raise NotYet(_("Five skills at the most: untick one first."))
    Learning.objects.create(person=person, skill=added)


def merge(skill: Skill, *, into: Skill) -> None:
    """Of two skills that become one, whoever wished for either wishes for that one, once."""
    known = Learning.objects.filter(skill=into).values("person")
    Learning.objects.filter(skill=skill, person__in=known).delete()
    Learning.objects.filter(skill=skill).update(skill=into)
