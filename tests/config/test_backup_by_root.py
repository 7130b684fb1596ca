"""Who takes a backup: root in the place of the site's account is refused, and what can't be written is named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common import apart
from config.backup import marks, taking
from tests.config.test_backup import backup

pytestmark = pytest.mark.django_db(transaction=True)
SOMEBODY = 54321  # no account has this number: a sentence says the number

type Own = Callable[[Path], Path]


@pytest.fixture(autouse=True)
def a_site_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def place(tmp_path):
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def somebodys(monkeypatch) -> Own:
    """Gives a folder to somebody who isn't root, while this is root, or is taken for it where it isn't."""

    def give(folder: Path) -> Path:
        if os.geteuid() == 0:
            os.chown(folder, SOMEBODY, SOMEBODY)
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        return folder

    return give


@pytest.mark.parametrize("whose", ["the folder’s", "the site’s"])
def test_root_takes_no_backup_in_the_place_of_another_account(
    place, a_site_of_its_own, somebodys, whose
):
    folder = somebodys(place if whose == "the folder’s" else a_site_of_its_own)
    with pytest.raises(CommandError) as refusal:
        call_command("backup", place)
    said = str(refusal.value)
    assert said.startswith(f"No backup was taken. This is root, and {folder} belongs to ")
    assert "runuser -u " in said
    assert list(place.iterdir()) == [], "not even a lock that is root’s"
    assert list(marks.noted()) == []


@pytest.mark.parametrize("asked", [{"check": True}, {"over": True}])
def test_root_restores_and_checks_nothing_in_its_place_either(
    place, a_site_of_its_own, somebodys, asked
):
    folder = backup(place)
    marked = dict(marks.noted())
    somebodys(a_site_of_its_own)
    with pytest.raises(
        CommandError, match="Nothing was restored. This is root, and .+/var belongs"
    ):
        call_command("restore", folder, **asked)
    assert dict(marks.noted()) == marked


def test_the_sentence_names_the_file_that_cant_be_written(place):
    (place / ".lock").mkdir()
    with pytest.raises(CommandError, match=r"No backup was taken. .+/backups/\.lock can’t be"):
        call_command("backup", place)


def test_the_file_is_named_in_the_midst_of_a_backup_too(place, monkeypatch):
    def refused(source: Path, _target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(source))

    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    monkeypatch.setattr(taking.shutil, "copy2", refused)
    with pytest.raises(CommandError, match="No backup was taken. .+/apart/erasures can’t be"):
        call_command("backup", place)
    assert [path.name for path in place.iterdir()] == [".lock"]
