"""How every letter is posted: once a person, and never about what they have just done themselves."""

from collections.abc import Iterable

from accounts.models import User
from notifications import outbox


def tell(
    people: Iterable[User], template: str, key: str, url: str, *, but: User | None = None, **context
) -> None:
    """Post it to each of these people but one. `template` is a folder of templates/emails/; `key` names
    the fact that is told, so that telling twice is telling once; what follows are the words' facts."""
    for person in {person.pk: person for person in people}.values():
        if but is None or person.pk != but.pk:
            outbox.post(recipient=person, key=key, template=template, url=url, **context)


def others(people: Iterable[User], by: User | None) -> list[User]:
    """Nobody gets a letter about what they have just done themselves."""
    return [person for person in people if by is None or person.pk != by.pk]
