"""All papers of an organisation in one ZIP file, with an index: as they were sealed, and as they were signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.storage import FilesAway, checked
from common import archives, spreadsheets
from marketplace.actions.desk import journal
from marketplace.models import Document, JournalKind, Kind, Mission, TeamMember
from marketplace.rules.journal_parties import NOUNS, Reader

PIECE = 64 * 1024
LONGEST = 40  # letters of a word in the name of a file


@dataclass
class Paper:
    """A line of the index. `name` and `signed_name` are those of its files, "" without one; `missing` says that the disk
    has lost it."""

    reference: str
    kind: str
    state: str
    version: int
    made_on: date
    mission: str
    structure: str
    house: str
    person: str
    amount: Decimal | None
    sha256: str
    signed_sha256: str
    file: FieldFile
    signed_file: FieldFile
    made_at: datetime
    name: str = ""
    signed_name: str = ""
    missing: str = ""


@transaction.atomic
def take_out(house: Organisation, *, by: User, why: str = "", now: datetime) -> list[Paper]:
    """Its papers for whoever takes them out, which the journal keeps. The caller has asked whether they may."""
    papers = papers_of(house)
    kind = JournalKind.PAPERS
    journal.note(kind, by=by, organisation=house, form="zip", rows=len(papers), why=why, now=now)
    named = Document.objects.of_house(house).order_by().values("mission")
    journal.tell_of(
        JournalKind.LISTED,
        [
            (NOUNS["lent"], Mission.objects.filter(pk__in=named)),
            (NOUNS["lent-part"], TeamMember.objects.filter(mission__in=named)),
        ],
        reader=Reader.for_employer(by, house),
        words="papers",
        form="zip",
        why=why,
        now=now,
    )
    return papers


def papers_of(house: Organisation) -> list[Paper]:
    """Its papers, the first first, each with the names of its files in the archive."""
    rows = (
        Document.objects.of_house(house)
        .select_related(
            "organisation",
            "member__person",
            "mission__need__organisation",
            "mission__apart_for",
            "mission__offer__organisation",
            "mission__offer__person",
        )
        .defer("facts")
        .order_by("made_at", "pk")
    )
    taken: set[str] = set()
    return [_paper(document, taken) for document in rows]


def _paper(document: Document, taken: set[str]) -> Paper:
    mission, at = document.mission, timezone.localtime(document.made_at)
    offer = mission.offer if mission else None
    person = document.member.person if document.member else offer.person if offer else None
    serves = mission.structure if mission and document.kind != Kind.RECEIPT else None
    structure = str(serves or document.organisation)
    paper = Paper(
        reference=document.reference,
        kind=document.get_kind_display(),
        state=str(document.state_label),
        version=document.version,
        made_on=at.date(),
        mission=str(mission or ""),
        structure=structure,
        house=str((offer and offer.in_the_name_of) or ""),
        person=str(person or ""),
        amount=document.amount,
        sha256=document.sha256,
        signed_sha256=document.signed_sha256,
        file=document.file,
        signed_file=document.signed_file,
        made_at=at,
    )
    folder = _("voided") if document.is_void else str(document.year)
    words = [document.reference, paper.kind, structure]
    bare = "-".join(slugify(word)[:LONGEST].strip("-") for word in words)
    paper.name = _once(f"{slugify(folder)}/{bare}-v{document.version}", document.pk, taken)
    if document.signed_file:
        signed = f"{paper.name.removesuffix('.pdf')}-{slugify(_('signed'))}"
        paper.signed_name = _once(signed, document.pk, taken)
    return paper


def _once(name: str, number: int, taken: set[str]) -> str:
    """Each register numbers its own papers: two structures of one name may have the same. Windows knows no capitals."""
    whole = f"{name}.pdf" if f"{name}.pdf" not in taken else f"{name}-{number}.pdf"
    taken.add(whole)
    return whole


def packed(house: Organisation, papers: list[Paper], *, now: datetime) -> Iterator[bytes]:
    """The archive, piece by piece. A file that the disk has lost is said in the index, which comes last."""
    return archives.zipped(files_of(house, papers, now=now))


def files_of(house: Organisation, papers: list[Paper], *, now: datetime) -> Iterator[archives.File]:
    """What is in the archive, in the language of whoever asks first."""
    return _files(house, papers, language=get_language() or "fr", now=now)


def _files(
    house: Organisation, papers: list[Paper], *, language: str, now: datetime
) -> Iterator[archives.File]:
    for paper in papers:
        for name, stored, sha256 in (
            (paper.name, paper.file, paper.sha256),
            (paper.signed_name, paper.signed_file, paper.signed_sha256),
        ):
            if not name:
                continue
            try:
                kept = checked(stored.storage.open(str(stored.name), "rb"), sha256)
            except FilesAway:
                raise
            except OSError:
                _lost(paper, name, language)
            else:
                with kept:
                    yield name, paper.made_at, kept.chunks(PIECE)
    at = timezone.localtime(now)
    with override(language):
        csv, page = _csv(papers), _page(house, papers, now)
        names = f"{slugify(_('index'))}.csv", f"{slugify(_('read me'))}.html"
    yield names[0], at, [csv]
    yield names[1], at, [page]


def _lost(paper: Paper, name: str, language: str) -> None:
    with override(language):
        said = _("The site has lost this file: %(name)s") % {"name": name}
    paper.missing = f"{paper.missing} {said}".strip()
    if name == paper.name:
        paper.name = ""
    else:
        paper.signed_name = ""


def _csv(papers: list[Paper]) -> bytes:
    header = [
        _("Number"), _("Paper"), _("State"), _("Version"), _("Made on"), _("Mission"), _("Structure"),
        _("Employer"), _("Person"), _("Value in euros"), _("File"), _("Signed file"), _("SHA-256"),
        _("SHA-256 of the signed file"), _("Remark"),
    ]  # fmt: skip
    rows = (
        [
            one.reference, one.kind, one.state, one.version, one.made_on, one.mission, one.structure,
            one.house, one.person, one.amount, one.name, one.signed_name, one.sha256,
            one.signed_sha256, one.missing,
        ]
        for one in papers
    )  # fmt: skip
    return spreadsheets.as_csv(header, rows)


def _page(house: Organisation, papers: list[Paper], now: datetime) -> bytes:
    context = {"house": house, "papers": papers, "now": now, "language": get_language()}
    return render_to_string("marketplace/documents/papers_index.html", context).encode()
