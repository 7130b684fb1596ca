"""All chapters of a copy, in their order, and which columns of the database none of them speaks of."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from accounts.models import Organisation, User
from marketplace.personal_data import (
    of_accounts,
    of_desk,
    of_documents,
    of_gatherings,
    of_letters,
    of_market,
    of_missions,
    of_talk,
)
from marketplace.personal_data.part import Chapter, Part

CHAPTERS: tuple[Chapter, ...] = (
    of_accounts.CHAPTER,
    of_market.CHAPTER,
    of_missions.CHAPTER,
    of_documents.CHAPTER,
    of_talk.CHAPTER,
    of_gatherings.CHAPTER,
    of_desk.CHAPTER,
    of_letters.CHAPTER,
)


def parts_of(owner: User | Organisation) -> list[tuple[Chapter, Part]]:
    """What a copy of theirs holds, in its order."""
    return [
        (chapter, part)
        for chapter in CHAPTERS
        for part in (chapter.people if isinstance(owner, User) else chapter.houses)
    ]


def left_out() -> dict[str, str]:
    """Columns that lead to a person or to an organisation and are in no copy, each with its reason."""
    return {name: why for chapter in CHAPTERS for name, why in chapter.left_out.items()}


def columns_to(target: type[Model]) -> Iterator[str]:
    """Each column of each table that leads to a person, or to an organisation: “app.Model.column”. What could lead to either
    without saying so (a generic key) is among them."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            is_generic = type(field).__name__ == "GenericForeignKey"
            if is_generic or (
                field.is_relation and not field.auto_created and field.related_model is target
            ):
                yield f"{model._meta.label}.{field.name}"


def given_columns(target: type[Model]) -> set[str]:
    """Those by which a copy finds its rows."""
    found: set[str] = set()
    for chapter in CHAPTERS:
        for part in chapter.people if target is User else chapter.houses:
            found |= {f"{part.table}.{way}" for way in part.ways if "__" not in way}
    return found


def forgotten(target: type[Model]) -> set[str]:
    """Columns of which no chapter speaks: each belongs in one of them, or in its `left_out` with a reason."""
    return set(columns_to(target)) - given_columns(target) - left_out().keys()
