"""The next act as a page shows it: a title, some sentences, the buttons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    label: str
    url: str
    look: str
    """How much the button stands out: accent, primary, quiet or bare."""
    posts: bool = False
    """Whether the button changes something: it is then a form, and not a link."""


@dataclass(frozen=True)
class Line:
    """A sentence of the card. It may lead to a page (`link`, `url`), or end with words in bold (`strong`)."""

    words: str
    is_soft: bool = False
    link: str = ""
    url: str = ""
    strong: str = ""


@dataclass(frozen=True)
class Card:
    title: str
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...] = ()
    is_yours: bool = True
    """Whether it is the reader's turn; otherwise it is somebody else's, or nobody's any more."""

    def leads_to(self, url: str) -> bool:
        return any(button.url == url for button in self.buttons)
