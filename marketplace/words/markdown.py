"""What people type in a message, as a page may show it: bold, italics, lists, quotes and links, nothing else."""

from html import unescape
from urllib.parse import unquote, urlsplit

import nh3
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
# No headings: the page has its own. No pictures, no HTML, no code, no tables.
RULES = ["emphasis", "list", "link", "linkify", "newline", "escape", "blockquote"]


class Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """What leads nowhere that we know of stays as it was typed."""
        try:
            return _leads_out(url) or _leads_in(url)
        except ValueError:  # a host that isn't one
            return False


def _leads_out(url: str) -> bool:
    """With its scheme, and a host in plain sight: nothing before an @, nothing encoded."""
    scheme, host, path, *_rest = urlsplit(url)
    if scheme == "mailto":
        return "@" in path
    return scheme in {"http", "https"} and bool(host) and not set("@%\\") & set(host)


def _leads_in(url: str) -> bool:
    """A page of ours. Browsers take "//host", "/\\host" and their like for somebody else's."""
    path = unquote(urlsplit(url).path)
    if not path.startswith("/") or path.startswith("//") or "\\" in path or urlsplit(url).netloc:
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return path.isprintable()


def _reader() -> Reader:
    reader = Reader("zero", {"html": False, "breaks": True, "linkify": True})
    reader.enable(RULES)
    # An address written out stays words: whether it may be a link isn't for a message to say.
    if reader.linkify is not None:
        reader.linkify.set({"fuzzy_email": False})
    return reader


READER = _reader()


def as_html(text: str) -> SafeString:
    """Twice safe: the reader makes none but these marks, and nh3 throws out any other."""
    return mark_safe(
        nh3.clean(
            READER.render(text),
            tags=ALLOWED,
            attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
        )
    )


def as_words(text: str) -> str:
    """The same without its marks, on one line: for an excerpt."""
    return " ".join(unescape(strip_tags(as_html(text))).split())
