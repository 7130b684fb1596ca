"""What somebody has typed into the search, read once: its words, and the number, paper, address or telephone that it may be."""

import re
from dataclasses import dataclass
from functools import cached_property

from common import as_written
from common.roots import fold
from common.word_search import asked_for

LONGEST, MOST_WORDS = 100, 6
SHORTEST = 2  # letters
_NUMBER = re.compile(r"(?:(besoin|need|offre|offer|mission)\s+)?(?:n[°o]?\s*)?([0-9]{1,9})")
_PAPER = re.compile(r"(?:([a-z])[\s-]*)?(20[0-9]{2})\s*-\s*([0-9]{1,9})")
_REGISTERED = re.compile(r"[0-9]{9}|[0-9]{14}|W[0-9]{9}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
KIND_SAID = {"besoin": "needs", "need": "needs", "offre": "offers", "offer": "offers", "mission": "missions"}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    letter: str  # "" where it isn't said
    year: int
    number: int


@dataclass(frozen=True)
class Asked:
    text: str

    @classmethod
    def of(cls, typed: str) -> "Asked":
        return cls(" ".join(typed.replace("\x00", " ")[:LONGEST].split()))

    @cached_property
    def words(self) -> list[str]:
        return asked_for(self.text)[:MOST_WORDS]

    @property
    def is_enough(self) -> bool:
        """Whether anything is looked for: two letters, or a number, be it one of a pôle's own such as A-7."""
        if any(len(word) >= SHORTEST for word in self.words) or self.number_of("needs") > 0:
            return True
        return len(self.text) > 1 and any(word.isdigit() for word in self.words)

    @property
    def is_a_code(self) -> bool:
        """Whether it may mean one row: by a number, a paper's, an address or a telephone."""
        known = self.paper or self.registered or self.email or self.phone
        return bool(known or _NUMBER.fullmatch(fold(self.text)))

    def number_of(self, kind: str) -> int:
        """The number that was typed, for rows of this kind; 0 for none, or for one of another kind."""
        found = _NUMBER.fullmatch(fold(self.text))
        said = KIND_SAID.get(found[1] or "", kind) if found else ""
        return int(found[2]) if found and said == kind else 0

    @cached_property
    def paper(self) -> Paper | None:
        found = _PAPER.fullmatch(fold(self.text))
        if not found:
            return None
        return Paper((found[1] or "").upper(), int(found[2]), int(found[3]))

    @cached_property
    def registered(self) -> str:
        """The SIREN, SIRET or RNA that it may be, without spaces; "" for none."""
        tight = re.sub(r"[\s.]", "", self.text).upper()
        return tight if _REGISTERED.fullmatch(tight) else ""

    @cached_property
    def email(self) -> str:
        address = as_written.address(self.text).lower()
        return address if _ADDRESS.fullmatch(address) else ""

    @cached_property
    def phone(self) -> str:
        """The telephone number as it is kept; "" for what is none."""
        phone = as_written.telephone(self.text)
        digits = sum(sign.isdigit() for sign in phone)
        return phone if digits >= 8 and re.fullmatch(r"[+0-9 ]+", phone) else ""
