"""What a backup says of itself: of when it is, of which release and database, under which keys, with the sum of each file."""

import hashlib
import hmac
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import django
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from common import keys
from config.backup.refusals import NotPossible, Say
from config.release import RELEASE, ordered

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"  # the second as `sha256sum -c` reads it
FORMAT = 1
EVERY = 2_000  # files, between two words about where we are


@dataclass
class Manifest:
    at: str
    database: str
    tools: dict[str, str]
    files: int = 0
    sums: str = ""
    release: str = RELEASE
    format: int = FORMAT
    keys: dict[str, str] = field(default_factory=dict)
    migrations: dict[str, list[str]] = field(default_factory=dict)
    seal: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def write(self, folder: Path) -> None:
        """Close the backup: the sums are written by now."""
        self.sums = sum_of(folder / SUMS)
        self.seal = _seals(self)[0]
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))


def begin(at: datetime, tools: dict[str, str]) -> Manifest:
    versions = {"python": platform.python_version(), "django": django.get_version()}
    return Manifest(
        at=at.isoformat(),
        database=connection.vendor,
        tools=versions | tools,
        keys={name: marks[0] for name, marks in fingerprints().items()},
        migrations=applied(),
    )


def read(folder: Path) -> Manifest:
    """Raises NotPossible."""
    try:
        said = json.loads((folder / MANIFEST).read_text())
        if said.get("format") != FORMAT:
            raise NotPossible(f"{folder} was written by a release that keeps backups otherwise.")
        return Manifest(**said)
    except (OSError, ValueError, TypeError, AttributeError):
        raise NotPossible(
            f"{folder} isn’t a backup: there is no {MANIFEST} that can be read in it."
        ) from None


def applied() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def require_fits(manifest: Manifest, *, other_keys: bool) -> None:
    """Raises NotPossible where this code, database or keys aren't those for it."""
    if manifest.database != connection.vendor:
        raise NotPossible(
            f"The backup is of {manifest.database}, and DATABASE_URL names {connection.vendor}."
        )
    if not other_keys:
        _require_keys(manifest)
        if not any(hmac.compare_digest(manifest.seal, one) for one in _seals(manifest)):
            raise NotPossible("The manifest isn’t as it was written: somebody has changed it.")
    if ordered(manifest.release) > ordered(RELEASE):
        raise NotPossible(
            f"The backup is of release {manifest.release}, and this is {RELEASE}: install that one first."
        )
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {*loader.disk_migrations}
    known |= {old for one in loader.disk_migrations.values() for old in one.replaces}
    for app, names in manifest.migrations.items():
        for name in names:
            if (app, name) not in known and app in loader.migrated_apps:
                raise NotPossible(
                    f"The backup has a migration that this code doesn’t know ({app} {name}): install the code that made it."
                )


def _require_keys(manifest: Manifest) -> None:
    known = fingerprints()
    for name, mark in manifest.keys.items():
        if mark not in known.get(name, []):
            raise NotPossible(
                f"{name} isn’t the one that the backup was made under: put the one of that day into {name}_FALLBACKS (a newer "
                "copy of VAR_DIR/apart, named with --apart, may hold it). Without it (--other-keys) "
                "no seal of a paper can be checked, costs of hours are asked anew and links in letters are dead."
            )


def fingerprints() -> dict[str, list[str]]:
    """By which the keys are known again, those before them too, and which say nothing of them."""
    named = {keys.PAPERS: keys.of_papers(), keys.LINKS: keys.once_of_links()}
    return {
        name: [keys.derived(key, name).hex()[:16] for key in known] for name, known in named.items()
    }


def sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """(path, sum) of each file of a backup."""
    with (folder / SUMS).open(encoding="utf-8") as lines:
        for line in lines:
            sha256, _two, path = line.rstrip("\n").partition("  ")
            yield path, sha256


def require_whole(manifest: Manifest, folder: Path, say: Say) -> None:
    """Read every byte of the backup again. Raises NotPossible with the first file that isn't as it was."""
    if not (folder / SUMS).is_file() or sum_of(folder / SUMS) != manifest.sums:
        raise NotPossible(f"{SUMS} isn’t the one that the backup was closed with.")
    done = 0
    for path, sha256 in listed(folder):
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise NotPossible(f"{SUMS} names a file that isn’t below the backup: {path}.")
        if not (folder / path).is_file():
            raise NotPossible(f"{path} is missing from the backup.")
        if sum_of(folder / path) != sha256:
            raise NotPossible(f"{path} isn’t as it was written: its sum is another one.")
        done += 1
        if done % EVERY == 0:
            say(f"checked {done} of {manifest.files} files")
    if done != manifest.files:
        raise NotPossible(f"{manifest.files} files were written, and {SUMS} names {done}.")


def _seals(manifest: Manifest) -> list[str]:
    told = json.dumps(asdict(manifest) | {"seal": ""}, sort_keys=True, ensure_ascii=False).encode()
    derived = [keys.derived(key, "backup") for key in keys.of_papers()]
    return [hmac.digest(key, told, "sha256").hex() for key in derived]
