"""Knocking at doors, one after the other, each time in a world as it was."""

import copy
import re
from collections.abc import Iterable

from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from tests.doors.doors import Door

NO_METHOD = 405
SHUT = {403, 404, NO_METHOD, 410}
# What the smallest forms ask for: which side, which hat, yes.
SAID = {
    "party": "EMPLOYER",
    "organisation": "0",
    "answer": "YES",
    "text": "Bonjour",
    "sent_key": "k",
}
# To the login; and who has left, to what stays theirs.
OUT = ("/compte/login/", "/faite/")
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.IGNORECASE)
OF_THE_VISIT = {"django_session", "usersessions_usersession", "accounts_typedform"}


def client_of(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def knock(client: Client, door: Door, how: str):
    """The answer; whatever it changed is taken back, in the browser too."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        ask = client.get if how == "GET" else client.post
        answer = ask(door.path, SAID if how == "POST" else None)
        if answer.streaming:  # read to its end: closed by hand it would end the connection
            answer.getvalue()
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def tables_written(client: Client, door: Door) -> set[str]:
    """Which tables a form sent there writes in, but for the visitor's own session."""
    return _watched(client, door, "POST")[0]


def tables_read_into(client: Client, door: Door):
    """In which tables a page that is opened writes a row, and its answer."""
    return _watched(client, door, "GET")


def _watched(client: Client, door: Door, how: str):
    written: set[str] = set()

    def watch(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        found = WRITES.match(sql)
        if found and (how == "POST" or context["cursor"].rowcount):  # a page may write of nobody
            written.add(found[1])
        return done

    with connection.execute_wrapper(watch):
        answer = knock(client, door, how)
    return written - OF_THE_VISIT, answer


def is_open(answer) -> bool:
    assert answer.status_code < 500 or answer.request["PATH_INFO"] == "/sante/", (
        f"{answer.request['PATH_INFO']}: {answer.status_code}"
    )
    sent_away = answer.status_code == 302 and any(out in answer["Location"] for out in OUT)
    return answer.status_code not in SHUT and not sent_away


def opened_by(
    client: Client, doors: Iterable[Door], ways: Iterable[str] = ("GET", "POST")
) -> dict[str, set[Door]]:
    """How → the doors that open to this browser."""
    return {how: opened for how, (opened, _refusing) in tried_by(client, doors, ways).items()}


def tried_by(
    client: Client, doors: Iterable[Door], ways: Iterable[str] = ("GET", "POST")
) -> dict[str, tuple[set[Door], set[Door]]]:
    """How → the doors that open to this browser, and those that aren't knocked at in this way by anybody: a page refuses a
    method before it asks who is there."""
    doors, found = list(doors), {}
    for how in ways:
        opened, refusing = set(), set()
        for door in doors:
            answer = knock(client, door, how)
            if is_open(answer):
                opened.add(door)
            elif answer.status_code == NO_METHOD:
                refusing.add(door)
        found[how] = opened, refusing
    return found
