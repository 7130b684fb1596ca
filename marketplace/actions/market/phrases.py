"""Learns the meaning of the skills' phrases, once for all processes (docs/words.md)."""

from collections.abc import Callable

from django.db import transaction

from marketplace.models.market.rome import WordsIndex
from marketplace.models.market.skills import LexiconVersion
from marketplace.words import semantic, store
from marketplace.words.semantic import Encoder, Phrases


def learn_phrases(
    encoder: Encoder, step: Callable[[int, int], None] = lambda done, total: None
) -> Phrases | None:
    """Learn the phrases; None when nothing has changed since the last time. It takes minutes, outside the
    transaction, so that the site goes on. Skills that change meanwhile are taken up by the next run."""
    skills = LexiconVersion.current(LexiconVersion.SKILLS)
    version = store.stored_as(encoder, skills)
    if WordsIndex.objects.filter(kind=semantic.KIND, version=version).exists():
        return None
    content = WordsIndex.content_of(semantic.KIND, f"{encoder.name}-")
    known = Phrases.from_bytes(content) if content else None
    phrases = semantic.learn(store.entries(), encoder.encode, known, step)
    with transaction.atomic():
        WordsIndex.store(semantic.KIND, version, phrases.to_bytes())
        LexiconVersion.move(LexiconVersion.MEANING)
    return phrases
