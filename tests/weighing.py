"""What a page weighs on the wire: every byte that the browser receives for it, headers too, as its own developer tools count."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page

FIRST_VISIT = 120_000  # bytes: all that a page needs where nothing is kept from before
NEXT_VISIT = 15_000  # bytes: what the browser holds already isn't asked for again


@contextmanager
def weighed(page: Page) -> Iterator[Counter[str]]:
    """Fills in what each address has cost while the page was open; what came out of the browser's own store costs nothing."""
    addresses: dict[str, str] = {}
    bytes_of: Counter[str] = Counter()
    tools = page.context.new_cdp_session(page)
    tools.on(
        "Network.requestWillBeSent",
        lambda told: addresses.update({told["requestId"]: told["request"]["url"]}),
    )
    tools.on(
        "Network.loadingFinished",
        lambda told: bytes_of.update(
            {addresses[told["requestId"]]: int(told["encodedDataLength"])}
        ),
    )
    tools.send("Network.enable")
    yield bytes_of
    tools.detach()


def weight_of(context: BrowserContext, address: str) -> int:
    """Of the whole page, in a window of this context: what the context has from before isn't asked for again."""
    page = context.new_page()
    with weighed(page) as bytes_of:
        page.goto(address, wait_until="networkidle")
    page.close()
    return bytes_of.total()
