"""What a release does with a database, said so that any release's code can run it: `python -P tests/other_release.py ACT`.

It is run in the folder of that code. `world` lays out people and what is between them, by that code's own factories;
`crawl FILE EMAIL…` reads pages over and over, until FILE is there.
"""

import json
import re
import sys
import time
from pathlib import Path

import django

LINK = re.compile(r'href="(/[^"#?]*)"')
LEFT_OUT = ("/static/", "/compte/logout", "/administration/", "/courrier/demo")
PAGES = 12  # of each person, in one round


def world(word: str) -> dict:
    from tests import factories

    pole = factories.make_pole(f"Pôle {word}")
    people = [
        factories.make_user(email=f"{name}-{word}@example.org")
        for name in ("aline", "noe", "zoe", "lucie")
    ]
    aline, noe, zoe, lucie = people
    people.append(factories.make_coordinator(pole, email=f"odile-{word}@example.org"))
    garage = factories.make_organisation(
        "COMPANY", name=f"Garage {word}", administrator=zoe, member=noe
    )
    ours = factories.make_organisation(name=f"Jardins {word}", administrator=aline)
    need = factories.make_need(ours, title=f"Un site {word}")
    factories.make_mission(work=True, company=garage, person=noe, need=need)
    asked = factories.make_need(ours, title=f"Un logo {word}")
    factories.make_proposal(asked, factories.make_offer(lucie, title=f"Graphisme {word}"))
    return {"people": [one.email for one in people]}


def crawl(until: str, *emails: str) -> dict:
    found = {"pages": 0, "rounds": 0, "broken": {}, "slowest": 0.0}
    while True:
        for email in emails:
            one_round(email, found)
        found["rounds"] += 1
        if Path(until).exists():
            return found


def one_round(email: str, found: dict) -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(get_user_model().objects.get(email=email))
    waiting, seen = ["/", "/besoins/", "/offres/", "/missions/"], set()
    for _page in range(PAGES):
        if not waiting:
            return
        url = waiting.pop(0)
        began = time.monotonic()
        answer = client.get(url)
        found["pages"] += 1
        found["slowest"] = max(found["slowest"], time.monotonic() - began)
        if answer.status_code >= 500:
            fault = getattr(answer, "exc_info", None)
            found["broken"][f"{email} {url}"] = str(fault[1])[:300] if fault else answer.status_code
        if not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
            for link in LINK.findall(answer.content.decode()):
                if link not in seen and not link.startswith(LEFT_OUT):
                    seen.add(link)
                    waiting.append(link)


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"world": world, "crawl": crawl}[sys.argv[1]](*sys.argv[2:])))
