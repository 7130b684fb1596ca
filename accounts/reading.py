"""What one page that only reads knows of its reader: asked of the database once, however many parts of the page need it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate

from django.db.models import Model


@dataclass
class Reading:
    """On the person who asks for a page, from the moment at which their memberships are read until the answer is made. A page
    that does something has none: what is asked of it may have changed."""

    memberships: Sequence[Any]  # all there are, `with_poles`, with their organisations
    answers: dict[object, Any] = field(default_factory=dict)

    def at(self, organisation: Model | None) -> list[Any]:
        """The one by which they are of this organisation, if they are."""
        number = organisation.pk if organisation else None
        return [row for row in self.memberships if row.organisation_id == number]


def once[User, **P, R](
    question: Callable[Concatenate[User, P], R],
) -> Callable[Concatenate[User, P], R]:
    """A decorator of `question(user, *about)`: a page that only reads asks it once of its reader about the same rows. Asked
    elsewhere, or of anybody else, it asks the database each time."""

    @wraps(question)
    def asked(user: User, *about: P.args, **more: P.kwargs) -> R:
        reading: Reading | None = getattr(user, "reading", None)  # a visitor has none
        if reading is None or more or not all(map(_is_known, about)):
            return question(user, *about, **more)
        key = (question, *about)
        if key not in reading.answers:
            reading.answers[key] = question(user, *about, **more)
        found: R = reading.answers[key]
        return found

    return asked


def tell(user: Any, question: Callable[..., Any], *about: Any, answer: Any) -> None:
    """Note on the reader of a page that only reads what such a question would answer, where the page has come to know it
    otherwise."""
    reading: Reading | None = getattr(user, "reading", None)
    if reading is not None:
        reading.answers.setdefault((question.__wrapped__, *about), answer)  # type: ignore[attr-defined]


def answered(user: Any, question: Callable[..., Any], *about: Any) -> Any:
    """What such a question has answered on this page; None where it hasn't been asked."""
    reading: Reading | None = getattr(user, "reading", None)
    key = (question.__wrapped__, *about)  # type: ignore[attr-defined]
    return reading.answers.get(key) if reading is not None else None


def _is_known(one: object) -> bool:
    return not isinstance(one, Model) or one.pk is not None


def leaves_nothing(reader: object) -> bool:
    """Whether a page has asked beforehand, and found, that this coordinator is on no side of anything and that nobody under them
    offers anything at home: the conditions that keep such things from them then keep nothing. False where it wasn't asked."""
    return getattr(reader, "on_no_side", False)
