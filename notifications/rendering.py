"""Makes a letter of words: the text of a kind in the reader's language, and the site's
HTML around it.

The HTML is made from the text, so that both always say the same. A paragraph is a
paragraph; lines that begin with "- " are a list, and a line right above it its title;
"- Words (https://…)" is a link, "Words: https://…" alone on a line a button.
"""

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from common.one_line import one_line
from notifications.models import Person
from notifications.replies.trimming import ANSWER_ABOVE

ADDRESS = re.compile(r"https?://\S+")
LEADS = re.compile(r"^(?P<words>\S.*) \((?P<url>https?://[^\s()]+)\)$")
BUTTON_HOLDS = 60
FRENCH_COLON = "\N{NO-BREAK SPACE}:"
SPACED = re.compile(r"(?<=«) (?=\S)|(?<=\S) (?=[»:;?!])")


@dataclass(frozen=True)
class Block:
    """A piece of a letter: its sort is "words", "title", "items" or "button". Of the buttons one is the letter's main one."""

    sort: str
    words: str = ""
    lines: tuple[SafeString, ...] = ()
    url: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


def language_of(recipient: Person | None) -> str:
    """The reader's language; for an address without an account, that of the page which writes."""
    known = {code for code, _name in settings.LANGUAGES}
    language = getattr(recipient, "language", "") or get_language() or settings.LANGUAGE_CODE
    return language if language in known else settings.LANGUAGE_CODE


def language_for(address: str) -> str:
    """The language of the account with this address; the site's own where there is none."""
    reader = get_user_model().objects.filter(email__iexact=address.strip()).first()
    with override(settings.LANGUAGE_CODE):
        return language_of(reader)


def render(
    template: str,
    context: dict,
    *,
    recipient: Person | None,
    link: str = "",
    asks: bool = False,
    leave_url: str = "",
    by_mail: bool = False,
) -> Words:
    """The subject, text and HTML of a letter. `link` is where it leads; `leave_url` where the reader stops such
    letters; `by_mail` says whether an answer may come by e-mail."""
    with override(language_of(recipient)):
        subject, body = _plain(f"emails/{template}.txt", context)
        subject = subject_line(subject)
        text = tidy(_dressed(body, recipient=recipient, link=link, asks=asks))
        if by_mail:
            text = f"{ANSWER_ABOVE}\n\n{text}"
        html = frame(subject, text, leave_url=leave_url, has_account=recipient is not None)
        if leave_url:
            text += f"\n-- \n{_('To stop receiving these letters:')} {leave_url}\n"
        return Words(subject, text, html)


def _dressed(body: str, *, recipient: Person | None, link: str, asks: bool) -> str:
    """The text with what all letters have around their own words: a greeting, and where to go."""
    parts = [body.strip()]
    if recipient is not None:
        parts.insert(0, _("Hello %(name)s,") % {"name": recipient.get_short_name()})
    if link and not _says(body, link):
        words = _("To do on Trait d’union:") if asks else _("See on Trait d’union:")
        parts.append(f"{words} {link}")
    return "\n\n".join(parts)


def _says(body: str, link: str) -> bool:
    """Whether this address is in the words, and not only as the beginning of another (a day's file, a page below)."""
    return re.search(re.escape(link) + r"(?![\w/?#&=.%-]*[\w/])", body) is not None


def _plain(name: str, context: dict) -> tuple[str, str]:
    """The template's blocks "subject" and "body" as plain text, without HTML escaping: an apostrophe stays an
    apostrophe. Raises KeyError for a template without one of them."""
    template = get_template(name).template  # type: ignore[attr-defined]
    blocks = {block.name: block for block in template.nodelist.get_nodes_by_type(BlockNode)}
    plain = Context(context, autoescape=False)
    with plain.render_context.push_state(template), plain.bind_template(template):
        return blocks["subject"].render(plain), blocks["body"].render(plain)


def subject_line(words: str) -> str:
    """The words on one line, 200 characters at the most: a subject can't add a header."""
    return one_line(words)[:200]


def tidy(text: str) -> str:
    """The text without what {% if %} leaves behind: several blank lines in a row, spaces at the ends."""
    lines = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def frame(subject: str, text: str, *, leave_url: str = "", has_account: bool = False) -> str:
    """The letter in the site's HTML. Whoever has no account chose nothing, and has nothing to choose."""
    return render_to_string(
        "emails/_frame.html",
        {
            "subject": subject,
            "blocks": blocks(french_spaces(text) if get_language() == "fr" else text),
            "leave_url": leave_url,
            "has_account": has_account,
            "language": get_language() or settings.LANGUAGE_CODE,
            "site": settings.SITE_URL,
        },
    )


def french_spaces(text: str) -> str:
    """The text with no-break spaces where French needs them, so that no line begins with a » or a question mark."""
    return SPACED.sub("\N{NO-BREAK SPACE}", text)


def blocks(text: str) -> list[Block]:
    """The pieces of a letter. Its main button is the first that stands alone: of several in a paragraph, which answer a
    question, none is put forward."""
    found: list[Block] = []
    has_main = False
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        here: list[Block] = []
        for line in filter(None, map(str.strip, paragraph.split("\n"))):
            for block in _read(line):
                if here and block.sort == here[-1].sort != "button":
                    block = Block(block.sort, lines=here.pop().lines + block.lines)
                here.append(block)
        if not has_main and [block.sort for block in here].count("button") == 1:
            has_main = True
            here = [replace(block, is_main=block.sort == "button") for block in here]
        found += _titled(here)
    return found


def _titled(paragraph: list[Block]) -> list[Block]:
    """A line right above a list becomes its title, unless it is a sentence."""
    match paragraph:
        case [Block(sort="words", lines=(line,)), Block(sort="items"), *_] if (
            line[-1] not in ".:;,!?…"
        ):
            return [Block("title", lines=(line,)), *paragraph[1:]]
    return paragraph


def _read(line: str) -> list[Block]:
    item = line.removeprefix("- ")
    words, url = _led(item)
    # Our own pages only: somebody's message mustn't dress another site up as ours.
    if url.startswith(settings.SITE_URL + "/"):
        return _button(words, url)
    if item == line:
        return [Block("words", lines=(_linked(item),))]
    if (led := LEADS.match(item)) and led["url"].startswith(settings.SITE_URL + "/"):
        return [
            Block("items", lines=(format_html('<a href="{url}">{words}</a>', **led.groupdict()),))
        ]
    return [Block("items", lines=(_linked(item),))]


def _led(item: str) -> tuple[str, str]:
    """The words and the address of "Words : https://…", or of an address alone; two empty strings otherwise."""
    before, _space, last = item.rpartition(" ")
    words = before.rstrip()
    if not ADDRESS.fullmatch(last) or (words and not words.endswith(":")):
        return "", ""
    return words.removesuffix(":").rstrip(), last


def _button(words: str, url: str) -> list[Block]:
    """A button for the address, with few words; a long sentence stays above it."""
    if len(words) <= BUTTON_HOLDS:
        return [Block("button", words=words, url=url)]
    return [
        Block("words", lines=(_linked(words + (FRENCH_COLON if get_language() == "fr" else ":")),)),
        Block("button", url=url),
    ]


def _linked(words: str) -> SafeString:
    return mark_safe(urlize(words, autoescape=True))
