"""Settings of what holds the site's data, from the environment: the database, straight or through PgBouncer, and the files."""

from pathlib import Path
from typing import Any

from config import env


# --- the database ----------------------------------------------------------------------------
def database(var_dir: Path) -> dict[str, Any]:
    url = env.text("DATABASE_URL", "sqlite")
    if url == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var_dir / "db.sqlite3",
            # IMMEDIATE and a patience of 20 s: without them a worker and a page lock each other out.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "cached_statements": 1000,  # as it is, 128: fewer than an act asks
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    # Each thread keeps its connection for a minute; a pool for all is a program of its own, PgBouncer.
    kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if env.text("DATABASE_DIRECT_URL", ""):
        # It hands no option on: the role has them (manage.py prepare).
        return env.postgres(url) | kept | {"OPTIONS": tls(), "DISABLE_SERVER_SIDE_CURSORS": True}
    # What we open a cursor for is read to its end: PostgreSQL would plan for the first tenth.
    given = {"cursor_tuple_fraction": "1"} | of_the_role()
    return env.postgres(url) | kept | {"OPTIONS": tls() | _given(given)}


def direct(through: dict[str, Any]) -> dict[str, Any]:
    """The server itself, where DATABASE_URL leads to PgBouncer, which gives each transaction another connection
    (config/direct.py); otherwise nothing."""
    url = env.text("DATABASE_DIRECT_URL", "")
    if not url or "sqlite" in through["ENGINE"]:
        return {}
    patient = of_the_role() | {"statement_timeout": "0", "lock_timeout": "0"}
    return env.postgres(url) | {"OPTIONS": tls() | _given(patient)}


def of_the_role() -> dict[str, str]:
    """What PostgreSQL is told of each connection, in its own words."""
    # Milliseconds that a statement may take, and may wait for a lock; 0: as long as it takes.
    return {
        "jit": "off",  # it would compile the desk's question, half a second each time, to save some milliseconds of it
        "statement_timeout": str(env.number("DATABASE_STATEMENT_SECONDS", 0) * 1000),
        "lock_timeout": str(env.number("DATABASE_LOCK_SECONDS", 0) * 1000),
    }


def _given(options: dict[str, str]) -> dict[str, str]:
    return {"options": " ".join(f"-c {name}={value}" for name, value in options.items())}


def tls() -> dict[str, Any]:
    """Whether it is spoken to by TLS, and whose certificate it shows; as PostgreSQL's own programs take them."""
    said = {
        "sslmode": env.text("DATABASE_SSLMODE", ""),
        "sslrootcert": env.text("DATABASE_SSLROOTCERT", ""),
        "connect_timeout": 5,  # seconds: a database that doesn’t answer is a page that says so
    }
    return {name: value for name, value in said.items() if value}


# --- the files -------------------------------------------------------------------------------
def bucket() -> dict[str, str | None]:
    return {
        "bucket_name": env.text("S3_BUCKET", ""),
        "endpoint_url": env.text("S3_ENDPOINT", "") or None,
        "region_name": env.text("S3_REGION", "") or None,
        # Without keys: those that the machine itself has been given.
        "access_key": env.text("S3_ACCESS_KEY", "") or None,
        "secret_key": env.text("S3_SECRET_KEY", "") or None,
    }


def storages(debug: bool, *, in_bucket: bool) -> dict[str, dict[str, Any]]:
    built = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    found: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "accounts.storage.CarefulStorage"},
        "vault": {"BACKEND": "accounts.storage.VaultStorage"},
        "staticfiles": {"BACKEND": plain if debug else built},
    }
    if in_bucket:
        parts = {"default": "media"} | {name: name for name in ("vault", "apart", "carried")}
        backend = "accounts.bucket.BucketStorage"
        for alias, part in parts.items():
            found[alias] = {"BACKEND": backend, "OPTIONS": {"location": part}}
    return found
