"""Settings: what nobody gave is the default, what is given and can't be read is said in a sentence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import env
from tests import compose
from tests.machine import ROOT, SAID, THE_SIX, compose_environment, dotenv

pytestmark = pytest.mark.once
ASKED = """
import json, sys
from config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""
READ = re.compile(r"""env\.(?:text|flag|number|words|address|choice|door)\(\s*"([A-Z0-9_]+)\"""")
READERS = (
    "config/settings.py",
    "config/management/commands/serve.py",
    "config/stores.py",
    "config/json_lines.py",  # gunicorn speaks before it has read the settings
)
# Settings that aren't everywhere, and why.
NOT_IN_COMPOSE = {
    "OPENID_LOOPBACK": "of DEBUG alone: it opens the machine to what an administrator writes",
    "VAR_DIR": "the Dockerfile says it, beside the volume",
    "STATIC_ROOT": "the Dockerfile says it, beside the files",
    "MAIL_TRANSPORT": "a site in containers sends its letters",
    "LISTEN_ON": "of `serve`; gunicorn is told in the command",
    "WEB_WORKERS": "of `serve`; gunicorn is told in the command",
    "JOB_WORKERS": "of `serve`; celery is told in the command",
    "REPLY_LISTEN_ON": "told in the command of `answers`",
}
# What a site in production doesn't start without, with compose or not.
WANTED = ["SECRET_KEY", "PAPERS_KEY", "SITE_URL", "DEFAULT_FROM_EMAIL"]
NOT_IN_CODE = {"POSTGRES_PASSWORD": "compose makes DATABASE_URL of it"}


def started(tmp_path: Path, *names: str, **environment: str) -> dict:
    """What the settings say, begun with this environment and no other."""
    done = begun(tmp_path, *names, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def begun(tmp_path: Path, *names: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", ASKED, *names],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def with_the_six(tmp_path, **others: str) -> dict[str, str]:
    places = {"VAR_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path)}
    return compose_environment(dotenv(THE_SIX, **others), **places)


def test_with_the_six_names_of_the_readme_the_site_answers_to_its_own_address(tmp_path):
    settings = started(tmp_path, "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", **with_the_six(tmp_path))
    assert settings["ALLOWED_HOSTS"] == ["traitdunion.example.org"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://traitdunion.example.org"]


def test_every_setting_given_empty_is_as_if_it_were_not_given(tmp_path):
    keys = {name: SAID[name] for name in WANTED}
    needed = keys | {"VAR_DIR": str(tmp_path)}
    asked = sorted(set(read_by_the_code()) - needed.keys() - {"PORT"} - NOT_IN_COMPOSE.keys())
    names = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASES", "MAIL_SERVER", "SITE_URL"]
    names += ["ALLAUTH_TRUSTED_PROXY_COUNT", "LETTERS_KEPT_MONTHS", "DOORBELL", "LOGGING"]
    shown = ASKED.replace("print(json.dumps(", "print(json.dumps(default=str, obj=")
    both = [
        subprocess.run(
            [sys.executable, "-c", shown, *names],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]} | needed | empty,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for empty in ({}, dict.fromkeys(asked, ""))
    ]
    assert both[0] == both[1]


def test_other_names_are_added_to_the_sites_own(tmp_path):
    given = with_the_six(tmp_path, ALLOWED_HOSTS="www.example.org, .pole.example.org")
    found = started(tmp_path, "ALLOWED_HOSTS", **given)["ALLOWED_HOSTS"]
    assert found == ["traitdunion.example.org", "www.example.org", ".pole.example.org"]


def test_behind_https_there_is_one_proxy_and_behind_http_there_is_none(tmp_path):
    names = ("ALLAUTH_TRUSTED_PROXY_COUNT", "SECURE_PROXY_SSL_HEADER")
    settings = started(tmp_path, *names, **with_the_six(tmp_path))
    assert settings["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert settings["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    given = with_the_six(tmp_path) | {"SITE_URL": "http://localhost:8000"}
    settings = started(tmp_path, *names, **given)
    assert settings == {"ALLAUTH_TRUSTED_PROXY_COUNT": 0, "SECURE_PROXY_SSL_HEADER": None}
    given = with_the_six(tmp_path, TRUSTED_PROXY_COUNT="2")
    assert started(tmp_path, *names, **given)["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2


def test_hsts_binds_the_neighbours_only_when_asked(tmp_path):
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    plain = started(tmp_path, *names, **with_the_six(tmp_path))
    assert list(plain.values()) == [31_536_000, False, False]
    asked = {"HSTS_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}
    assert all(started(tmp_path, *names, **with_the_six(tmp_path, **asked)).values())


def test_the_old_keys_are_read_with_commas(tmp_path):
    old = with_the_six(tmp_path, SECRET_KEY_FALLBACKS="one, two")
    assert started(tmp_path, "SECRET_KEY_FALLBACKS", **old) == {
        "SECRET_KEY_FALLBACKS": ["one", "two"]
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SITE_URL", "traitdunion.example.org", "SITE_URL looks like https://"),
        ("DATABASE_URL", "postgres://site:a@db:54x2/site", "DATABASE_URL looks like postgres://"),
        ("DATABASE_URL", "postgres://site:a/b@db:5432/site", "DATABASE_URL looks like postgres://"),
        ("EMAIL_PORT", "²", "EMAIL_PORT is a whole number"),
        ("EMAIL_USE_TLS", "yes", "EMAIL_USE_TLS is true or false"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is text or json"),
        ("WORKER_DOOR", "8001", "WORKER_DOOR looks like 0.0.0.0:8001"),
        ("OPENID_LOOPBACK", "true", "OPENID_LOOPBACK is for DEBUG alone"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path, name, value, words):
    done = begun(tmp_path, **with_the_six(tmp_path) | {name: value})
    assert f"ImproperlyConfigured: {words}" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", WANTED)
def test_a_site_in_production_says_its_keys_its_address_and_who_writes_or_does_not_start(
    tmp_path, name
):
    others = {other: SAID[other] for other in WANTED if other != name}
    for said in (others, others | {name: ""}):
        done = begun(tmp_path, **said)
        assert done.returncode
        assert done.stderr.splitlines()[-1].endswith(f"Set {name}: .env.example shows how.")


def test_where_debug_is_on_nothing_need_be_said(tmp_path):
    assert started(tmp_path, "SITE_URL", "DEFAULT_FROM_EMAIL", DEBUG="true", PORT="8010") == {
        "SITE_URL": "http://localhost:8010",
        "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
    }


def test_what_is_not_found_is_told_by_our_own_page_where_debug_is_on(tmp_path):
    ours = "config.middleware.OwnPagesMiddleware"
    assert ours in started(tmp_path, "MIDDLEWARE", DEBUG="true")["MIDDLEWARE"]


def test_a_site_wants_a_key_of_its_own_for_its_papers(tmp_path):
    secret = SAID["SECRET_KEY"]
    both = {name: SAID[name] for name in WANTED} | {"PAPERS_KEY": secret}
    same = begun(tmp_path, **both).stderr.splitlines()[-1]
    assert "PAPERS_KEY is a key of its own, not that of SECRET_KEY" in same
    assert secret not in same
    assert started(tmp_path, "PAPERS_KEY_FALLBACKS", DEBUG="true") == {"PAPERS_KEY_FALLBACKS": []}


@pytest.mark.parametrize("name", THE_SIX)
def test_compose_stops_when_one_of_the_six_is_missing(tmp_path, name):
    others = [other for other in THE_SIX if other != name]
    with pytest.raises(compose.Refused, match=f"{name} is missing a value: Set {name}"):
        compose_environment(dotenv(others))


def test_env_is_read_here_as_compose_reads_it(tmp_path):
    written = tmp_path / ".env"
    written.write_text(
        "# a comment\n\nPLAIN=one two # said\nHASH=a#b\nSINGLE='a # $b'  # said\nDOUBLE=\"x y\"\n"
        "EMPTY=\nINSIDE=d’union <a@b>\nexport SHELL_LIKE=1\nAPOSTROPHE=it's\n",
        encoding="utf-8",
    )
    assert env.lines(written) == compose.read_env(written.read_text())
    assert env.lines(written) == {
        "PLAIN": "one two",
        "HASH": "a#b",
        "SINGLE": "a # $b",
        "DOUBLE": "x y",
        "EMPTY": "",
        "INSIDE": "d’union <a@b>",
        "SHELL_LIKE": "1",
        "APOSTROPHE": "it's",
    }


def test_an_empty_name_in_the_environment_leaves_what_env_says(tmp_path, monkeypatch):
    written = tmp_path / ".env"
    written.write_text("A_TEST_NAME=said\nANOTHER_TEST_NAME=said\n")
    monkeypatch.setenv("A_TEST_NAME", "")
    monkeypatch.setenv("ANOTHER_TEST_NAME", "by the environment")
    env.load(written)
    assert (env.text("A_TEST_NAME"), env.text("ANOTHER_TEST_NAME")) == (
        "said",
        "by the environment",
    )


def read_by_the_code() -> list[str]:
    return sorted(
        {name for path in READERS for name in READ.findall((ROOT / path).read_text("utf-8"))}
    )


def named_in_the_example() -> list[str]:
    text = (ROOT / ".env.example").read_text("utf-8")
    return sorted(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def handed_on_by_compose() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    return set(compose.services()["web"]["environment"]) | set(
        re.findall(r"\$\{([A-Z0-9_]+)", text)
    )


def test_each_setting_stands_in_the_code_in_the_example_and_in_compose():
    code, example, handed = (
        set(read_by_the_code()),
        named_in_the_example(),
        handed_on_by_compose(),
    )
    assert len(example) == len(set(example)), "named twice"
    assert set(example) - NOT_IN_CODE.keys() == code
    assert handed - NOT_IN_CODE.keys() == code - NOT_IN_COMPOSE.keys()


def test_who_reads_the_environment_is_known():
    """Settings read elsewhere would escape the comparison."""
    found = {
        str(path.relative_to(ROOT))
        for folder in ("config", "accounts", "marketplace", "notifications", "common")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(
            r"os\.environ|os\.getenv|\benv\.(text|flag|number|words|address|choice|door)\(",
            path.read_text(),
        )
    }
    asks_the_container = {"config/env.py", "config/probe.py"}
    sets_the_default = {"config/celery.py", "config/wsgi.py"}
    hands_it_on = {
        "config/backup/databases.py",  # to the programs of PostgreSQL
        "config/management/commands/move_to.py",  # to the commands that write in the new database
    }
    assert found == set(READERS) | asks_the_container | sets_the_default | hands_it_on


def test_the_same_default_is_written_once():
    """A default in compose too would win over the code's, and over .env.example's truth."""
    for name, value in compose.services()["web"]["environment"].items():
        assert "$" not in str(value) or re.search(r"\$\{[A-Z0-9_]+(:-\}|:\?)", str(value)), name


def test_through_pgbouncer_no_option_is_said_and_commands_know_the_server_itself(tmp_path):
    said = {
        "DATABASE_URL": "postgres://site:a@bouncer:6432/site",
        "DATABASE_SSLMODE": "verify-full",
    }
    said |= {"DATABASE_DIRECT_URL": "postgres://site:a@db:5432/site", "DATABASE_LOCK_SECONDS": "10"}
    found = started(tmp_path, "DATABASES", "DATABASE_DIRECT", **with_the_six(tmp_path) | said)
    through, direct = found["DATABASES"]["default"], found["DATABASE_DIRECT"]
    assert through["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": 5}
    assert through["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert (through["HOST"], direct["HOST"]) == ("bouncer", "db")
    assert "jit=off" in direct["OPTIONS"]["options"]
    assert "lock_timeout=0" in direct["OPTIONS"]["options"], "a migration has a patience of its own"


def test_time_outs_of_the_database_are_said_at_the_connection(tmp_path):
    said = {"DATABASE_STATEMENT_SECONDS": "30", "DATABASE_LOCK_SECONDS": "10"}
    found = started(tmp_path, "DATABASES", "DATABASE_DIRECT", **with_the_six(tmp_path) | said)
    options = found["DATABASES"]["default"]["OPTIONS"]["options"]
    assert "-c statement_timeout=30000 -c lock_timeout=10000" in options
    assert found["DATABASE_DIRECT"] == {}
