"""Turns the HTML page of a mail that came without plain text into lines of text.

What mail programs mark as a quotation gets the sign of one, so that it is trimmed
like any other.
"""

import html.parser
import re

BLOCKS = {
    "address", "article", "blockquote", "body", "div", "dl", "fieldset", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
    "table", "tr", "ul",
}  # fmt: skip
SILENT = {"head", "script", "style", "title", "template", "object", "svg"}
VOID = {"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "embed", "source", "wbr"}
QUOTING = re.compile(
    r"\b(gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix|moz-forward-container|zmail_extra)\b"
)
OUTLOOK = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"}
SPACES = re.compile(r"[ \t\r\n\xa0]+")


DEEPEST = 200  # levels: an element within that is neither shut nor counted


class _Reader(html.parser.HTMLParser):
    """Counts which elements are open, and keeps the lines in pieces, so that no word makes it look through all of
    them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[list[str]] = [[]]
        self.open: list[tuple[str, bool, bool]] = []  # tag, silent, quoted
        self.silent = self.quoted = 0  # how many of those
        self.over = False  # Outlook: from here on it is the letter that was answered

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if said.get("id", "") in OUTLOOK:
            self.over = True
        if tag == "br" or tag in BLOCKS:
            self._new_line()
        if tag == "li":
            self.lines[-1].append("- ")
        if tag not in VOID and len(self.open) < DEEPEST:
            quoted = tag == "blockquote" or bool(QUOTING.search(said.get("class", "")))
            self.open.append((tag, tag in SILENT, quoted))
            self._count(self.open[-1], 1)

    def handle_endtag(self, tag: str) -> None:
        if tag not in [name for name, _silent, _quoted in self.open[-100:]]:
            return
        while self.open:
            shut = self.open.pop()
            self._count(shut, -1)
            if shut[0] == tag:
                break
        if tag in BLOCKS:
            self._new_line(paragraph=tag == "p")

    def handle_data(self, data: str) -> None:
        if self.over or self.silent:
            return
        words = SPACES.sub(" ", data)
        if not self.lines[-1]:
            words = words.lstrip()
            if words and self.quoted:
                words = f"> {words}"
        if words:
            self.lines[-1].append(words)

    def _count(self, element: tuple[str, bool, bool], one: int) -> None:
        _tag, silent, quoted = element
        self.silent += one * silent
        self.quoted += one * quoted

    def _new_line(self, *, paragraph: bool = False) -> None:
        if self.lines[-1]:
            self.lines.append([])
        if paragraph and len(self.lines) > 1 and self.lines[-2]:
            self.lines.append([])


def read_aloud(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "\n".join("".join(pieces).rstrip() for pieces in reader.lines)
