"""The lexicon of each process, read from the database, and read again when its version changes."""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import get_language

from marketplace.models.market.rome import WordsIndex
from marketplace.models.market.skills import LexiconVersion, Skill, SkillSynonym
from marketplace.words import semantic
from marketplace.words.lexicon import Entry, Lexicon

logger = logging.getLogger(__name__)
Version = tuple[int, int]  # of the skills, and of what is stored of their meaning

_lock = threading.Lock()
_held: dict[str, tuple[Version, Lexicon]] = {}


def skills_lexicon() -> Lexicon:
    """The lexicon of our skills, with labels in the reader's language. One small query tells whether it is still up
    to date."""
    version = _version()
    lang = "en" if (get_language() or "").startswith("en") else "fr"
    held = _held.get(lang)
    if held and held[0] == version:
        return held[1]
    with _lock:
        held = _held.get(lang)
        if held is None or held[0] != version:
            held = _held[lang] = (version, _relabelled(version, lang) or _built(version, lang))
    return held[1]


def _version() -> Version:
    skills = LexiconVersion.current(LexiconVersion.SKILLS)
    return skills, LexiconVersion.current(LexiconVersion.MEANING) if semantic.encoder() else 0


def _built(version: Version, lang: str) -> Lexicon:
    lexicon = Lexicon(entries(lang))
    if (encoder := semantic.encoder()) and lexicon.entries:
        content = WordsIndex.content_of(semantic.KIND, stored_as(encoder, version[0]))
        if content:
            codes = [entry.code for entry in lexicon.entries]
            phrases = semantic.Phrases.from_bytes(content)
            lexicon.meaning = semantic.reader(phrases, encoder.encode, codes)
        if not lexicon.meaning:
            logger.warning(
                "The skills' phrases were never learnt, or the skills have changed since: "
                "suggestions go by words alone until manage.py learn_phrases has run."
            )
    return lexicon


def stored_as(encoder: semantic.Encoder, skills: int) -> str:
    """The version under which the phrases of the present skills are stored."""
    return f"{encoder.name}-{skills}"


def _relabelled(version: Version, lang: str) -> Lexicon | None:
    """The lexicon of the same version in the other language, with this language's labels; None when there is none."""
    for other, (known, lexicon) in _held.items():
        if other != lang and known == version:
            return lexicon.relabelled(dict(_labels(lang)))
    return None


def _labels(lang: str) -> Iterable[tuple[str, str]]:
    return Skill.objects.current().values_list("code", f"label_{lang}")


def entries(lang: str = "fr") -> list[Entry]:
    """Every current skill with all its texts, in both languages."""
    synonyms: dict[int, list[str]] = defaultdict(list)
    for skill, text in SkillSynonym.objects.current().values_list("skill_id", "text"):
        synonyms[skill].append(text)
    close: dict[int, list[str]] = defaultdict(list)
    for skill, code in Skill.objects.current().values_list("pk", "close__code"):
        if code:
            close[skill].append(code)
    fields = (
        "label_fr",
        "label_en",
        "definition_fr",
        "definition_en",
        "delivers_fr",
        "delivers_en",
    )
    found = []
    for row in Skill.objects.current().order_by("pk").values("pk", "code", "family_id", *fields):
        texts = [(name.rsplit("_", 1)[0], row[name]) for name in fields if row[name]]
        texts += [("synonym", text) for text in synonyms[row["pk"]]]
        label = row[f"label_{lang}"] or row["label_fr"]
        family, near = str(row["family_id"]), tuple(sorted(close[row["pk"]]))
        found.append(Entry(row["code"], label, tuple(texts), row["pk"], family, near))
    return found
