"""Keeping a file that somebody has sent, and giving it back."""

import hashlib

from django.core.files.base import ContentFile

from marketplace.models import StoredFile
from marketplace.models.documents import vault
from marketplace.models.files import random_name
from marketplace.uploads import Clean


def path_of(name: str) -> str:
    return f"files/{name[:2]}/{name}"


def keep(sent: Clean, *, by, mission=None, organisation=None) -> StoredFile:
    """The bytes first, then the row: a row never names a file that isn't there."""
    name = random_name()
    vault().save(path_of(name), ContentFile(sent.content))
    return StoredFile.objects.create(
        name=name,
        original_name=sent.name,
        content_type=sent.content_type,
        size=len(sent.content),
        sha256=hashlib.sha256(sent.content).hexdigest(),
        uploaded_by=by,
        mission=mission,
        organisation=organisation,
    )


def read(stored: StoredFile) -> bytes:
    with vault().open(path_of(stored.name), "rb") as kept:
        return kept.read()
