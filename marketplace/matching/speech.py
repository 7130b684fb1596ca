"""Names and sentences in one language, each looked up once: a list of twenty matches says the same few hundred
times."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, gettext, ngettext


class Speech:
    """One language. Bind `_ = words.say` and `ngettext = words.count` where sentences are written, so
    that makemessages finds them."""

    def __init__(self, names: "Names") -> None:
        self._said: dict[str, str] = {}
        self._counted: dict[tuple[str, int], str] = {}
        self._skills = {number: str(name) for number, name in names.skills.items()}
        self._causes = {bit: str(name) for bit, name in names.causes.items()}
        self._levels = {number: str(name) for number, name in names.levels.items()}
        self._formats = [str(name) for name in names.formats]

    def say(self, sentence: str) -> str:
        if sentence not in self._said:
            self._said[sentence] = gettext(sentence)
        return self._said[sentence]

    def count(self, one: str, several: str, number: int) -> str:
        # Beyond a hundred no language of ours changes its plural: the store stays small.
        key = (one, min(number, 101))
        if key not in self._counted:
            self._counted[key] = ngettext(one, several, key[1])
        return self._counted[key]

    def skill(self, number: int) -> str:
        return self._skills.get(number, "")

    def level(self, number: int) -> str:
        return self._levels.get(number, "")

    def cause(self, bit: int) -> str:
        return self._causes.get(bit, "")

    def format(self, place: int) -> str:
        return self._formats[place]


class Names:
    """The names of skills, causes, levels and formats by their numbers. They are filled in once for all readers:
    each name is turned into text in the reader's language when it is read."""

    def __init__(
        self,
        skills: Mapping[int, Any],
        causes: Mapping[int, Any],
        levels: Mapping[int, Any],
        formats: Sequence[Any],
    ) -> None:
        self.skills, self.causes, self.levels, self.formats = skills, causes, levels, formats

    @cached_property
    def _spoken(self) -> dict[str, Speech]:
        return {}

    def in_language(self, language: str) -> Speech:
        if language not in self._spoken:
            self._spoken[language] = Speech(self)
        return self._spoken[language]


def language() -> str:
    return get_language() or "fr"
