"""The house's settings, alone in a folder of their own, with what a test needs instead."""

import atexit
import os
import shutil
import tempfile

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_var = tempfile.mkdtemp(prefix="trait-d-union-test-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)

# A developer's own .env never decides what the tests do: what stands here wins over it.
os.environ |= {
    "DEBUG": "false",
    "SECRET_KEY": "for-the-tests-only",
    "PAPERS_KEY": "for-the-papers-of-the-tests",
    "VAR_DIR": _var,
    "SITE_URL": "http://testserver",
    "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
    "MAIL_TRANSPORT": "file",
    "LOG_LEVEL": "WARNING",
}
os.environ.setdefault("DATABASE_URL", "sqlite")
os.environ.setdefault("REDIS_URL", "none")
if os.environ["REDIS_URL"] != "none":
    # Two test processes at once must not read each other's cache and queue.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{_worker}"
# The browser's driver runs an event loop beside the tests, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *  # noqa: E402

ALLOWED_HOSTS = ["*"]
# A real hash takes 0.3 s on purpose; thousands of test users would wait for it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Plain static files; and never somebody's own bucket: what is about one has its own (tests/buckets.py).
STORAGES, S3 = stores.storages(debug=True, in_bucket=False), S3 | {"bucket_name": ""}
WHITENOISE_AUTOREFRESH = True
# The outbox's tests have letters of their own. They lie here for every test: a setting that changes for
# one test makes it compile each template again.
os.makedirs(f"{_var}/letters/emails", exist_ok=True)
for _kind in ("hello", "asking", "poison", "legal", "key"):
    shutil.copy(
        BASE_DIR / "tests/notifications/templates/emails/hello.txt",
        f"{_var}/letters/emails/{_kind}.txt",
    )
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], f"{_var}/letters"]
PUBLIC_REGISTER = "none"  # nor the register
DNS_SERVERS = ["nobody:0x0"]  # unreadable: none is asked, unless a test has its own
MIDDLEWARE = [*MIDDLEWARE, "tests.form_tokens.every_form_has_its_token"]
