"""Each page that opens somebody's story to a coordinator or an employer is in the journal, or in a list that says why not."""

import pytest

from config.noted import BESIDE, NOTED, UNNOTED, noted_at
from marketplace.models import JournalEntry
from marketplace.rules.journal_parties import NOUNS
from tests.doors.doors import ARGUMENT, doors_of, patterns
from tests.doors.knocking import client_of, tables_read_into

pytestmark = pytest.mark.once
JOURNAL = JournalEntry._meta.db_table
NUMBERS = {"pk", "name", *BESIDE}
# Pages that the coordinator of this world opens about nobody else, and why.
ALONE = {
    "behalf": "what somebody offers who has no account yet",
    **dict.fromkeys(
        (
            "receipts-year",
            "organisation-statement",
            "leave-platform",
            "organisation-data",
            "organisation-listing",
        ),
        "of the operator, which is their own: another organisation’s doesn't open to them",
    ),
}


def opening() -> dict[str, str]:
    """Name → address of every page that is about one thing: those of letters' links and of a key have their own reader."""
    found = {}
    for path, name in patterns():
        asked = {word for _kind, word in ARGUMENT.findall(path)}
        if asked & NUMBERS and not asked & {"token", "key", "provider_id"}:
            found[name] = path
    return found


def test_every_page_about_one_thing_is_noted_or_says_why_not():
    forgotten = {name for name, path in opening().items() if not noted_at(path, name)}
    assert forgotten - set(UNNOTED) == set(), "Say in config/noted.py whose story they open."


def test_the_lists_hold_no_page_that_has_gone():
    pages = opening()
    assert set(UNNOTED) - set(pages) == set()
    assert {
        start for start in NOTED if not any(path.startswith(start) for path in pages.values())
    } == set()
    assert {noun for _kind, noun in [*NOTED.values(), *BESIDE.values()]} <= set(NOUNS)
    assert all(len(why) > 10 for why in UNNOTED.values())


def test_what_a_coordinator_opens_is_written_in_the_journal(ours):
    client, pages = client_of(ours.people["coordinator"]), opening()
    silent: set[str] = set()
    written: set[str] = set()
    for door in doors_of(ours):
        route = pages.get(door.name, "")
        if door.row is None or door.name in written or not noted_at(route, door.name):
            continue
        tables, answer = tables_read_into(client, door)
        if answer.status_code == 200:
            (written if JOURNAL in tables else silent).add(door.name)
    assert silent - written == set(ALONE)
    assert {
        "person-story",
        "organisation-story",
        "desk-need",
        "mission",
        "offer",
        "thread",
        "document-file",
        "file",
    } <= written


@pytest.mark.parametrize("who", ["volunteer", "boss", "nobody"])
def test_nothing_is_written_of_whoever_reads_what_is_theirs(ours, who):
    client = client_of(ours.people.get(who))
    for door in doors_of(ours, one=True):
        if door.row is not None and door.name in {
            "mission",
            "need",
            "offer",
            "proposal",
            "thread",
            "document",
        }:
            assert JOURNAL not in tables_read_into(client, door)[0], door
