"""`make drill`: a backup is taken, life goes on, the backup is restored, and everything is counted.

On the demo, on SQLite and on PostgreSQL; `tests/config/test_drill.py` does the same on a small world. What happens to a
site happens in processes of its own, on a clock that stands still: a page before and after differs by what is on it alone.
"""

import json
import mailbox
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests import services
from tests.site import ROOT, Site, own_database

PAGES = 400  # of each person, by the links that lead there from their home
# Keys of forms, and the numbers of letters that were written after the backup.
CHANGING = re.compile(
    r'(?:csrfmiddlewaretoken" value=|"X-CSRFToken": |nonce=|_key" value=)"[^"]+"|/notifications/\d+/'
)
LINK = re.compile(r'href="(/[^"#?]*)"')
LEFT_OUT = ("/administration/", "/compte/logout", "/static/", "/courrier/", "/style", "/sante")
ONE_LETTER = re.compile(r"/notifications/\d+/")


@dataclass
class Drill:
    site: Site
    people: list[str]
    erased: str
    backups: Path
    most: int = PAGES
    now: str = field(default_factory=lambda: datetime.now().astimezone().isoformat())

    def run(self) -> dict:
        """What was found: see `require_nothing_lost`."""
        began = time.monotonic()
        taken = self.site.manage("backup", str(self.backups)).splitlines()[-2]
        backed_up = time.monotonic()
        self.does("live", self.erased)
        was = self.does("pages", str(self.most), *self.people)
        back = time.monotonic()
        said = self.does("restore", taken)
        restored = time.monotonic()
        held = self.does("sweep")
        opened = self.does("open")
        now = self.does("pages", str(self.most), *self.people)
        before, after = was["pages"], now["pages"]
        both = sorted(before.keys() & after.keys())
        return {
            "pages": len(before),
            "changed": [
                first_difference(url, before, after) for url in both if before[url] != after[url]
            ],
            "gone_or_new": sorted(before.keys() ^ after.keys()),
            "not_reached": was["not_reached"],
            "said": said,
            "left_while_held": held["left"],
            "letters": opened["letters"],
            "twice": opened["twice"],
            "erased_is_there": bool(self.does("is_there", self.erased)["there"]),
            "seconds": {"backup": backed_up - began, "restore": restored - back},
        }

    def does(self, what: str, *words: str):
        done = subprocess.run(
            [sys.executable, "-m", "tests.drill", what, *words],
            cwd=ROOT,
            env=self.site.environment | {"DRILL_NOW": self.now, "DOORBELL": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
        return json.loads(done.stdout.splitlines()[-1])


def first_difference(url: str, before: dict[str, str], after: dict[str, str]) -> str:
    lines = zip(before[url].splitlines(), after[url].splitlines(), strict=False)
    here = next(((one, other) for one, other in lines if one != other), ("", "its length"))
    return f"{url}: {here[0].strip()!r} → {here[1].strip()!r}"


def require_nothing_lost(found: dict) -> None:
    assert found["pages"] > 20
    assert found["changed"] == []
    assert found["gone_or_new"] == []
    assert found["left_while_held"] == 0, "the post was held"
    assert found["letters"] > 0
    assert found["twice"] == []
    assert not found["erased_is_there"]


# --- what happens in the site's own processes ------------------------------------------------
def live(email: str) -> dict:
    """Letters leave, and somebody closes their account."""
    from django.utils import timezone

    from accounts.models import User
    from marketplace.actions.market import people
    from notifications import delivery

    delivery.deliver_due()
    people.close_account(User.objects.get(email=email), now=timezone.now())
    return {"sent": delivery.deliver_due()}


def restore(folder: str) -> dict:
    from io import StringIO

    from django.core.management import call_command

    said = StringIO()
    call_command("restore", folder, over=True, stdout=said)
    return {"said": said.getvalue()}


def sweep() -> dict:
    from notifications import delivery, digests
    from notifications.tasks import timezone

    digests.write_due(now=timezone.now())
    return {"left": delivery.deliver_due()}


def open_() -> dict:
    from django.conf import settings
    from django.core.management import call_command

    from notifications import delivery

    call_command("post")
    call_command("post", open=True)
    delivery.deliver_due()
    box = mailbox.Maildir(settings.MAILBOX_PATH, create=True)
    sent = Counter(letter["Message-ID"] for letter in box)
    return {"letters": len(sent), "twice": [one for one, times in sent.items() if times > 1]}


def choose(*but: str) -> dict:
    """Somebody whom something would miss, and whom nothing keeps."""
    from accounts.actions import people as accounts
    from accounts.models import User
    from marketplace.actions.market import people

    found = User.objects.filter(is_active=True, offers__proposals__isnull=False).distinct()
    for user in found.exclude(email__in=but).order_by("pk"):
        if not (accounts.waiting_for_an_heir(user) or people.blocking_missions(user).exists()):
            return {"email": user.email}
    raise AssertionError("Nobody may close their account.")


def is_there(email: str) -> dict:
    from allauth.account.models import EmailAddress

    from accounts.models import User
    from notifications.models import Notification

    there = User.objects.filter(email=email).count()
    there += EmailAddress.objects.filter(email=email).count()
    kept = Notification.objects.filter(address=email).exclude(kind="account_closed")
    return {"there": there + kept.count()}


def pages(most: str, *emails: str) -> dict:
    """What each of these people reads, by address, and how many pages of each kind weren't opened; nothing of it is kept, not
    even that they have read it."""
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from django.test import Client

    found: dict[str, str] = {}
    left: Counter[str] = Counter()
    for email in emails:
        with transaction.atomic():
            client = Client(SERVER_NAME="localhost")
            client.force_login(get_user_model().objects.get(email=email))
            read, not_reached = crawled(client, int(most))
            found |= {f"{email} {url}": page for url, page in read.items()}
            left.update(kind_of(url) for url in not_reached)
            transaction.set_rollback(True)
    return {"pages": found, "not_reached": left}


def kind_of(url: str) -> str:
    """Without what tells one from another: a number, or a key."""
    return re.sub(r"(?<=/)(?:\d+|[^/]{20,})(?=/)", "…", url)


def crawled(client, most: int) -> tuple[dict[str, str], list[str]]:
    """The first pages that links lead to from home, by address; and the links that were left."""
    waiting, seen, read = ["/"], {"/"}, {}
    for _page in range(most):
        if not waiting:
            break
        url = waiting.pop(0)
        answer = client.get(url)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        read[url] = f"{answer.status_code} {answer.get('Location', '')} {CHANGING.sub('', page)}"
        links = [
            link
            for link in LINK.findall(page)
            if not (link.startswith(LEFT_OUT) or ONE_LETTER.match(link))
        ]
        for link in dict.fromkeys(links):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return read, waiting


def in_the_site(what: str, words: list[str]) -> None:
    import django
    import time_machine

    django.setup()
    acts = {"choose": choose, "open": open_, "is_there": is_there, "live": live, "pages": pages}
    with time_machine.travel(datetime.fromisoformat(os.environ["DRILL_NOW"]), tick=False):
        print(json.dumps((acts | {"restore": restore, "sweep": sweep})[what](*words)))


# --- on the demo ------------------------------------------------------------------------------
def on_the_demo(folder: Path) -> dict:
    site = Site(folder / "var", settings=own_database() | {"MAIL_TRANSPORT": "file"})
    site.folder.mkdir()
    site.manage("prepare", "--demo")
    listed = "from marketplace import demo; print(*[mail for _role, mail in demo.ACCOUNTS])"
    people = site.manage("shell", "-v", "0", "-c", listed).split()
    drill = Drill(site, people, "", folder / "backups")
    drill.erased = drill.does("choose", *people)["email"]
    return drill.run()


def main(arguments: list[str]) -> int:
    if arguments:
        in_the_site(arguments[0], arguments[1:])
        return 0
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="drill-") as folder:
            if name == "SQLite":
                os.environ |= {"DATABASE_URL": "sqlite", "REDIS_URL": "none"}
                found = on_the_demo(Path(folder))
            else:
                with services.started() as settings:
                    os.environ |= settings
                    found = on_the_demo(Path(folder))
        seconds = found["seconds"]
        print(f"\n{name}\n{found['said']['said']}")
        print(
            f"{found['pages']} pages of five people, {len(found['changed'])} changed; {found['letters']} letters, "
            f"{len(found['twice'])} twice; backup {seconds['backup']:.0f} s, restore {seconds['restore']:.0f} s."
        )
        print(f"Not reached within {PAGES} pages each: {sum(found['not_reached'].values())}")
        for kind, many in sorted(found["not_reached"].items()):
            print(f"  {many} × {kind}")
        for difference in found["changed"] + found["gone_or_new"] + found["twice"]:
            print(f"  {difference[:500]}")
        require_nothing_lost(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
