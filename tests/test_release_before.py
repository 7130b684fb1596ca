"""The release before works on today's schema, while it is migrated and after, and is gone back to: on PostgreSQL, where pages
are answered meanwhile. On SQLite a site is stopped for it."""

import json
import subprocess
import sys

import pytest

from tests import upgrades
from tests.services import die_with_parent
from tests.site import ROOT, Site, own_database

pytestmark = [pytest.mark.e2e, pytest.mark.postgres, pytest.mark.long]
PATIENCE = 900  # seconds: two cores, and others on them
ACTS = ROOT / "tests" / "other_release.py"


class Code:
    """One release's code on the database of the site."""

    def __init__(self, folder, site):
        self.folder = folder
        self.environment = site.environment | {
            "PYTHONPATH": str(folder), "LOG_LEVEL": "CRITICAL", "DOORBELL": "false",
        }  # fmt: skip

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )

    def does(self, *words):
        return result_of(self.start(*words))

    def act(self, *words):
        return json.loads(self.does("-P", str(ACTS), *words).splitlines()[-1])


def result_of(process):
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, out[-2000:] + err[-4000:]
    return out


@pytest.fixture
def before(tmp_path):
    """The code of the release before, as its commit has it."""
    name, commit = upgrades.release_before()
    if not upgrades.is_in_this_clone(commit):
        assert not upgrades.has_history(), f"CHANGELOG.md names {commit}, which nobody has made"
        pytest.skip(f"{upgrades.ABSENT} {name} ({commit})")
    folder = tmp_path / "before"
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    return folder


def test_the_release_before_answers_while_today_migrates_and_is_gone_back_to(before, tmp_path):
    site = Site(tmp_path / "var", settings=own_database() | {"MAIL_TRANSPORT": "file"})
    site.folder.mkdir()
    old, new, end = Code(before, site), Code(ROOT, site), tmp_path / "enough"
    old.does("manage.py", "prepare")
    people = old.act("world", "avant")["people"]

    meanwhile = old.start("-P", str(ACTS), "crawl", str(end), *people)
    try:
        new.does("manage.py", "prepare")
    finally:
        end.touch()
    under_way = json.loads(result_of(meanwhile).splitlines()[-1])
    people += old.act("world", "pendant")["people"]  # its INSERTs, on today's tables
    beside = old.act("crawl", str(end), *people)

    people += new.act("world", "apres")["people"]
    today = new.act("crawl", str(end), *people)
    back = old.act(
        "crawl", str(end), *people
    )  # what today's code has written, read by the one before

    print(
        json.dumps(
            {"under_way": under_way, "beside": beside, "today": today, "back": back}, indent=1
        )
    )
    for found in (under_way, beside, today, back):
        assert found["broken"] == {}
        assert found["pages"] > 50
    assert under_way["slowest"] < 60, (
        "nobody waited long behind a migration, on a crowded machine either"
    )
