"""Where the words come from: the lexicon of each process, read again when the version moves."""

import threading
from collections import defaultdict

from django.utils.translation import get_language

from marketplace.models.skills import LexiconVersion, Skill, SkillSynonym
from marketplace.words.lexicon import Entry, Lexicon

_lock = threading.Lock()
_held: dict[str, tuple[int, Lexicon]] = {}


def skills_lexicon() -> Lexicon:
    """Our skills, with labels in the reader's language. One tiny query tells if it is still fresh."""
    version = LexiconVersion.current(LexiconVersion.SKILLS)
    lang = "en" if (get_language() or "").startswith("en") else "fr"
    held = _held.get(lang)
    if held and held[0] == version:
        return held[1]
    with _lock:
        held = _held.get(lang)
        if held is None or held[0] != version:
            held = _held[lang] = (version, _relabelled(version, lang) or Lexicon(entries(lang)))
    return held[1]


def _relabelled(version: int, lang: str) -> Lexicon | None:
    """The other language's lexicon of the same version, under this language's labels."""
    for other, (known, lexicon) in _held.items():
        if other != lang and known == version:
            return lexicon.relabelled(dict(_labels(lang)))
    return None


def _labels(lang: str):
    return Skill.objects.current().values_list("code", f"label_{lang}")


def entries(lang: str = "fr") -> list[Entry]:
    """Every current skill with all that is written of it, in both languages."""
    synonyms: dict[int, list[str]] = defaultdict(list)
    for skill, text in SkillSynonym.objects.current().values_list("skill_id", "text"):
        synonyms[skill].append(text)
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
        family = str(row["family_id"])
        found.append(Entry(row["code"], label, tuple(texts), row["pk"], family))
    return found
