"""Corrects mistyped words: an unknown word becomes the one known word that it must have been."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from marketplace.words.tokenizer import HOLLOW, Token, listed
from marketplace.words.verbs import infinitives

PLAIN = listed("plain_words.txt")  # everyday words: « collègues » are no « collèges »
SHORTEST, SHORT, LONG = 5, 8, 12  # letters


class Speller:
    """The known words with their roots, by length."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= SHORTEST - 1:
                self._by_length[len(word)].append(word)
        self._found: dict[str, str | None] = {}

    def mend(self, token: Token, known: Container[str]) -> Token:
        """The token, corrected if its word is unknown and a known word is one verb form or one slip away."""
        if token.stem in known or token.word in HOLLOW or not token.word.isalpha():
            return token  # a number is another number, never a slip
        word = self._verb(token.word, known)
        if not word and len(token.word) >= SHORTEST and token.word not in PLAIN:
            word = self.nearest(token.word)
        return replace(token, word=word, stem=self.words[word]) if word else token

    def _verb(self, word: str, known: Container[str]) -> str | None:
        """The known verb of which the word is a form: it isn't mistyped then."""
        return next((v for v in infinitives(word) if self.words.get(v) in known), None)

    def nearest(self, word: str) -> str | None:
        found = self._found.get(word, "")
        if found == "":  # never looked for
            found = self._look(word)
            if len(self._found) > 4096:  # typing never ends, memory does
                self._found.clear()  # another thread may do so: nothing is read again here
            self._found[word] = found
        return found

    def _look(self, word: str) -> str | None:
        """The nearest known word, at one slip (two for a long word); None without one. A slip in the first letter
        is rare, so it is believed only if it is the one slip in a word that isn't short."""
        slips = 1 if len(word) < LONG else 2
        near: list[str] = []
        for length in range(len(word) - slips, len(word) + slips + 1):
            near += self._by_length.get(length, [])
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=slips)
        if found is None or (found[0][0] != word[0] and (found[1] > 1 or len(word) < SHORT)):
            return None
        return None if _is_another_word(word, found[0]) else found[0]


def _is_another_word(word: str, known: str) -> bool:
    """Whether two words are different rather than mistyped: short ones of the same length that differ by a letter
    (« bergère », « berbère »), unless letters were swapped."""
    return len(word) < SHORT and len(word) == len(known) and sorted(word) != sorted(known)
