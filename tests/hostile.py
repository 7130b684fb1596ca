"""What a stranger sends to hold a reader up, as long as one likes: each has held up some reader once.

`tests/test_bounds.py` says how much of it is read, `benchmarks/hostile.py` how long that takes.
"""

import zlib
from collections.abc import Callable

from tests.marketplace.talk.office_files import docx, zipped

Shape = Callable[[int], bytes]
MX = "mx.reponse.example.org"
PASS = f"Authentication-Results: {MX}; dmarc=pass header.from=example.org\r\n"
HEAD = PASS + "From: noe@example.org\r\nMessage-ID: <1@example.org>\r\n"


def again(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def _headed(extra: Callable[[int], str]) -> Shape:
    return lambda size: f"{HEAD}{extra(size)}\r\n\r\nOui.".encode()


def _typed(kind: str, body: Callable[[int], str]) -> Shape:
    return lambda size: f"{HEAD}Content-Type: {kind}\r\n\r\n{body(size)}".encode()


def _nested(size: int) -> bytes:
    levels = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(25)
    )
    return f"{HEAD}{levels}Content-Type: text/plain\r\n\r\n".encode() + b"\r\n" * (size // 2)


# Whole mails, that their own person sends; what isn't cut is refused.
MAILS: dict[str, Shape] = {
    "comments in a verdict": lambda size: (
        f"Authentication-Results: {MX}; {'(' * (size // 2)}{')' * (size // 2)}\r\n{HEAD}\r\nOui."
    ).encode(),
    "a subject": _headed(lambda size: "Subject: " + again("=?a?q?")(size)),
    "a type's semicolons": _headed(lambda size: "Content-Type: text/plain" + again(";")(size)),
    "a type's quotes": _headed(lambda size: "Content-Type: text/plain" + again(';a="')(size)),
    "a type's pieces": _headed(
        lambda size: "Content-Type: text/plain" + "".join(f";a*{n}*=b" for n in range(size // 9))
    ),
    "senders": lambda size: f"{PASS}From: {again('a@b.c,')(size)}\r\n\r\nOui.".encode(),
    "brackets of a sender": lambda size: f"{PASS}From: {again('(')(size)}\r\n\r\nOui.".encode(),
    "our own numbers": _headed(lambda size: "Message-ID: " + again(f"<{'a' * 40}@x")(size)),
    "headers": _headed(lambda size: again("a: b\r\n")(size // 6 * 6).rstrip()),
    "lines of a header": _headed(lambda size: "X: a" + again("\r\n b")(size)),
    "flowed lines": _typed("text/plain; format=flowed", again("a \r\n")),
    "lines": _typed("text/plain", again("\r\n")),
    "introductions": _typed("text/plain", again("en date de : ")),
    "introductions in a row": _typed("text/plain", again("Le abcdefgh a écrit :\n")),
    "underscores": _typed("text/plain", again("_")),
    "tags": _typed("text/html", again("<b>a")),
    "quotations": _typed("text/html", again("<blockquote>a<br>")),
    "brackets": _typed("text/html", again("< ")),
    "levels": _nested,
    "parts": _typed("multipart/mixed; boundary=b", again("--b\r\n\r\nx\r\n")),
    "mails in mails": _headed(again("Content-Type: message/rfc822\r\n\r\n")),
    "an odd charset": _typed("text/plain; charset=punycode", again("a-bcdefghijk")),
    "names of files": _headed(lambda size: f'Content-Type: text/plain; name="{again("=?a?q?")(size)}"'),
}  # fmt: skip
REPORTS: dict[str, Shape] = {
    "our own numbers": lambda size: again(f"<{'a' * 40}@x")(size).encode(),
    "many numbers": lambda size: "".join(f"<{n:040x}@x>" for n in range(size // 44)).encode(),
    "levels": _nested,
}
TEXTS = {
    piece: again(piece)
    for piece in (
        "wrote ", "a écrit le ", "en date de : ", "Le abcdefgh a écrit :\n", "Envoyé de mon iPhone\n",
        "De : \n", "a écrit : \n\n", "\n", "_", "-- ", "> a\n",
    )
}  # fmt: skip
PAGES = {
    piece: again(piece)
    for piece in (
        "<b>a", "<blockquote>a<br>", "< ", "<plaintext>a", "<a b=c ", "</b>", "<!--", "<li>a", "&#", "<title>",
        '<div class="gmail_quote ">', "<svg><![CDATA[a", "<!DOCTYPE [",
    )
}  # fmt: skip
MESSAGES = {
    piece: again(piece)
    for piece in (
        "_", "-", "-_*", "a_at_", "__at", "x", "0", "06-", "n o e ", "a@a_point_a_point_1_", "a@b -- point -- ",
        "a  chez  gmail", "0 6 1 2 3 4 5 6 7 ", "[", "**a", "![", "[a](b", "http://", "> - ", "<b>", "e\u0301",
        "notre association aide ", "<script ", " ", "a   :   ", "\n ",
    )
}  # fmt: skip
PDFS: dict[str, Shape] = {
    "nothing": lambda size: b"%PDF-1.4\n" + b" " * size,
    "objects": lambda size: b"%PDF-1.4\n" + b"1 0 obj <<>> endobj\n" * (size // 20),
    "dictionaries": lambda size: b"%PDF-1.4\n1 0 obj " + b"<</a " * (size // 5) + b"trailer <</Root 1 0 R>>",
    "names": lambda size: b"%PDF-1.4\n1 0 obj <<" + b"/a#41" * (size // 5) + b">> trailer<</Root 1 0 R>>",
    "pages": lambda size: b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Count 1/Kids["
    + b"3 0 R " * (size // 6) + b"]>> endobj 3 0 obj <</Type/Page>> endobj trailer<</Root 1 0 R>>",
    "packed objects": lambda size: b"%PDF-1.5\n" + _BOMB * max(1, size // len(_BOMB)) + b"trailer <</Root 1 0 R>>",
}  # fmt: skip
_BOMB = (
    b"1 0 obj <</Type/ObjStm/N 2/First 8/Filter/FlateDecode>>stream\n"
    + zlib.compress(b"1 0 " * 500_000)
    + b"\nendstream endobj\n"
)
DOCUMENTS: dict[str, Shape] = {
    "elements": lambda size: zipped({"word/document.xml": f"<a>{'<b/>' * (size * 20)}</a>"}),
    "attributes": lambda size: zipped(
        {"word/document.xml": f"<a {' '.join(f"a{n}='1'" for n in range(size))}/>"}
    ),
    "levels": lambda size: zipped({"word/document.xml": "<a>" * size + "</a>" * size}),
    "fields": lambda size: docx("<w:instrText>a</w:instrText>" * (size // 2)),
    "one field": lambda size: docx(f"<w:f>{'a|a ' * size}</w:f>"),
}
