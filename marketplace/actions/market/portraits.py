"""What somebody says they can do. One verb, one transaction."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from marketplace.models import Portrait, Skill


@transaction.atomic
def write(user: User, *, about: str, chosen: Iterable) -> Portrait:
    """Save the sentence and the skills confirmed: each item of `chosen` has .skill and .level."""
    portrait, _created = Portrait.objects.get_or_create(user=user)
    portrait.about = about.strip()
    portrait.save()
    held = {item.skill.pk: item for item in chosen}
    portrait.held.exclude(skill__in=held).delete()
    for item in held.values():
        portrait.held.update_or_create(skill=item.skill, defaults={"level": item.level})
    return portrait


@transaction.atomic
def confirm(user: User, skills: Iterable[Skill]) -> Portrait:
    """« Yes, I can help with that »: add these skills to those confirmed. A second time changes nothing."""
    portrait, _created = Portrait.objects.get_or_create(user=user)
    for skill in skills:
        portrait.held.get_or_create(skill=skill)
    return portrait


def say(user: User, *, about: str) -> None:
    """Save the sentence; the skills already confirmed stay."""
    Portrait.objects.update_or_create(user=user, defaults={"about": about.strip()})
