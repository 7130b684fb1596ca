"""Stores files in a bucket (S3) that several machines share: docs/several_machines.md says how it is set up."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from storages.backends.s3 import S3Storage

from accounts.storage import CheckedByName, FilesAway

IN_MEMORY = 1024 * 1024  # of a file that is read; the rest of it waits in VAR_DIR
# Seconds: a page waits for a bucket hardly longer than for a database.
PATIENCE = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3}
)

log = logging.getLogger(__name__)


@contextmanager
def answering() -> Iterator[None]:
    """A context manager around what asks a bucket. Raises FileNotFoundError for what isn't there, FilesAway for a bucket
    that doesn't answer or refuses us."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if code in {"404", "NoSuchKey"}:  # a bucket that isn't there says otherwise
            raise FileNotFoundError(errno.ENOENT, "It isn't in the bucket") from error
        raise _away(error) from error
    except (BotoCoreError, Boto3Error) as error:
        raise _away(error) from error


def _away(error: Exception) -> FilesAway:
    log.error("The bucket of the files can't be used: %s: %s", type(error).__name__, error)
    return FilesAway()


class BucketStorage(CheckedByName, S3Storage):
    """Stores files in a bucket, below `location`. Raises FilesAway when it can't be asked. Its files have no address."""

    answering = staticmethod(answering)

    def get_default_settings(self) -> dict[str, Any]:
        """What concerns every file of ours, whatever part of the bucket it is in."""
        ours = {"max_memory_size": IN_MEMORY, "file_overwrite": False, "default_acl": None}
        ours |= {"security_token": None}  # one of the machine's own is found with its key
        style = {"addressing_style": "path" if settings.S3["endpoint_url"] else "auto"}
        config = PATIENCE.merge(Config(s3=style, signature_version="s3v4"))
        return super().get_default_settings() | ours | {"client_config": config} | settings.S3

    def _open(self, name: str, mode: str = "rb") -> File:
        with answering():
            kept = super()._open(name, mode)
            if mode == "rb":
                kept.file  # noqa: B018 - fetched now, while a fault is still put into words
            return kept

    def _save(self, name: str, content: Any) -> str:
        with answering():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with answering(), suppress(FileNotFoundError):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with answering():
            return super().exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with answering():
            return super().listdir(path)

    def size(self, name: str) -> int:
        with answering():
            return super().size(name)

    def get_modified_time(self, name: str) -> datetime:
        with answering():
            return super().get_modified_time(name)

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        raise ValueError("A view gives this file to those who may have it: it has no address.")
