"""The first day of a site in production: a pôle, a need, its letter; and what the log keeps of it."""

import base64
import contextlib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.urls import reverse
from playwright.sync_api import Browser, BrowserType

from tests.conftest import CHROMIUM_FLAGS
from tests.machine import NAME, Machine
from tests.people_in_browsers import LINK, Someone
from tests.test_story import post_a_need, register

KEY = "Zm9vYmFy-this-is-a-key-2026"
DOORS = ("invitation/{}/", "invitation/{}/compte/", "accord/{}/", "signer/{}/")
DOORS += ("signer/{}/document.pdf", "suivi/{}/", "suivi/{}/bilan/", "toujours-vrai/{}/")
DOORS += ("reponse/{}/",)
DOORS += ("compte/password/reset/key/1-{}/", "compte/confirm-email/{}/")
DOORS += ("notifications/desabonnement/{}/", "fichiers/{}/")


class Visitor(Someone):
    """How pages look is seen elsewhere (tests/test_story.py)."""

    def look(self) -> None:
        self.page.wait_for_load_state()


@contextlib.contextmanager
def window(machine: Machine, browser_type: BrowserType, launch: dict) -> Iterator[Browser]:
    """A browser for which the site's name leads to the proxy, whose certificate it believes: where it only forgave it,
    it would keep nothing of what it is sent."""
    to_proxy = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{machine.proxy_port}"
    believed = f"--ignore-certificate-errors-spki-list={fingerprint(machine.folder / 'proxy.pem')}"
    flags = [*CHROMIUM_FLAGS, to_proxy, believed]
    browser = browser_type.launch(**launch | {"args": flags})
    yield browser
    browser.close()


def fingerprint(certificate: Path) -> str:
    """Of its public key, as Chromium names it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    written = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(written).digest()).decode()


def a_need_is_posted_and_its_letter_arrives(machine: Machine, browser: Browser) -> None:
    machine.does(
        *("python", "manage.py", "create_pole", "--name=Pôle du quai", "--departments=59,62"),
        *("--operator=Les Passerelles du quai", "--email=coordination@example.org"),
    )
    coordinator = Visitor(machine, browser, "Maëlle", "Vandamme", "coordination@example.org")
    coordinator.sign_up("", invitation=coordinator.link_in("Passerelles"))
    coordinator.click("Rejoindre")
    treasurer = Visitor(machine, browser, "Ghislaine", "Petit", "tresoriere@example.org")
    treasurer.sign_up("ESS")
    treasurer.confirm()
    register(treasurer, "structure", "L’Épicerie du quai", rna="W595000001")
    need = post_a_need(treasurer)
    number = need.strip("/").split("/")[-1]
    sheet = reverse("need-qualify", args=[number])
    assert f"{machine.url}{sheet}" in coordinator.letter("Tenir la comptabilité")
    coordinator.open(sheet)
    coordinator.sees("Tenir la comptabilité sans se tromper")
    assert coordinator.faults + treasurer.faults == []
    cookies = treasurer.page.context.cookies()
    assert "__Host-session" in {cookie["name"] for cookie in cookies}
    assert all(cookie["secure"] for cookie in cookies)
    assert not [key for key in keys_in_letters(machine) if key in machine.log()]


def keys_in_letters(machine: Machine) -> set[str]:
    """The long parts of the links that people were sent: whoever has one may act."""
    texts = [letter.get_body(("plain",)).get_content() for letter in machine.post.letters]
    parts = re.findall(r"[\w:=-]{20,}", " ".join(" ".join(LINK.findall(text)) for text in texts))
    assert len(parts) >= 2, "an invitation and a confirmation at the least"
    return set(parts)


def try_every_door_with_a_key(machine: Machine) -> None:
    """Whole, cut short, garbled, refused, without HTTPS, and as where one came from or goes to."""
    for door in DOORS:
        path = "/" + door.format(KEY)
        for asked in (path, path.rstrip("/"), f"{path}%0aodd", f"/compte/login/?next={path}"):
            machine.ask(asked, Referer=f"https://{NAME}{path}")
            machine.ask(asked, method="POST", fields="a=b")  # refused, and Django says so
        machine.ask(path, direct=True)
