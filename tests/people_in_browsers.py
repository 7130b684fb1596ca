"""People of the story, each in a browser of their own; every page they see is looked at by axe."""

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

PASSWORD = "une-phrase-de-passe"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
PHONE = {"width": 360, "height": 640}
GRAVE = {"serious", "critical"}
LINK = re.compile(r"https?://[^\s<>\"]+")


def grave_faults(page: Page) -> list[dict]:
    """What axe finds serious or critical, once the page is there: a click returns before it is."""
    page.wait_for_load_state()
    # Half-way through a fade, a colour is not what it will be.
    page.emulate_media(reduced_motion="reduce")
    return [found for found in Axe().run(page).response["violations"] if found["impact"] in GRAVE]


def looks_well(page: Page) -> None:
    """No grave fault for axe, nothing wider than the window."""
    assert grave_faults(page) == [], page.url
    page.wait_for_load_state()  # without its styles a page is wider
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def at_first_sight(page: Page, act: Locator) -> None:
    """What one came to press is on a phone's first screen, whole."""
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    expect(act).to_be_in_viewport(ratio=1)
    page.set_viewport_size(before)


@dataclass
class Someone:
    """A person at work on the site. `faults` gathers what axe found and pages wider than a phone."""

    site: object
    browser: Browser
    first_name: str
    last_name: str
    email: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        window = self.browser.new_context(viewport=WIDE, locale="fr-FR")
        self.page: Page = window.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    # --- moving about ---------------------------------------------------------------------
    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        self.look()

    def click(self, name: str, *, exact: bool = False) -> None:
        """Press what has this name, a button or a link, as a keyboard would: by its role."""
        main = self.page.get_by_role("main")
        target = main.get_by_role("button", name=name, exact=exact).or_(
            main.get_by_role("link", name=name, exact=exact)
        )
        target.first.click()
        self.look()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"[name={name}]").first.fill(value)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words)

    def finds_nothing_at(self, path: str) -> None:
        assert self.page.goto(self.site.url + path).status == 404, path

    # --- looking --------------------------------------------------------------------------
    def look(self) -> None:
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)
            self.faults += [
                f"{self.page.url} at {size['width']} px: {found['id']}: {found['nodes'][0]['html'][:160]}"
                for found in grave_faults(self.page)
            ]
            self._fits(size)
        self.page.set_viewport_size(WIDE)

    def measure(self) -> None:
        """No wider than a phone."""
        self.page.set_viewport_size(NARROW)
        self._fits(NARROW)
        self.page.set_viewport_size(WIDE)

    def _fits(self, size: dict) -> None:
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.faults.append(f"{self.page.url} is wider than {size['width']} px")

    # --- an account -----------------------------------------------------------------------
    def sign_up(self, comes_for: str, *, invitation: str = "") -> None:
        self.open(invitation or "/compte/signup/")
        if invitation:
            self.click("compte")
        else:
            self.page.locator(f"[name=comes_for][value={comes_for}]").check()
            self.fill(email=self.email)
        self.fill(first_name=self.first_name, last_name=self.last_name, password1=PASSWORD)
        self.page.locator("[name=terms]").check()
        self.page.get_by_role("main").locator("form button").last.click()
        self.look()

    def confirm(self) -> None:
        """The link of the letter proves the address, and lets them in."""
        self.open(self.link_in("Confirm"))
        self.page.get_by_role("main").locator("form button").last.click()
        self.look()

    def letter(self, about: str) -> str:
        """The text of the newest letter whose subject holds these words, waited for."""
        letter = self.site.wait_for_letter(self.email, about=about)
        return letter.get_body(("plain",)).get_content()

    def link_in(self, about: str) -> str:
        return LINK.search(self.letter(about)).group().rstrip(".")
