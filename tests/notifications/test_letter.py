"""How the key of a letter is written and read back, and how a letter is posted from its declaration."""

import pytest

from notifications import rules as asked
from notifications.letter import Key, Letter
from notifications.models import Notification, Status
from notifications.rendering import render
from tests.factories import make_user
from tests.notifications.rules import NEWS

ABOUT = Key("need:{need}:for:{reader:word}")
HELLO = Letter("hello", ABOUT, NEWS)
WORDS = {"what": "Les Jardins", "words": "À bientôt."}


@pytest.mark.parametrize(
    ("pattern", "parts", "key"),
    [
        ("need:{need}:alone", {"need": 12}, "need:12:alone"),
        ("{noun:word}:{row}:fresh:{day:word}", {"noun": "need", "row": 3, "day": "2026-01-02"}, "need:3:fresh:2026-01-02"),
        ("consent:{consent}:back:{page:rest}", {"consent": 3, "page": "/a:b/"}, "consent:3:back:/a:b/"),
        ("news:{offer}:{needs:numbers}", {"offer": 1, "needs": (4, 5)}, "news:1:4:5"),
        ("thread:{thread}[:from:{first}:{why:rest}]", {"thread": 1}, "thread:1"),
        ("thread:{thread}[:from:{first}:{why:rest}]", {"thread": 1, "first": 2, "why": "edited1-2"}, "thread:1:from:2:edited1-2"),
    ],
)  # fmt: skip
def test_a_key_reads_back_what_it_wrote(pattern, parts, key):
    assert Key(pattern).written(**parts) == key
    assert Key(pattern).read(key) == parts


@pytest.mark.parametrize(
    "parts", [{}, {"need": 1}, {"need": 1, "reader": "noe", "more": 2}, {"need": "x", "reader": "n"}, {"need": 1, "reader": "a:b"}]
)  # fmt: skip
def test_a_key_that_could_not_be_read_back_is_never_written(parts):
    with pytest.raises((TypeError, ValueError)):
        ABOUT.written(**parts)


@pytest.mark.parametrize("key", ["need:1", "need:x:for:n", "a need:1:for:n", "need:1:for:n:o", ""])
def test_a_key_of_something_else_is_never_read(key):
    with pytest.raises(ValueError, match="is no key of"):
        ABOUT.read(key)


def test_a_row_gives_its_number_and_is_a_fact_of_the_words(reader):
    of_reader = Letter("hello", Key("user:{what}"), NEWS)
    of_reader.tell([reader], url="/", what=reader, words="…")
    letter = Notification.objects.get()
    assert letter.key == f"user:{reader.pk}"
    assert str(reader) in letter.text


def test_each_hears_once_but_whoever_did_it(reader):
    other, by = make_user(), make_user()
    HELLO.tell([reader, by, other, reader], url="/", but=by, need=1, reader="all", **WORDS)
    HELLO.tell([reader], url="/", need=1, reader="all", **WORDS)
    told = Notification.objects.values_list("recipient", "key", "kind")
    assert sorted(told) == [(one.pk, "need:1:for:all", "hello") for one in (reader, other)]


def test_an_address_without_account_is_written_to():
    HELLO.write_to("Lea@example.org", url="/", need=1, reader="lea", **WORDS)
    assert Notification.objects.get(recipient=None, address="lea@example.org").kind == "hello"


def test_what_has_not_left_is_stopped_by_the_beginning_of_its_key(reader):
    begins = Key("need:{need}:for:")
    for need in (1, 12):
        HELLO.tell([reader], url="/", need=need, reader="all", **WORDS)
    assert begins.cancel(need=1, reason="withdrawn") == 1
    stopped = Notification.objects.get(status=Status.CANCELLED)
    assert (stopped.key, stopped.last_error) == ("need:1:for:all", "withdrawn")


def test_a_letter_is_asked_whether_it_still_makes_sense_by_the_parts_of_its_key(reader, post):
    def moot(letter, *, need, reader):
        return f"{need}, {reader}, {letter.recipient.first_name}"

    rule = Letter("hello", ABOUT, NEWS, moot=moot).rule
    letter = post(reader, key="need:7:for:all")
    assert rule.moot(letter) == "7, all, Aïcha"
    assert Letter("hello", ABOUT).rule == asked.Rule()


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        ("For your calendar: https://x.org/visites/1/date.ics", False),
        ("Below: https://x.org/visites/1/#faits and https://x.org/visites/12/", False),
        ("See it: https://x.org/visites/1/", True),
        (
            "- The visit (https://x.org/visites/1/)\n- Another: https://x.org/visites/1/date.ics",
            True,
        ),
        ("Nothing", False),
    ],
)
def test_a_letter_leads_to_its_page_whatever_is_said_of_a_file_of_it(reader, words, is_said):
    """“Say so there”, of a letter whose only address was that of a calendar’s file."""
    written = {"what": "Alpha", "words": words}
    text = render("hello", written, recipient=reader, link="https://x.org/visites/1/").text
    assert ("Voir sur Trait d’union\xa0: https://x.org/visites/1/" in text) is not is_said
