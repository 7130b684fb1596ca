"""The phrases of the skills, placed by their meaning once for every process (docs/words.md)."""

from collections.abc import Callable

from django.db import transaction

from marketplace.models.market.rome import WordsIndex
from marketplace.models.market.skills import LexiconVersion
from marketplace.words import semantic, store
from marketplace.words.semantic import Encoder, Phrases


def learn_phrases(
    encoder: Encoder, step: Callable[[int, int], None] = lambda done, total: None
) -> Phrases | None:
    """None when nothing has changed since the last time. Minutes of work, outside the transaction:
    the site goes on. Skills that change meanwhile make it stale, and the next run takes them up."""
    skills = LexiconVersion.current(LexiconVersion.SKILLS)
    version = store.stored_as(encoder, skills)
    if WordsIndex.objects.filter(kind=semantic.KIND, version=version).exists():
        return None
    content = WordsIndex.content_of(semantic.KIND, f"{encoder.name}-")
    known = Phrases.from_bytes(content) if content else None
    phrases = semantic.learn(store.entries(), encoder.encode, known, step)
    with transaction.atomic():
        WordsIndex.keep(semantic.KIND, version, phrases.to_bytes())
        LexiconVersion.move(LexiconVersion.MEANING)
    return phrases
