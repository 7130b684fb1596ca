"""However long what a stranger sends, little of it is read: counted here, timed by benchmarks/hostile.py."""

import pytest

from notifications import bounces, rendering
from notifications.models import Notification
from notifications.replies import head, headers, mail, markup, trimming, verdicts
from tests import hostile

pytestmark = pytest.mark.once
SIZE = 160_000


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.REPLY_DOMAIN = "reponse.example.org"
    settings.REPLY_AUTHSERV_ID = hostile.MX


@pytest.mark.parametrize("shape", hostile.MAILS)
def test_no_header_is_longer_than_what_is_read_of_it(shape):
    content = hostile.MAILS[shape](SIZE)
    try:
        parts = list(mail.parsed(content).walk())
    except mail.Unreadable:
        return
    assert len(parts) <= mail.MOST_PARTS
    for part in parts:
        assert all(len(str(value)) <= headers.LONGEST for value in part.values())


@pytest.mark.parametrize("shape", hostile.MAILS)
def test_who_wrote_is_told_by_the_head_alone(shape):
    """What hangs below it changes nothing."""
    content = hostile.MAILS[shape](SIZE)

    def read(sent):
        try:
            told = head.read(sent, envelope_sender="noe@example.org")
        except head.Unreadable as error:
            return str(error)
        return told.sender, told.is_proven, told.why_automatic

    assert read(content) == read(content + b"x" * 50_000)
    assert read(content) == read(content[: head.LONGEST + 1])


@pytest.mark.parametrize("shape", hostile.MAILS)
def test_of_a_mail_no_more_is_kept_than_fifty_pages(shape):
    try:
        body = mail.read(hostile.MAILS[shape](SIZE))
    except (mail.Unreadable, mail.TooLong):
        return
    assert len(body.text) <= mail.LONGEST_TEXT


def test_a_text_too_long_is_refused_and_not_cut(monkeypatch):
    """Its writer's own words may stand at its end."""
    written = hostile.HEAD.encode() + b"Content-Type: text/plain\r\n\r\n"
    assert mail.read(written + b"a" * mail.LONGEST_TEXT).text
    monkeypatch.setattr(trimming, "own_words", None)
    with pytest.raises(mail.TooLong):
        mail.read(written + b"a" * (mail.LONGEST_TEXT + 1))


class Heard:
    """A pattern that remembers how much it was asked."""

    def __init__(self, pattern):
        self.pattern, self.longest = pattern, 0

    def fullmatch(self, words):
        self.longest = max(self.longest, len(words))
        return self.pattern.fullmatch(words)


@pytest.mark.parametrize("shape", hostile.TEXTS, ids=ascii)
def test_an_introduction_is_looked_for_in_short_lines_only(shape, monkeypatch):
    heard = Heard(trimming.INTRODUCED)
    monkeypatch.setattr(trimming, "INTRODUCED", heard)
    trimming.own_words(hostile.TEXTS[shape](SIZE))
    assert heard.longest <= trimming.LONGEST_INTRODUCTION


@pytest.mark.parametrize("shape", hostile.PAGES, ids=ascii)
def test_no_more_elements_are_held_open_than_a_page_has_levels(shape):
    reader = markup._Reader()
    reader.feed(hostile.PAGES[shape](SIZE))
    assert len(reader.open) <= markup.DEEPEST
    assert reader.silent == sum(silent for _tag, silent, _quoted in reader.open)
    assert reader.quoted == sum(quoted for _tag, _silent, quoted in reader.open)


class Counted:
    def __init__(self):
        self.asked = []

    def filter(self, **asked):
        self.asked.append(len(asked["message_id__in"]))
        return self

    def select_related(self, *_names):
        return []


@pytest.mark.parametrize("shape", hostile.REPORTS)
def test_of_a_report_a_few_letters_are_looked_up_and_nothing_else_when_none_is_ours(
    shape, monkeypatch
):
    letters = Counted()
    monkeypatch.setattr(Notification, "objects", letters)
    monkeypatch.setattr(bounces, "failures", None)
    assert bounces.read(hostile.REPORTS[shape](SIZE), now=None) == []
    assert max(letters.asked) <= bounces.MOST_LETTERS


# --- verdicts that can't be read to their end ----------------------------------------------
@pytest.mark.parametrize(
    ("verdict", "proven"),
    [
        ("dmarc=pass header.from=example.org", True),
        ("dmarc=pass (a (b) c) header.from=example.org", True),
        (r"dmarc=pass (a \) b) header.from=example.org", True),
        ("none (dmarc=pass header.from=example.org)", False),
        ("dmarc=pass header.from=example.org (never shut", False),
        ("dmarc=fail (never shut", False),
        ("dmarc=pass header.from=example.org; x=" + "y" * headers.LONGEST, False),
        ("x=" + "y" * headers.LONGEST + "; dmarc=fail header.from=example.org", False),
    ],
)
def test_a_verdict_counts_when_it_can_be_read_to_its_end(verdict, proven):
    said = mail.parsed(f"Authentication-Results: {hostile.MX}; {verdict}\r\n\r\n".encode())
    assert verdicts.sender_is_proven(said, "example.org") is proven


def test_a_second_verdict_too_long_spoils_the_first():
    """Or a server's "fail" could be pushed out of sight."""
    good = f"Authentication-Results: {hostile.MX}; dmarc=pass header.from=example.org\r\n"
    long = f"Authentication-Results: {hostile.MX}; x={'y' * headers.LONGEST}; dmarc=fail\r\n"
    assert not verdicts.sender_is_proven(
        mail.parsed((long + good + "\r\n").encode()), "example.org"
    )


def test_a_sender_too_long_is_nobody():
    said = f"{hostile.PASS}From: noe@example.org{' ' * headers.LONGEST}, x@example.org\r\n\r\nOui."
    assert head.read(said.encode(), envelope_sender="x@example.org").sender == ""


# --- what a button of a letter may be ------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "sort"),
    [
        ("Répondre : {site}/messages/1/", "button"),
        ("{site}/messages/1/", "button"),
        ("Répondre {site}/messages/1/", "words"),
        ("Répondre : https://evil.example/", "words"),
        ("Répondre : {site}.evil.example/", "words"),
    ],
)
def test_a_line_that_ends_with_a_page_of_ours_is_a_button(settings, line, sort):
    assert [block.sort for block in rendering.blocks(line.format(site=settings.SITE_URL))] == [sort]
