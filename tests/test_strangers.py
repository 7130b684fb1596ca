"""Somebody from elsewhere tries every address with a number: nothing opens but what is public.

A coordinator of another pôle may do more than any other stranger: where that door is shut, all are.
"""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_coordinator, make_pole
from tests.marketplace.documents.document_desk import make_receivable
from tests.marketplace.talk.talkers import talk_between_two

pytestmark = pytest.mark.sqlite  # the same on both; there the numbers can be counted from 1
NEXT_DOOR = ("administration/", "compte/")  # Django's and allauth's own pages are tried by them
CLOSED = {
    "nobody": {302, 403, 404, 405},
    "coordinator": {403, 404, 405},
}
OURS = ("accounts", "marketplace", "notifications")
# What anybody may open, and what anybody with an account may do with a public page.
PUBLIC = {"gathering-come", "need", "need-help", "need-picture", "organisation"}
OFFERED = {"need-apply", "need-help-send", "need-talk", "need-wait", "organisation-block"}
# Those whose number is a pôle's: one's own opens.
OF_A_POLE = {"blocks-of-pole", "canned-line-new", "canned-lines-own", "fairness", "match-weights"}
OF_A_SEAT = {"seat", "seat-answer", "seat-invite"}  # and here one of one's own pôle
OF_A_POLE |= {
    "dispatch",
    "dispatch-new",
    "plan-better",
    "portfolio",
    "portfolio-confirm",
    "local-currency",
    "pole-sender",
    "promises-edit",
}


def numbered(resolver=None, before="") -> list[tuple[str, str]]:
    """(path, name) of every address that takes a number and nothing else."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver) and not path.startswith(NEXT_DOOR):
            found += numbered(entry, path)
        elif isinstance(entry, URLPattern) and re.findall("<(.+?)>", path) == ["int:pk"]:
            found.append((f"/{path}", entry.name))
    return found


@pytest.fixture
def numbers():
    """One of everything that a mission leaves behind, and the numbers that it all has: counted from 1, whatever
    was made before, for each of them is asked of each address."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
    make_receivable()
    talk_between_two()
    models = [model for name in OURS for model in apps.get_app_config(name).get_models()]
    keys = {model.objects.values_list("pk", flat=True).first() for model in models}
    return sorted(key for key in keys if isinstance(key, int))


@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_a_stranger_opens_and_does_nothing_but_what_is_public(client, numbers, who):
    home = make_pole("Le pôle d’à côté", departments=("13",))
    if who != "nobody":
        client.force_login(make_coordinator(pole=home))
    seats = set(home.seats.values_list("pk", flat=True))
    client.raise_request_exception = False
    opened, broken = set(), set()
    for path, name in numbered():
        for number in numbers:
            mine = seats if name in OF_A_SEAT else {home.pk} if name in OF_A_POLE else set()
            if number in mine:
                continue
            for ask in (client.get, client.post):
                code = ask(path.replace("<int:pk>", str(number))).status_code
                broken |= {(path, number, code)} if code >= 500 else set()
                opened |= {name} if code not in CLOSED[who] else set()
    assert not broken
    assert opened <= PUBLIC | OFFERED | {"draft"}
