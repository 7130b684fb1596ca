"""What somebody came for, on each page until it is sent."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts import coming
from accounts.adapter import written_to
from accounts.coming import Said
from accounts.models import Anybody, Coming
from accounts.requests import OurRequest
from accounts.scope import scope_of
from marketplace.models import Gathering, Need

IN_WORDS = (Coming.Kind.NEED, Coming.Kind.OFFER)  # the others are about something that has a title
REGISTERING = {"organisation-new", "organisation-new-kind"}
# Pages with one act, after which it is gone on with: another button would lead away, or back to here.
ON_THE_WAY = REGISTERING | {"account_signup", "account_login", "account_email_verification_sent"}


@dataclass(frozen=True)
class CameFor:
    need: str  # its title, or that of a gathering
    words: str  # or what they said
    url: str  # where it is finished; "" on a page that leads there by itself
    comes_next: bool = False  # a structure is registered for this need: its pages say what follows
    may_end: bool = True  # whether this browser may put it aside

    @property
    def is_short(self) -> bool:
        """Whether their own words stand on one line, cut: a form that they fill in meanwhile is the matter of the page."""
        return bool(self.words) and self.may_end and not (self.url or self.comes_next)


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
    here = request.resolver_match.url_name if request.resolver_match else ""
    if here in ON_THE_WAY:
        url = ""
    return CameFor(
        *_words(request.user, said),
        url=_by_an_account(request, url),
        comes_next=here in REGISTERING and said.kind == Coming.Kind.NEED,
    )


def _words(user: Anybody, said: Said) -> tuple[str, str]:
    """The need's title and the sentence: one of them is said."""
    return ("", said.text.rstrip(" .")) if said.kind in IN_WORDS else (title_of(user, said), "")


def title_of(user: Anybody, said: Said) -> str:
    """The title of the need, or of the gathering, while this person may see it."""
    shown = Gathering if said.kind == Coming.Kind.ATTEND else Need
    found = shown.objects.visible_to(user).filter(pk=said.about or 0)
    return found.order_by().values_list("title", flat=True).first() or ""


def _by_an_account(request: OurRequest, url: str) -> str:
    """For a visitor, the page on which an account is made, and then this one; for whoever has made it and has still to
    confirm their address, the page that says so."""
    if request.user.is_authenticated or not url:
        return url
    if written_to(request):
        return reverse("account_email_verification_sent")
    return f"{reverse('account_signup')}?{urlencode({'next': url})}"
