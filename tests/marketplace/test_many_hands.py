"""The last place, a double click, two needs for one person: nobody is promised what is gone."""

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50


@pytest.fixture
def environment(tmp_path):
    """Processes of their own: on PostgreSQL's test database, or on a file of SQLite's."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "ALLOWED_HOSTS": "testserver",
        "SITE_URL": "http://testserver",
        "DOORBELL": "false",
    }
    if connection.vendor == "postgresql":
        base = connection.settings_dict
        who = f"{quote(base['USER'])}:{quote(base['PASSWORD'])}"
        where = f"{base['HOST']}:{base['PORT']}/{quote(base['NAME'])}"
        return environment | {"DATABASE_URL": f"postgres://{who}@{where}"}
    environment["DATABASE_URL"] = "sqlite"
    for command in (["migrate", "-v0"], ["createcachetable", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)
    return environment


def test_nobody_is_promised_what_is_gone(environment):
    done = subprocess.run(
        [sys.executable, "-m", "tests.marketplace.hands", str(ROUNDS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"rounds": ROUNDS, "errors": 0}, done.stderr[-3000:]
