"""What the house costs, measured: each module is a programme with its own --help."""

import os

# What a site says for itself where DEBUG is off: it doesn't start without.
PRODUCTION = {
    "SECRET_KEY": "for-the-benchmark-only-" + "s" * 40,
    "PAPERS_KEY": "for-its-papers-only-" + "p" * 40,
    "SITE_URL": "http://testserver",
    "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
}


def as_in_production() -> None:
    for name, value in PRODUCTION.items():
        os.environ.setdefault(name, value)
