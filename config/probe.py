"""Asks a running site whether it answers, with nothing but Python's own library. `python -m config.probe` is the
health check of the web container."""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 5
WEB = "/sante/web/"


def ask(path: str, host: str, port: int, *, name: str = "localhost") -> tuple[bool, str]:
    """Whether the site is well, and what it says. `name` is the host name to send: the site answers only to those
    it knows."""
    door = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        door.request("GET", path, headers={"Host": name})
        answer = door.getresponse()
        return answer.status == 200, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return False, ""
    finally:
        door.close()


if __name__ == "__main__":
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost")).hostname or "localhost"
    well, words = ask(WEB, "127.0.0.1", int(os.environ.get("PORT") or 8000), name=site)
    print(words or "no answer")  # noqa: T201 (the container's log shows it)
    sys.exit(not well)
