"""Loads the library of mission templates from its file. A second load changes nothing."""

import tomllib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.spoken import BY_TAG, Spoken
from marketplace.models import MissionTemplate, Skill, TemplateSkill

FILE = Path(settings.BASE_DIR) / "marketplace" / "data" / "mission_templates.toml"


@transaction.atomic
def load(file: Path = FILE) -> int:
    """Bring the library to what the file says; templates that have left the file are no longer offered. Returns how
    many it holds."""
    said = tomllib.loads(file.read_text(encoding="utf-8"))["templates"]
    skills = dict(Skill.objects.values_list("code", "pk"))
    for position, row in enumerate(said, start=1):
        fields = {name: value for name, value in row.items() if name not in {"code", "skills"}}
        fields["languages"] = _spoken(fields.get("languages", []))
        fields = {"asks_fr": [], "asks_en": []} | fields
        template, _created = MissionTemplate.objects.update_or_create(
            code=row["code"], defaults=fields | {"position": position, "is_withdrawn": False}
        )
        _want(template, row["skills"], skills)
    gone = MissionTemplate.objects.exclude(code__in=[row["code"] for row in said])
    gone.update(is_withdrawn=True)
    return len(said)


def _spoken(tags: list[str]) -> int:
    """French where nothing is said."""
    return sum({BY_TAG[tag] for tag in tags}) or Spoken.FRENCH


def _want(template: MissionTemplate, said: list[str], skills: dict[str, int]) -> None:
    wanted = {}
    for text in said:
        code, level, *welcome = text.split()
        wanted[skills[code]] = {"level": int(level), "required": not welcome}
    template.wanted.exclude(skill__in=wanted).delete()
    for skill, fields in wanted.items():
        TemplateSkill.objects.update_or_create(template=template, skill_id=skill, defaults=fields)
