"""What a visitor came for: kept in their session for a day, and with their account from the day they have one, so that
nothing has to be said twice, even when the address is confirmed in another browser."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Coming, Commune, User
from accounts.scope import scope_of

SLOT = "coming"  # in the session: what a visitor said; True for somebody whose account holds it
AT_WORK = "coming_at_work"  # what is said where an organisation's sign-in has opened the session: it stays there
ASIDE = "coming_aside"  # what has just been put aside, until the page after the next
BY_LETTER = "came_for_by_letter"  # on the request
KEPT_FOR = timedelta(hours=24)
KEPT_WITH_ACCOUNT = timedelta(days=60)
MOST_OF_TEXT, MOST_OF_WORDS = 2_000, 4_000  # characters: of the sentence, of each other field


@dataclass(frozen=True)
class Said:
    """`commune` is an INSEE code or "", `about` the number of a need or of a gathering, `words` what was typed in the other fields."""

    kind: str
    text: str = ""
    commune: str = ""
    about: int | None = None
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def offers(self) -> bool:
        return self.kind == Coming.Kind.OFFER


def keep(request: HttpRequest, said: Said) -> None:
    """Keep this in place of what was said before."""
    if request.user.is_authenticated and _is_own(request):
        _save(request.user, said, _said_since(request, said))
        request.session[SLOT] = True
    else:
        request.session[_slot(request)] = asdict(_cut(said)) | {"at": timezone.now().timestamp()}
        if not request.user.is_authenticated:
            request.session.set_expiry(KEPT_FOR)  # nothing of it stays longer, on our disk either


def held(request: HttpRequest) -> Said | None:
    """What this visitor or this person came for and hasn't sent yet: at work, what they have said there, for the rest is
    their own. No question is asked of the database for those of whom the session says that there is nothing."""
    kept = request.session.get(_slot(request))
    if request.user.is_authenticated and _is_own(request):
        row = Coming.objects.filter(user=request.user).first() if kept else None
        return _said(row) if row else None
    if not isinstance(kept, dict) or _is_old(kept):
        return None
    return Said(**{name: value for name, value in kept.items() if name != "at"})


def held_since(request: HttpRequest) -> datetime | None:
    """When what is held was said; None when nothing is."""
    kept = request.session.get(_slot(request))
    if request.user.is_authenticated and _is_own(request):
        row = Coming.objects.filter(user=request.user).first() if kept else None
        return row.at if row else None
    if not isinstance(kept, dict) or _is_old(kept):
        return None
    return datetime.fromtimestamp(kept["at"], tz=UTC)


def _said_since(request: HttpRequest, said: Said) -> datetime | None:
    """Since when the same has been said: said again, it is no other text than what was typed on from it."""
    before = held(request)
    is_the_same = before is not None and (before.kind, before.text, before.about) == (
        said.kind,
        said.text,
        said.about,
    )
    return held_since(request) if is_the_same else None


def show_of(request: HttpRequest, user: User) -> None:
    """Have this one page say what they came for to whoever opened it from a letter of theirs, in any browser."""
    if row := Coming.objects.filter(user=user).first():
        setattr(request, BY_LETTER, _said(row))


def shown_by_letter(request: HttpRequest) -> Said | None:
    said: Said | None = getattr(request, BY_LETTER, None)
    return said


def drop(request: HttpRequest) -> None:
    """It is sent, or they came for something else."""
    said = request.session.pop(_slot(request), None)
    if said and request.user.is_authenticated and _is_own(request):
        Coming.objects.filter(user=request.user).delete()


def put_aside(request: HttpRequest) -> Said | None:
    """They no longer want it: it is gone, but for the next page, which offers to take it up again. Returns what it was."""
    said = held(request)
    drop(request)
    if said:
        request.session[ASIDE] = asdict(_cut(said)) | {"own": _is_own(request)}
    return said


def just_put_aside(request: HttpRequest) -> Said | None:
    """What the page before has put aside; told on one page, and kept until the one after it."""
    if hasattr(request, ASIDE):
        told: Said | None = getattr(request, ASIDE)
        return told
    kept = request.session.pop(ASIDE, None)
    said = None
    if isinstance(kept, dict) and not kept.pop("is_told", False):
        request.session[ASIDE] = kept | {"is_told": True}
        said = Said(**{name: value for name, value in kept.items() if name != "own"})
    setattr(request, ASIDE, said)
    return said


def take_up(request: HttpRequest) -> Said | None:
    """Keep again what has just been put aside, in the same kind of session, unless something else was said since."""
    kept = request.session.pop(ASIDE, None)
    if isinstance(kept, dict) and kept.pop("own") == _is_own(request) and held(request) is None:
        kept.pop("is_told", None)
        keep(request, Said(**kept))
    return held(request)


def give_to(request: HttpRequest, user: User) -> None:
    """From the session of a visitor to the account that they have made, or to which they have logged in. What was said
    last counts."""
    kept = request.session.get(SLOT)
    if isinstance(kept, dict) and not _is_old(kept):
        _save(user, Said(**{name: value for name, value in kept.items() if name != "at"}))


def note(request: HttpRequest, user: User) -> None:
    """Say in the session of somebody who has just logged in whether their account holds anything."""
    give_to(request, user)
    if isinstance(request.session.pop(SLOT, None), dict):
        request.session.set_expiry(None)  # that of the site again
    if Coming.objects.filter(user=user).exists():
        request.session[SLOT] = True


def way_on(said: Said | Coming) -> str | None:
    """The page on which it is finished."""
    match said.kind:
        case Coming.Kind.NEED:
            return reverse("need-new")
        case Coming.Kind.OFFER:
            return reverse("offer-new")
        case Coming.Kind.ATTEND:
            return reverse("gathering-page", args=[said.about]) if said.about else None
    return reverse("need-help-send", args=[said.about]) if said.about else None


def forget_old(now: datetime) -> int:
    """Delete what accounts have held for too long. Returns how many."""
    return Coming.objects.filter(at__lt=now - KEPT_WITH_ACCOUNT).delete()[0]


def _slot(request: HttpRequest) -> str:
    return SLOT if _is_own(request) else AT_WORK


def _is_own(request: HttpRequest) -> bool:
    return scope_of(request.user).own


def _is_old(kept: dict) -> bool:
    return bool(kept.get("at", 0) < (timezone.now() - KEPT_FOR).timestamp())


def _cut(said: Said) -> Said:
    words = {
        name: _plain(value)[:MOST_OF_WORDS] if isinstance(value, str) else value
        for name, value in said.words.items()
    }
    text = _plain(said.text)[:MOST_OF_TEXT]
    return Said(said.kind, text, _plain(said.commune), said.about, words)


def _plain(text: str) -> str:
    return text.replace("\0", "")  # which PostgreSQL doesn't store


def _save(user: User, said: Said, at: datetime | None = None) -> None:
    said = _cut(said)
    town = Commune.objects.filter(pk=said.commune).first() if said.commune else None
    values = {
        "kind": said.kind,
        "text": said.text,
        "commune": town,
        "about": said.about,
        "words": said.words,
        "at": at or timezone.now(),
    }
    Coming.objects.update_or_create(user=user, defaults=values)


def _said(row: Coming) -> Said:
    return Said(row.kind, row.text, row.commune_id or "", row.about, row.words)
