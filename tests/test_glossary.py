"""One word a thing: each noun of the code is in the glossary, once."""

import re
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tests.test_addresses import stands

PAGE = Path(settings.BASE_DIR, "docs", "glossary.md")
OURS = ("accounts", "marketplace", "notifications")


def entries() -> list[str]:
    """The words of the first column, one by one."""
    rows = [
        line.split("|")[1]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line[:1] == "|"
    ]
    return [
        word.strip()
        for cell in rows
        if cell.strip() not in {"in the code", "---"}
        for word in re.sub(r"\(.*?\)", "", cell).split(",")
    ]


def plain(word: str) -> str:
    """needs -> need, HandOver -> handover, follow-up -> followup."""
    return re.sub(r"[^a-z]", "", word.lower()).removesuffix("s")


def models() -> list[str]:
    """A noun's steps go without saying: each has them."""
    found = [model.__name__ for app in OURS for model in apps.get_app_config(app).get_models()]
    return [name for name in found if not name.endswith("Step")]


def test_each_model_is_in_the_glossary():
    said = {plain(word) for word in entries()}
    assert [name for name in models() if plain(name) not in said] == []


def test_each_noun_that_stands_on_several_floors_is_in_the_glossary():
    said = {plain(word) for word in entries()}
    nouns = [noun for noun, floors in stands().items() if len(floors) > 1]
    assert [
        noun for noun in sorted(nouns) if not {plain(noun), plain(noun.replace("ies", "y"))} & said
    ] == []


def test_no_word_has_two_meanings():
    counted = Counter(entries())
    assert [word for word, times in counted.items() if word and times > 1] == []
