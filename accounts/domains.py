"""The domain of an e-mail address: how it is written, and why one can't be an organisation's own."""

import ipaddress
import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from publicsuffixlist import PublicSuffixList

LONGEST = 253
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# A name that says what it is: académies, universities, those who study there.
SCHOOLS = re.compile(
    r"(?:ac|univ|iut|lycee|college|ecole|insa|ens|ensa|iep)-[a-z0-9-]+"
    r"|[a-z0-9-]+-(?:univ|iut|iep|ac|lycee)"
    r"|(?:etu|etud|etudiants?|students?|alumni|eleves?)(?:[-.].*)?|edu|univ|universite"
)
# No resolver of the world answers for these.
NOT_OF_THE_WORLD = {
    "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost",
    "onion", "private", "test", "example",
}  # fmt: skip


class Unfit(StrEnum):
    """Why a domain can't be named."""

    UNREADABLE = "unreadable"
    NUMBERS = "numbers"
    FREE = "free"
    SCHOOL = "school"
    SHARED = "shared"


def ascii_of(typed: str) -> str:
    """The domain as mail servers write it, from what somebody typed: a domain, or an address of it. "" when it is
    none."""
    name = typed.strip().rpartition("@")[2].strip().rstrip(".").lower()
    try:
        plain = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = plain.split(".")
    fits = len(plain) <= LONGEST and len(labels) > 1 and all(map(LABEL.fullmatch, labels))
    return plain if fits and not labels[-1].isdigit() else ""


def in_letters(domain: str) -> str:
    """The domain as people read it."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def of_address(email: str) -> str:
    """The domain of an address, as `ascii_of` writes it."""
    return ascii_of(email) if "@" in email else ""


def why_not(typed: str) -> Unfit | None:
    """Why what was typed can't be an organisation's own domain; None when it can."""
    if _is_numbers(typed):
        return Unfit.NUMBERS
    domain = ascii_of(typed)
    if not domain or domain.rpartition(".")[2] in NOT_OF_THE_WORLD:
        return Unfit.UNREADABLE
    if _is_below(domain, _listed("free_mail.txt")):
        return Unfit.FREE
    if _is_school(domain):
        return Unfit.SCHOOL
    own = _suffixes().privatesuffix(domain)
    if own is None or _is_below(domain, _listed("shared_mail.txt")):
        return Unfit.SHARED
    return None


def _is_numbers(typed: str) -> bool:
    bare = typed.strip().rpartition("@")[2].strip("[]").removeprefix("IPv6:")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def _is_school(domain: str) -> bool:
    """Whether one of its labels says so, or its ending does (`ac.uk`, `edu.au`)."""
    labels = domain.split(".")
    ends = labels[-2:] if len(labels[-1]) == 2 else labels[-1:]
    return "edu" in ends or ends[0] == "ac" or any(map(SCHOOLS.fullmatch, labels))


def _is_below(domain: str, listed: frozenset[str]) -> bool:
    """Whether the domain, or one above it, is in the list."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in listed for start in range(len(labels)))


@cache
def _listed(name: str) -> frozenset[str]:
    lines = Path(__file__).with_name("data").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and line[0] != "#")


@cache
def _suffixes() -> PublicSuffixList:
    """What comes with the package: nothing is fetched. With the suffixes that companies let (github.io)."""
    return PublicSuffixList(only_icann=False)
