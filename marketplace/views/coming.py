"""What somebody came for, on each page until it is sent."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts import coming
from accounts.coming import Said
from accounts.models import Anybody, Coming
from accounts.requests import OurRequest
from accounts.scope import scope_of
from marketplace.models import Need


@dataclass(frozen=True)
class CameFor:
    need: str  # its title
    words: str  # or what they said
    url: str  # where it is finished; "" where the page has its own way on
    may_end: bool = True  # whether this browser may put it aside


def came_for(request: OurRequest) -> CameFor | None:
    """For the strip above the pages; None for whoever came for nothing, of whom nothing is asked. It is one's own: a
    session that an organisation's sign-in has opened doesn't show it."""
    if said := coming.shown_by_letter(request):
        return CameFor(*_words(request.user, said), url="", may_end=False)
    if not scope_of(request.user).own or (said := coming.held(request)) is None:
        return None
    url = coming.way_on(said)
    if url is None or request.path == url:
        return None
    return CameFor(*_words(request.user, said), _by_an_account(request, url))


def _words(user: Anybody, said: Said) -> tuple[str, str]:
    """The need's title and the sentence: one of them is said."""
    return (title_of(user, said), "") if said.kind == Coming.Kind.APPLY else ("", said.text)


def title_of(user: Anybody, said: Said) -> str:
    """The title of the need, while this person may see it."""
    shown = Need.objects.visible_to(user).filter(pk=said.about or 0)
    return shown.values_list("title", flat=True).first() or ""


def _by_an_account(request: OurRequest, url: str) -> str:
    """For a visitor, the page on which an account is made, and then this one; "" on that page."""
    if request.user.is_authenticated:
        return url
    sign_up = reverse("account_signup")
    return "" if request.path == sign_up else f"{sign_up}?{urlencode({'next': url})}"
