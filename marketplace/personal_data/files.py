"""The files of a copy: what somebody sent, the papers of what they did; of an organisation, its papers as when it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File as OpenFile
from django.core.files.storage import Storage
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.storage import checked
from marketplace.models import Document, StoredFile
from marketplace.models.documents.documents import vault
from marketplace.models.talk.files import path_of

AT_ONCE = 200


@dataclass(frozen=True)
class File:
    """Its name in the archive, what the page calls it, where its bytes are, and their sum where a row says it."""

    name: str
    title: str
    at: datetime
    storage: Storage
    path: str
    sha256: str = ""

    def opened(self) -> OpenFile:
        """Raises FileNotFoundError when it is gone, or its bytes aren't those that were kept."""
        kept = self.storage.open(self.path, "rb")
        return checked(kept, self.sha256) if self.sha256 else kept


def files_of(owner: User | Organisation, asker: User) -> Iterator[File]:
    """All but an organisation's papers, which `house_papers` gives."""
    if isinstance(owner, User):
        yield from _papers(owner)
        yield from _sent(StoredFile.objects.filter(uploaded_by=owner))
        return
    if owner.logo:
        kept = str(owner.logo.name)
        at = timezone.localtime(owner.created_at)
        end = kept.rpartition(".")[2]
        yield File(f"logo.{end}", _("Logo"), at, owner.logo.storage, kept)
    yield from _sent(StoredFile.objects.visible_to(asker).filter(organisation=owner))


def _papers(person: User) -> Iterator[File]:
    """Those that they signed, and those of the missions to which they came, as far as they read them today."""
    theirs = (
        Q(signatures__user=person) | Q(member__person=person) | Q(mission__offer__person=person)
    )
    mine = Document.objects.filter(theirs).values("pk")
    rows = Document.objects.visible_to(person).filter(pk__in=mine)
    for paper in (
        rows.defer("facts").select_related("organisation").order_by("pk").iterator(AT_ONCE)
    ):
        at = timezone.localtime(paper.made_at)
        title = f"{paper.reference} · {paper.get_kind_display()}"
        bare = f"{slugify(_('papers'))}/{paper.pk}-{slugify(title)[:60]}"
        signed = f"-{slugify(_('signed'))}", f" ({_('with its signatures')})"
        for end, said, stored, sha256 in (
            ("", "", paper.file, paper.sha256),
            (*signed, paper.signed_file, paper.signed_sha256),
        ):
            if stored:
                place = stored.storage, str(stored.name), sha256
                yield File(f"{bare}{end}.pdf", title + said, at, *place)


def _sent(rows: QuerySet[StoredFile]) -> Iterator[File]:
    for kept in rows.order_by("pk").iterator(AT_ONCE):
        stem, dot, end = kept.original_name.rpartition(".")
        bare = slugify(stem if dot else end)[:60] or "x"
        name = f"{slugify(_('files'))}/{kept.pk}-{bare}" + (f".{slugify(end)}" if dot else "")
        at = timezone.localtime(kept.created_at)
        yield File(name, kept.original_name, at, vault(), path_of(kept.name), kept.sha256)
