"""Asks a running site whether it answers, with nothing but Python's own library.

`python -m config.probe` is the health check of the web container.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 5
PATH = "/sante/web/"


def answers(host: str, port: int, *, name: str = "localhost") -> bool:
    """`name` goes in the Host header: the site answers only to the names it knows."""
    door = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        door.request("GET", PATH, headers={"Host": name})
        return door.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        door.close()


if __name__ == "__main__":
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost")).hostname or "localhost"
    sys.exit(not answers("127.0.0.1", int(os.environ.get("PORT") or 8000), name=site))
