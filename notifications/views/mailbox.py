"""The mailbox of the demonstration: everybody's letters can be read there, where DEBUG is on and nowhere else."""

from datetime import datetime
from email import message_from_binary_file
from email.message import EmailMessage
from email.policy import default as MODERN
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

PAGE = 25
LOOKED_THROUGH = 2000  # the newest ones: a demonstration of some weeks


class Letter:
    """One letter of the Maildir, whose file is read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.name = path.name.partition(":")[0]
        with path.open("rb") as file:
            self.message = message_from_binary_file(file, _class=EmailMessage, policy=MODERN)

    def part(self, sort: str) -> str:
        body = self.message.get_body(preferencelist=(sort,))
        return body.get_content() if body is not None else ""

    def has(self, words: str) -> bool:
        return words.lower() in f"{self.to} {self.subject}".lower()

    @property
    def to(self) -> str:
        return str(self.message["to"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["from"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def sent_at(self) -> datetime:
        return parsedate_to_datetime(str(self.message["date"]))


def _paths() -> list[Path]:
    box = Path(settings.MAILBOX_PATH)
    found = [path for folder in ("new", "cur") for path in (box / folder).glob("*")]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)[:LOOKED_THROUGH]


def _letter(name: str) -> Letter:
    for path in _paths():
        if path.name.partition(":")[0] == name:
            return Letter(path)
    raise Http404


@login_not_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("qui", "").strip()
    found: list = _paths()
    if words:
        found = [letter for letter in map(Letter, found) if letter.has(words)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    letters = [item if isinstance(item, Letter) else Letter(item) for item in page]
    context = {"page": page, "letters": letters, "words": words}
    return render(request, "notifications/mailbox.html", context)


@login_not_required
@never_cache
@require_GET
def letter(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "notifications/mailbox_letter.html", {"letter": _letter(name)})


@login_not_required
@never_cache
@require_GET
@xframe_options_sameorigin
@csp_override(
    {
        "default-src": [CSP.NONE],
        "style-src": [CSP.UNSAFE_INLINE],
        "frame-ancestors": [CSP.SELF],
        # No script; a link of the letter opens in the page around it, as from a mail program, and that page measures it.
        "sandbox": ["allow-same-origin", "allow-top-navigation-by-user-activation"],
    }
)
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The letter as a mail program shows it: without scripts, and fetching nothing."""
    words = _letter(name).part("html")
    return HttpResponse(words.replace("<head>", '<head><base target="_top">', 1))
