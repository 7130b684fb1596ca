"""Loads our list of skills from its files, and merges and extends it.

The files and the administrators both write here, and neither undoes the other: each
skill keeps what the files last said (`loaded`); a field that differs from it was
edited by hand and stays. A synonym or a skill taken away by hand is withdrawn, not
deleted, so that the next load doesn't bring it back.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.actions.market.skill_edits import relations_changed
from marketplace.models.market.skills import LexiconVersion, Skill, SkillFamily, SkillSynonym

FOLDER = Path(settings.BASE_DIR) / "marketplace" / "data"
FIELDS = (
    "label_fr", "label_en", "definition_fr", "definition_en", "delivers_fr", "delivers_en",
)  # fmt: skip


@dataclass
class Loaded:
    """What a load did, for the person who asked for it."""

    families: int = 0
    skills: int = 0
    synonyms: int = 0
    kept_edits: int = 0
    withdrawn: int = 0


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load(folder: Path = FOLDER) -> Loaded:
    """Bring the database to what the files say, except for what was edited by hand. A second load changes nothing."""
    done = Loaded()
    families = _load_families(folder, done)
    rows = _rows(folder, "skills.csv")
    skills = _load_skills(rows, families, done)
    _load_relations(rows, skills)
    _load_synonyms(folder, skills, done)
    _withdraw_missing({row["code"] for row in rows}, done)
    LexiconVersion.move(LexiconVersion.SKILLS)
    return done


def _load_families(folder: Path, done: Loaded) -> dict[str, SkillFamily]:
    held = {family.code: family for family in SkillFamily.objects.all()}
    for row in _rows(folder, "families.csv"):
        if row["code"] not in held:
            fields = {k: row[k] for k in ("code", "label_fr", "label_en", "icon")}
            held[row["code"]] = SkillFamily.objects.create(
                **fields, position=int(row["position"] or 0)
            )
            done.families += 1
    return held


def _load_skills(
    rows: list[dict[str, str]], families: dict[str, SkillFamily], done: Loaded
) -> dict[str, Skill]:
    held = {skill.code: skill for skill in Skill.objects.all()}
    fresh, changed = [], []
    for row in rows:
        said: dict[str, Any] = {name: row[name] for name in FIELDS}
        said |= {"rome_macro": row["rome_macro"].split(), "family": row["family"]}
        skill = held.get(row["code"])
        if skill is None:
            skill = Skill(code=row["code"], family=families[row["family"]], loaded=said)
            for name in (*FIELDS, "rome_macro"):
                setattr(skill, name, said[name])
            fresh.append(skill)
        elif _take(skill, said, families, done):
            changed.append(skill)
    if fresh:
        Skill.objects.bulk_create(fresh)
    if changed:
        Skill.objects.bulk_update(changed, [*FIELDS, "rome_macro", "family", "loaded"])
    done.skills += len(fresh) + len(changed)
    return {skill.code: skill for skill in Skill.objects.all()}


def _take(skill: Skill, said: dict, families: dict[str, SkillFamily], done: Loaded) -> bool:
    """Copy what the file says into the fields that nobody has edited. False when the file says nothing new."""
    if skill.loaded == said:
        return False
    for name in (*FIELDS, "rome_macro"):
        if not skill.loaded or getattr(skill, name) == skill.loaded.get(name):
            setattr(skill, name, said[name])
        else:
            done.kept_edits += 1
    if not skill.loaded or skill.family_id == families[skill.loaded["family"]].pk:
        skill.family = families[said["family"]]
    skill.loaded = said
    return True


def _load_relations(rows: list[dict[str, str]], skills: dict[str, Skill]) -> None:
    """Set the broader skill where there is none, and add the « close to » links of the files; links are never taken
    away, so an editor's own stay."""
    moved, close = [], set()
    for row in rows:
        skill = skills[row["code"]]
        if row["broader"] and skill.broader_id is None:
            skill.broader = skills[row["broader"]]
            moved.append(skill)
        for code in row["close"].split():
            close |= {(skill.pk, skills[code].pk), (skills[code].pk, skill.pk)}
    if moved:
        Skill.objects.bulk_update(moved, ["broader"])
    through = Skill.close.through
    held = set(through.objects.values_list("from_skill_id", "to_skill_id"))
    fresh = [through(from_skill_id=a, to_skill_id=b) for a, b in sorted(close - held)]
    through.objects.bulk_create(fresh)
    if moved or fresh:
        relations_changed()


def _load_synonyms(folder: Path, skills: dict[str, Skill], done: Loaded) -> None:
    said = {
        (skills[row["skill"]].pk, row["lang"], row["text"]) for row in _rows(folder, "synonyms.csv")
    }
    held: dict[tuple, SkillSynonym] = {
        (s.skill_id, s.lang, s.text): s for s in SkillSynonym.objects.all()
    }
    gone = [
        s.pk for key, s in held.items() if s.from_file and not s.withdrawn_at and key not in said
    ]
    if gone:
        SkillSynonym.objects.filter(pk__in=gone).delete()
    fresh = [
        SkillSynonym(skill_id=skill, lang=lang, text=text, from_file=True)
        for skill, lang, text in sorted(said - held.keys())
    ]
    if fresh:
        SkillSynonym.objects.bulk_create(fresh, batch_size=1000)
    done.synonyms += len(fresh) + len(gone)


def _withdraw_missing(said: set[str], done: Loaded) -> None:
    """Withdraw the skills that have left the files: they are no longer offered, but the rows that name them keep
    them."""
    missing = [s.pk for s in Skill.objects.current() if s.loaded and s.code not in said]
    done.withdrawn = len(missing)
    if missing:
        Skill.objects.filter(pk__in=missing).update(withdrawn_at=timezone.now())
