"""Asks the State's public register of organisations what a number stands for. Never needed: where it says nothing, people type."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts import places, toponyms
from accounts.legal_forms import LegalForm as Form
from accounts.models import Commune, Organisation
from accounts.openid import fetch
from accounts.openid.faults import Fault

# https://recherche-entreprises.api.gouv.fr/docs/: open to all, without a key, some seven questions a second.
OFF = "none"
SECONDS = 2.0
KEPT = 60 * 60 * 24 * 30  # seconds; a failure isn't kept
REST, LONGEST_REST = 30, 3600  # seconds in which nothing is asked after a failure
MOST_ROWS = 25
HIDDEN = ("[ND]", "[NON-DIFFUSIBLE]")  # what a person has asked the register not to show

# The State's codes of legal forms (INSEE, catégories juridiques), by how they begin: the form that is proposed, then
# those that agree with it as well, for the register doesn't know each of ours.
NATURES = (
    ("9230", (Form.ASSOCIATION_RUP,)),
    ("93", (Form.FOUNDATION, Form.ENDOWMENT)),
    ("92", (Form.ASSOCIATION, Form.ASSOCIATION_RUP)),
    *((code, (Form.SCOP,)) for code in ("5458", "5558", "5658")),
    *((code, (Form.COOPERATIVE, Form.SCIC, Form.SCOP)) for code in ("544", "545", "546")),
    *((code, (Form.COOPERATIVE, Form.SCIC, Form.SCOP)) for code in ("554", "555", "556")),
    *((code, (Form.COOPERATIVE, Form.SCIC, Form.SCOP)) for code in ("564", "565", "566")),
    ("54", (Form.SARL, Form.ESUS, Form.SCIC, Form.SCOP)),
    *((code, (Form.SA, Form.ESUS, Form.SCIC, Form.SCOP)) for code in ("55", "56")),
    ("57", (Form.SAS, Form.ESUS, Form.SCIC, Form.SCOP)),
    ("63", (Form.COOPERATIVE, Form.SCIC)),
    ("82", (Form.MUTUAL,)),
    ("1", (Form.SOLE_TRADER,)),
    *((code, (Form.PUBLIC,)) for code in ("4", "7")),
)


class Silent(Exception):
    """The register is off, slow or down, or says what can't be read."""


@dataclass(frozen=True)
class Entry:
    """What the register said of a number, and on which day. Without a SIREN, it didn't know the number."""

    number: str
    on: str
    siren: str = ""
    rna: str = ""
    name: str = ""
    nature: str = ""
    insee: str = ""
    postal_code: str = ""
    town: str = ""
    address: str = ""
    closed: bool = False

    @classmethod
    def kept(cls, said: Any) -> "Entry | None":
        """As it was written down; None when nothing was."""
        if not isinstance(said, dict) or not {"number", "on"} <= said.keys():
            return None
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in said.items() if name in names})

    @property
    def is_known(self) -> bool:
        return bool(self.siren)

    @property
    def legal_forms(self) -> tuple[Form, ...]:
        """Those that go with its code, the most likely first; none for a code that isn't in the table."""
        return next((forms for code, forms in NATURES if self.nature.startswith(code)), ())

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


def is_on() -> bool:
    return settings.PUBLIC_REGISTER != OFF


def number_of(organisation: Organisation) -> str:
    """The number by which an organisation is looked up: its SIREN, or else its RNA."""
    return organisation.siren or organisation.rna


def look_up(number: str, *, may_ask: Callable[[], bool], anew: bool = False) -> Entry:
    """What the register says of a SIREN or an RNA that is well formed, or said within thirty days unless it is asked
    `anew`. Nothing but the number is sent. Raises Silent."""
    if not is_on():
        raise Silent
    try:
        entry = None if anew else Entry.kept(cache.get(f"register:{number}"))
        if entry:
            return entry
        if cache.get("register-rests") or not may_ask():
            raise Silent
        entry = _ask(number)
        cache.set(f"register:{number}", entry.as_kept(), KEPT)
    except RedisError:
        raise Silent from None
    return entry


def _ask(number: str) -> Entry:
    url = f"{settings.PUBLIC_REGISTER}/search?q={quote(number)}&page=1&per_page={MOST_ROWS}"
    try:
        answer = fetch.ask(url, until=monotonic() + SECONDS)
        if answer.status != 200:
            _rest(_seconds(answer.later))
            raise Silent
        return _read(number, answer.document())
    except Fault:
        _rest(REST)
        raise Silent from None


def _rest(seconds: int) -> None:
    """After a failure nobody waits for the register for a while."""
    cache.set("register-rests", True, seconds)


def _seconds(later: str) -> int:
    """What a Retry-After asks for, within reason."""
    asked = later.strip()
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else REST
    return min(max(wanted, 1), LONGEST_REST)


def _read(number: str, document: dict[str, Any]) -> Entry:
    rows = document.get("results")
    if not isinstance(rows, list):
        raise Silent
    today = timezone.localdate().isoformat()
    for row in rows[:MOST_ROWS]:
        rna = _text(_part(row, "complements"), "identifiant_association", 10)
        if number in (_text(row, "siren", 9), rna):
            return _entry(number, today, row, rna)
    return Entry(number, today)


def _entry(number: str, today: str, row: Any, rna: str) -> Entry:
    seat = _part(row, "siege")
    code = _text(seat, "code_postal", 5)
    where = _text(seat, "adresse", 300)
    return Entry(
        number,
        today,
        siren=_text(row, "siren", 9),
        rna=rna,
        name=_text(row, "nom_raison_sociale", 160) or _text(row, "nom_complet", 160),
        nature=_text(row, "nature_juridique", 4),
        insee=_text(seat, "commune", 5),
        postal_code=code,
        town=_text(seat, "libelle_commune", 100),
        address=where.partition(f" {code} ")[0][:200] if code else "",
        closed=_text(row, "etat_administratif", 1) == "C",
    )


def _part(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else None


def _text(row: Any, name: str, most: int) -> str:
    """One line of signs that are shown; "" for what isn't text, or is kept from the public."""
    said = _part(row, name)
    if not isinstance(said, str):
        return ""
    shown = "".join(sign if sign.isprintable() else " " for sign in said[: 4 * most])
    line = " ".join(shown.split())[:most].strip()
    return "" if any(word in line.upper() for word in HIDDEN) else line


def commune_of(entry: Entry) -> Commune | None:
    """The commune of its seat: by its code, or else by its name and its postal code (the register counts Paris, Lyon
    and Marseille by their arrondissements)."""
    found = Commune.objects.filter(pk=entry.insee).select_related("department").first()
    if found or not entry.postal_code:
        return found
    meant = places.meant(f"{entry.postal_code} {entry.town}")
    return meant[0] if len(meant) == 1 else None


# --- Beside what an organisation says of itself -------------------------------------------


class Line(NamedTuple):
    """One thing that both say. `differs` is whether somebody should look at it; None where one of them says nothing."""

    what: str
    ours: str | Promise
    theirs: str | Promise
    differs: bool | None


def beside(organisation: Organisation, entry: Entry) -> list[Line]:
    """What the organisation says of itself and what the register says, thing by thing."""
    commune, forms = commune_of(entry), entry.legal_forms
    town = str(commune) if commune else f"{entry.postal_code} {entry.town}".strip()
    label = str(forms[0].label) if forms else ""
    ours = organisation
    is_other = organisation.legal_form not in forms
    other_name = not _same_name(ours.name, entry.name)
    other_town = commune != ours.commune if commune else None
    return [
        Line(_("Name"), ours.name, entry.name, other_name if entry.name else None),
        Line(_("Legal form"), ours.get_legal_form_display(), label, is_other if forms else None),
        Line(_("Commune"), str(ours.commune), town, other_town),
        Line(_("State"), "", _("closed down") if entry.closed else _("still active"), entry.closed),
    ]


def _same_name(one: str, other: str) -> bool:
    """Whether both are the same but for capitals, accents, signs, and a short name in brackets."""
    return bool(_names(one) & _names(other))


def _names(text: str) -> set[str]:
    return {toponyms.plain(text), toponyms.plain(text.partition("(")[0])} - {""}
