"""A bucket for the files of one test, on a server that speaks S3 over HTTP (tests.services.bucket)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from marketplace.models import Document
from tests import services

ON_DOCUMENTS = ("file", "signed_file")
PARTS = {"default": "media"} | {name: name for name in ("vault", "apart", "carried")}


@dataclass
class Bucket:
    """`folder` is where its server keeps it: a test may look there."""

    folder: Path
    settings: Any
    monkeypatch: Any
    said: dict[str, Any]

    def open(self, **others: str) -> None:
        self.settings.S3 = self.said | others
        of_bucket = "accounts.bucket.BucketStorage"
        ours = {
            alias: {"BACKEND": of_bucket, "OPTIONS": {"location": part}}
            for alias, part in PARTS.items()
        }
        self.settings.STORAGES = self.settings.STORAGES | ours
        for name in ON_DOCUMENTS:  # which hold the storage that they were made with
            field = Document._meta.get_field(name)
            self.monkeypatch.setattr(field, "storage", storages["vault"])

    @contextmanager
    def away(self) -> Iterator[None]:
        """A context manager: nobody answers at the address of the bucket."""
        self.open(endpoint_url=f"http://127.0.0.1:{services.free_port()}")
        yield
        self.open()

    @property
    def client(self) -> Any:
        return storages["vault"].connection.meta.client

    def write(self, key: str, content: bytes) -> None:
        """As somebody would who has the keys of the bucket."""
        self.client.put_object(Bucket=self.said["bucket_name"], Key=key, Body=content)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.said["bucket_name"], Key=key)

    def names(self) -> set[str]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)) for path in found}


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("s3-server")
    with services.bucket(folder) as said:
        yield folder / "s3", said


@pytest.fixture
def bucket(s3_server, settings, monkeypatch, tmp_path):
    """The files of this test are in an empty bucket, and nothing but what is on the way on the disk."""
    root, said = s3_server
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "var" / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "on-the-way"
    for folder in (settings.VAR_DIR, settings.FILE_UPLOAD_TEMP_DIR):
        folder.mkdir()
    name = secrets.token_hex(4)
    keys = {"access_key": said["S3_ACCESS_KEY"], "secret_key": said["S3_SECRET_KEY"]}
    where = {"endpoint_url": said["S3_ENDPOINT"], "region_name": said["S3_REGION"]}
    there = Bucket(root / name, settings, monkeypatch, {"bucket_name": name} | where | keys)
    there.open()
    there.client.create_bucket(Bucket=name)
    return there
