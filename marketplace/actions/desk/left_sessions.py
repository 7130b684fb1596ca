"""What the session of a browser still says of somebody who has left: the address to which a letter went before they had an
account, or who a provider says that somebody is. Their own sessions ended with the account."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from common.names_in_text import Called, in_all

PIECE = 2000


def read(some: Iterable[Called], *, word: str) -> int:
    """End each session of nobody that holds an address of theirs, and take that address, with the name beside it, out of those
    of others. Returns how many. Whoever typed an address but hasn't opened it begins anew: it takes them a minute."""
    sought, changed = [called for called in some if called.emails], 0
    if not sought:
        return 0
    for session in _sessions():
        held = session.get_decoded()
        said = held
        for called in sought:
            if _without(held, called.by_mail(), word) != held:
                said = in_all(_without(said, called, word), partial(_but_half, called))
        if said != held:
            changed += _changed(session, said)
    return changed


def _sessions() -> Iterator[Session]:
    last = ""
    while some := list(Session.objects.filter(pk__gt=last).order_by("pk")[:PIECE]):
        yield from some
        last = some[-1].pk


def _without(held: dict[str, Any], called: Called, word: str) -> Any:
    return in_all(held, lambda text: called.put_away(text, word))


def _but_half(called: Called, text: str) -> str:
    return "" if called.is_half(text) else text


def _changed(session: Session, said: dict[str, Any]) -> int:
    """Unless its browser has written meanwhile: then that one goes by its own time (the line “sessions”)."""
    same = Session.objects.filter(pk=session.pk, session_data=session.session_data)
    if SESSION_KEY not in said:
        return same.delete()[0]
    return same.update(session_data=SessionStore().encode(said))
