"""What our own skills say of a text where the classes of a referential are asked for, and by which of its words."""

from collections.abc import Mapping, Sequence

from marketplace.words import tokenizer
from marketplace.words.lexicon import Lexicon
from marketplace.words.ranker import Said

MOST = 4  # skills


def said_by(lexicon: Lexicon, text: str, classes: Mapping[str, Sequence[str]]) -> list[Said]:
    """The likeliest skills of a text, each with the `classes` that it names and the words that its own texts hold."""
    found = lexicon.suggest(text, top=MOST, by_name=False)
    if not found:
        return []
    read = lexicon.mended(tokenizer.tokens(text))
    roots = {token.stem for token in read if token.word not in tokenizer.HOLLOW}
    number = {entry.code: n for n, entry in enumerate(lexicon.entries)}
    return [
        Said(
            skill.score,
            classes.get(skill.code, ()),
            [r for r in roots if number[skill.code] in lexicon.bag_postings.get(r, ((),))[0]],
        )
        for skill in found
    ]
