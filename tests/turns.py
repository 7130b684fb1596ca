"""Which test runs on which database: all of them on SQLite, and on PostgreSQL what is said here.

PostgreSQL's turn asks what SQLite can't have answered: locks and races, constraints and what a sentence that
fails does to its transaction, the order of words and of what is empty, sums over dates, full text, bounds that
SQLite doesn't keep, what Redis counts. What a page, a letter or a paper says is the same on both.

- A module of BOTH runs whole on both. One of ONCE runs on SQLite, and on PostgreSQL its first test alone: its
  main road, so that no noun goes unasked there.
- A mark wins over these lists, and that of a test over that of its module: `once` (never on PostgreSQL),
  `both`, `sqlite`, `postgres`. `e2e` is a turn of its own.
- A module that nobody has sorted fails tests/test_house.py.
"""

from collections.abc import Iterable
from pathlib import PurePath

import pytest

MARKS = {"once", "both", "sqlite", "postgres"}
# Folder → the modules, without their `test_`.
BOTH = {
    "": ("first_at_once", "nonsense"),
    "accounts": (
        *("admin", "change_address", "invitations", "last_administrator_race", "load_places"),
        *("members", "places_search", "register_organisation", "verification"),
        *("wrong_passwords",),
    ),
    "config": ("health", "prepare", "trouble"),
    "marketplace/desk": (
        *("cases", "desk", "desk_acts", "desk_filters", "elsewhere", "figures", "kinds"),
        *("on_a_side", "portfolio", "register"),
    ),
    "marketplace/documents": (
        *("organisation_year", "receipt_numbers", "receipts_and_duties", "years"),
    ),
    "marketplace/documents/signing": ("signing_links",),
    "marketplace/letters": ("bell_empties", "clock", "letters"),
    "marketplace/market": (
        *("ask_twice", "catalogue", "close_account", "freshness", "home", "languages", "late_yes"),
        *("late_yes_refused", "lists", "long_lists", "many_hands", "new_matches", "offers"),
        *("post_a_need", "true_causes", "whose_offer", "write_twice"),
    ),
    "marketplace/market/own_names": ("own_yes",),
    "marketplace/matching": (
        *("matching_acts", "matching_allocation", "matching_doors", "matching_fair"),
        *("matching_kept_lists", "matching_lists", "matching_odd_cases", "matching_properties"),
    ),
    "marketplace/missions": (
        *("agree", "amendments", "closings", "departures", "employer_agreement", "follow_up"),
        *("first_days", "hours", "mission_course"),
    ),
    "marketplace/talk": ("blocks", "conversation_list", "conversation_writing", "messages"),
    "marketplace/words": (
        *("words_admin", "words_catalogue", "words_processes", "words_rome", "words_skills"),
    ),
    "notifications": (
        *("bell", "crowd", "deliver", "desk", "doorbell", "habits", "model_of_the_outbox"),
        *("post", "retention", "summaries"),
    ),
}
ONCE = {
    "": ("addresses", "glossary", "house", "looks", "small_things"),
    "accounts": (
        *("create_pole", "edit_organisation", "import_communes", "invitations_of_leavers"),
        *(
            "language",
            "logo",
            "lost_session",
            "places_data",
            "places_field",
            "places_within",
            "profile",
        ),
        *("second_factor", "sessions", "sign_up"),
    ),
    "common": ("dates", "pictures", "spreadsheets"),
    "marketplace/desk": (
        *("bad_cases", "desk_rooms", "discretion", "legal", "mentions", "promise_to_read"),
        *("promises", "qualification", "qualify_a_need", "weights_page", "why_not"),
    ),
    "marketplace/documents": (
        *(
            "amendment_documents",
            "change_of_keys",
            "full_disk",
            "documents",
            "documents_touched",
            "value",
        ),
        *("what_documents_say", "who_voids", "written_for_documents"),
    ),
    "marketplace/documents/signing": ("addresses",),
    "marketplace/letters": (
        *("every_letter", "letters_of_leavers", "links_of_a_mailbox", "registry"),
        *("told_although_they_left",),
    ),
    "marketplace/market": (
        *("after_leaving", "beside_the_field", "company_roles", "fields", "gaps", "handed_on"),
        *("mission_templates", "newcomer", "next_acts", "own_reasons", "portrait"),
        *("propose_a_skill", "silence_of_the_suspended", "splitting", "suspended"),
        *("suspended_people", "what_stays"),
    ),
    "marketplace/market/own_names": ("colleagues", "kept_and_taken_back"),
    "marketplace/matching": ("matching_cards", "matching_parts", "matching_words"),
    "marketplace/missions": (
        *("agreement_words", "amendment_doors", "amendment_letters", "change_on_the_way"),
        *("closed_reviews",),
        *(
            "deliverables",
            "departure_letters",
            "disagreements",
            "every_start",
            "links_of_leavers",
            "manager_with_account",
        ),
        *("mission_sheet", "programme_quota", "public_employer", "questions_of_leavers", "regime"),
        *("reviews", "take_over", "two_people", "on_both_sides", "whose_to_do", "whose_turn"),
    ),
    "marketplace/talk": (
        *("contacts", "conversation_care", "conversation_changes", "files", "files_that_act"),
        *("markdown", "reply_by_mail", "reply_door", "scanner", "uploads"),
    ),
    "marketplace/words": (
        *("referential_files", "words_around", "words_everyday", "words_learning"),
        *("words_meaning", "words_odd_files", "words_tokenizer", "words_trades"),
    ),
    "notifications": (
        *("account_letters", "bounces", "clock", "days", "letter", "mailbox", "mime"),
        *("replies_trimmed",),
    ),
}


def paths(sorted_modules: dict[str, tuple[str, ...]]) -> set[str]:
    return {
        str(PurePath("tests", folder, f"test_{name}.py"))
        for folder, names in sorted_modules.items()
        for name in names
    }


def of_another_turn(items: Iterable[pytest.Item], *, on_postgres: bool) -> set[pytest.Item]:
    """What this turn leaves out."""
    other = "sqlite" if on_postgres else "postgres"
    items = list(items)
    by_mark = {item: _mark(item) for item in items}
    left_out = {item for item, mark in by_mark.items() if mark == other}
    if on_postgres:
        whole, first = paths(BOTH), _first_of_each(items)
        left_out |= {
            item
            for item, mark in by_mark.items()
            if mark == "once" or (not mark and _path(item) not in whole and item not in first)
        }
    return left_out


def _mark(item: pytest.Item) -> str:
    """The nearest. What runs in processes of its own and says nothing runs in both turns."""
    marks = [mark.name for mark in item.iter_markers() if mark.name in MARKS]
    return marks[0] if marks else "both" if item.get_closest_marker("e2e") else ""


def _first_of_each(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """The first test of each module, as it is written, whatever the order of the day."""
    first: dict[str, pytest.Item] = {}
    for item in items:
        rank = (item.location[1] or 0, item.nodeid)
        before = first.get(_path(item))
        if before is None or rank < (before.location[1] or 0, before.nodeid):
            first[_path(item)] = item
    return set(first.values())


def _path(item: pytest.Item) -> str:
    return item.location[0]
