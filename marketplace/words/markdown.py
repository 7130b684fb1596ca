"""What people type in a message, as HTML for a page: bold, italics, lists, quotes and links, nothing else."""

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
        """Whether a link is made: to another site or a page of ours. Any other address stays as it was typed."""
        try:
            return _leads_out(url) or _leads_in(url)
        except ValueError:  # a host that isn't one
            return False


def _leads_out(url: str) -> bool:
    """Whether the address is an e-mail address, or one with its scheme and a plain host: without user name or
    encoded characters."""
    scheme, host, path, *_rest = urlsplit(url)
    if scheme == "mailto":
        return "@" in path
    return scheme in {"http", "https"} and bool(host) and not set("@%\\") & set(host)


def _leads_in(url: str) -> bool:
    """Whether the address is a page of this site. Browsers take "//host", and the same with backslashes, for
    another site."""
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
    """The text as HTML. It is made safe twice: the reader makes these marks only, and nh3 removes any other."""
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
    """The text without its marks, on one line, for an excerpt."""
    return " ".join(unescape(strip_tags(as_html(text))).split())
