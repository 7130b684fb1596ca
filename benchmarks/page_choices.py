"""What a page offers of itself: each filter, each order, the next page, the one in the middle and the last, read from its own
HTML, so that a new filter is walked without anybody thinking of it."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

A_NAME, A_PAGE = 2, 14  # values of each parameter, and addresses of each page, that are tried
PAGES = ("page", "after", "avant", "before")


class _Choices(HTMLParser):
    def __init__(self, path: str):
        super().__init__()
        self.path, self.asks, self.name = path, False, ""
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link(told.get("href", ""))
        elif tag == "form":
            here = told.get("action", "") in ("", self.path)
            self.asks = here and told.get("method", "get").lower() == "get"
        elif self.asks and tag == "select":
            self.name = told.get("name", "")
        elif self.asks and tag == "option" and self.name:
            self._say(self.name, told.get("value", ""))
        elif self.asks and tag == "input" and told.get("type") in ("checkbox", "radio"):
            self._say(told.get("name", ""), told.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.asks = False
        elif tag == "select":
            self.name = ""

    def _say(self, name: str, value: str) -> None:
        if name and value:
            self.found.append({name: value})

    def _link(self, href: str) -> None:
        parts = urlsplit(href)
        if parts.query and not parts.netloc and parts.path in ("", self.path):
            self.found.append(dict(parse_qsl(parts.query)))


def choices(path: str, html: str) -> list[str]:
    """The queries to try after this address."""
    read = _Choices(path)
    read.feed(html)
    last: dict[str, int] = {}
    kept: dict[str, list[str]] = {}
    for asked in read.found:
        for name, value in asked.items():
            if name == "page" and value.isdigit():
                last[name] = max(last.get(name, 0), int(value))
                continue
            queries = kept.setdefault(name, [])
            query = urlencode(asked if name in PAGES else {name: value})
            if query not in queries:
                queries.append(query)
    found = [
        f"page={number}"
        for most in last.values()
        for number in dict.fromkeys((2, most // 2, most))
        if number > 1
    ]
    for queries in kept.values():
        found += list(dict.fromkeys((queries[0], queries[-1])))[:A_NAME]
    return list(dict.fromkeys(found))[:A_PAGE]
