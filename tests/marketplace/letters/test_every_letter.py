"""Every kind of letter, found by itself, in both languages, with the longest and the emptiest data."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from marketplace.actions.talk import messages
from marketplace.letters import registry
from marketplace.letters.missions import moved
from marketplace.models import Message
from marketplace.states import MISSION_MOVES, MissionStatus
from notifications import outbox
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.gatherings.people import make_gathering
from tests.marketplace.market.round_people import a_house

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
# Their words hang on what a step or a day holds: they have their tests below.
NEED_FACTS = {"mission_moved", "mission_interrupted", "hours_contested"}
KINDS = sorted({path.stem for path in FOLDER.iterdir() if path.name[0] != "_"} - NEED_FACTS)
# Both sides have said yes, or one invites the other: these exist to give an address.
GIVE_ADDRESSES = {"proposal_agreed", "mission_kick_off", "invitation_accepted", "member_left", "organisation_submitted", "team_begins", "team_dates"}  # fmt: skip
SENTENCE = "Refaire le site de l’association avec sa billetterie, ses « archives » & son journal. "
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(r"https?://[^\s<>\"]+")


# A date filter asks a value for these; words aren't a date.
NOT_OF_WORDS = {
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "tzinfo",
    "weekday",
    "utcoffset",
}


class Words(str):
    """A value of which any attribute is as long, or as empty, as itself; a list holds three of them."""

    def __getattr__(self, name):
        if name.startswith("_") or name in NOT_OF_WORDS:
            raise AttributeError(name)
        return self

    def __iter__(self):
        return iter([self] * 3 if self else [])

    def __html__(self):
        return self


LONGEST = Words(SENTENCE * 4)
EMPTIEST = Words("")
NUMBERS = ("total", "days", "lasts", "number", "hours", "week", "count", "n", "year", "left", "months", "a_month", "waiting", "people", "more", "past", "drafts", "offers")  # fmt: skip
DATES = (
    "answer_by",
    "closes_on",
    "pauses_on",
    "by_day",
    "day",
    "expires_at",
    "on",
    "until",
    "since",
    "ends_on",
    "due_on",
    "first_day",
    "last_day",
)


@cache
def names_in(kind: str) -> frozenset[str]:
    """Whatever may be a variable in its templates; a word too many does no harm."""
    source = (FOLDER / f"{kind}.txt").read_text()
    return frozenset(re.findall(r"\b[a-z_]{2,}\b", "".join(re.findall(r"{[{%].*?[%}]}", source))))


@pytest.fixture
def people():
    pole = make_pole()
    aline = make_user(first_name="Aline", last_name="Ben Youssef-Delattre", phone="0320000001")
    noe = make_user(first_name="Noé", last_name="M’Barek", phone="0320000002")
    return {"pole": pole, "aline": aline, "noe": noe, "coordinator": make_coordinator(pole)}


def make_round(title, *, about):
    house = a_house(title=title, about=about)
    house.company.name = title
    return house.round


def facts(people, *, longest: bool) -> dict:
    """The nouns that most letters are about, as real rows."""
    title = (SENTENCE * 2)[:120] if longest else "S"
    organisation = make_organisation(name=title, pole=people["pole"], member=people["aline"])
    need = make_need(organisation, title=title)
    offer = make_offer(people["noe"], title=title)
    proposal = make_proposal(need, offer, word=SENTENCE * 9 if longest else "")
    message = Message(thread=proposal.thread, author=people["aline"], created_at=timezone.now())
    message.text = SENTENCE * 60 if longest else "."
    return {
        "has_password": not longest,
        "organisation": organisation,
        "structure": organisation,
        "need": need,
        "offer": offer,
        "proposal": proposal,
        "message": message,
        "gathering": make_gathering(
            organisation, title=title, about=SENTENCE * 30 if longest else "S"
        ),
        "round": make_round(title, about=SENTENCE * 30 if longest else ""),
        "by": people["aline"],
        "online_since": timezone.now(),
    }


def context_of(kind: str, people, *, longest: bool) -> dict:
    filler = LONGEST if longest else EMPTIEST
    context = dict.fromkeys(names_in(kind), filler)
    context |= {name: 250 if longest else 0 for name in NUMBERS if name in context}
    context |= {name: date(2028, 2, 29) if longest else None for name in DATES if name in context}
    for taken in (
        "recipient",
        "link",
        "site_url",
        "expires_at",
        "template",
        "url",
        "key",
        "address",
    ):
        context.pop(taken, None)
    known = facts(people, longest=longest)
    return context | {name: value for name, value in known.items() if name in context}


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_read_and_tells_no_more_than_it_should(kind, people, settings):
    settings.SITE_URL = "https://trait.example.net"
    for longest in (True, False):
        require_good(kind, people, context_of(kind, people, longest=longest), longest=longest)


def test_a_move_that_has_a_subject_has_a_text():
    assert moved.SUBJECTS.keys() == moved.TEXTS.keys()
    # Told by letters of their own: person_left, value_declared.
    others = {MissionStatus.LEFT, MissionStatus.VALUED}
    assert moved.SUBJECTS.keys() >= set().union(*MISSION_MOVES.values()) - others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("", after) for after in moved.SUBJECTS),
        *((before, "RUNNING") for before in ("DISPUTED", "SUSPENDED", "DOCUMENTS")),
    ],
)
def test_each_move_of_a_mission_has_its_words(before, after, people, settings):
    settings.SITE_URL = "https://trait.example.net"
    for longest in (True, False):
        said = LONGEST if longest else EMPTIEST
        context = {"mission": Words(LONGEST[:120] if longest else "S"), "reason": said}
        context["mission"].starts_on = in_days(9 if longest else 0)  # started early, or on its day
        context["mission"].ends_on = in_days(20 if longest else -1)
        context["mission"].is_billed = False
        context["mission"].regime = "PUBLIC_AGENT" if longest else ""
        context["moved"] = moved.Moved(
            SimpleNamespace(
                before=before,
                after=after,
                reason="",
                by=people["aline"],
                mission=context["mission"],
            )
        )
        kind = "mission_interrupted" if after == "INTERRUPTED" else "mission_moved"
        letter = require_good(kind, people, context, longest=longest)
        assert context["mission"] in letter.subject
        assert letter.subject != context["mission"], "a move without words of its own"
        assert str(context["mission"]) in letter.text


def test_contested_hours_say_the_day_and_why(people, settings):
    settings.SITE_URL = "https://trait.example.net"
    for longest in (True, False):
        entry = SimpleNamespace(
            day=date(2028, 2, 29), contested_why=LONGEST if longest else EMPTIEST
        )
        context = {"mission": Words(LONGEST[:120] if longest else "S"), "entry": entry}
        context |= {"corrects": longest, "by": Words(LONGEST[:120])}
        letter = require_good("hours_contested", people, context, longest=longest)
        assert "29 February" in letter.text


def require_good(kind, people, context, *, longest):
    """In both languages; the letter in English comes back."""
    for language in ("fr", "en"):
        reader = make_user(language=language, first_name="Jo" * 40 if longest else "J")
        letter = outbox.post(
            recipient=reader,
            key="k:1",
            template=kind,
            url="/besoins/1/",
            reply_to="r-1-1-x@reponse.example.org",
            **context,
        )
        require_readable(letter, language)
        require_discreet(letter, kind, people)
        require_links_home(letter)
    return letter


def require_readable(letter, language):
    assert letter.subject.strip()
    assert "\n" not in letter.subject
    assert len(letter.subject) <= 200
    text = letter.text
    assert ("Bonjour" if language == "fr" else "Hello") in text
    for left_over in ("{{", "{%", "%(", "None", "&amp;", "&#x27;", "<p>", "\n\n\n", "Traceback"):
        assert left_over not in text, left_over
    assert not re.search(r"(?<!^--)[ \t]+$", text, flags=re.MULTILINE)
    assert not re.search(r"^- *$", text, flags=re.MULTILINE), "an empty line of a list"
    assert f'lang="{language}"' in letter.html
    assert "<script" not in letter.html


def require_discreet(letter, kind, people):
    text = letter.text + letter.html + letter.subject
    if kind not in GIVE_ADDRESSES:
        theirs = {
            "bureau@example.org",
            *(x.email for x in people.values() if hasattr(x, "is_active")),
        }
        assert not theirs & set(ADDRESS.findall(text))
        assert "0320000" not in text.replace(" ", "")
    for person in people.values():
        if hasattr(person, "password"):
            assert person.password not in text
    assert settings.SECRET_KEY not in text


def require_links_home(letter):
    links = {link for link in LINK.findall(letter.text) if "example" in link or "://" in link}
    assert links
    assert all(link.startswith("https://trait.example.net/") for link in links)
    assert not re.search(r'(href|src)="/', letter.html), "a path means nothing in a mailbox"


def test_two_coordinators_who_answer_at_once_make_one_letter(people):
    other = make_coordinator(people["pole"])
    known = facts(people, longest=False)
    thread = known["proposal"].thread
    for person in (people["coordinator"], other):
        messages.say(thread, text="On s’en occupe.", sent_key=f"k{person.pk}", by=person)
    heard = Notification.objects.filter(recipient=people["noe"], kind="message_waiting")
    assert heard.count() == 1
    assert timezone.now() - heard.get().created_at < timedelta(minutes=1)


# --- the page that tells how letters are written ---------------------------------------------
def test_the_page_about_letters_tells_which_hold_a_key():
    page = " ".join(Path(settings.BASE_DIR, "docs", "letters.md").read_text().split())
    said = {
        "agreement_asked": "an employer's agreement",
        "consent_asked": "a person's own yes",
        "behalf_written": "what was written for somebody",
        "signing_link": "a link to sign",
        "signing_address": "an address to confirm",
        "address_changed": "to take back",
        "admin_link": "an administrator’s first password",
        "invitation": "an invitation",
        "proposal_reminder": "the answer to a proposal",
        "proposal_to_need": "the answer to a proposal",
        "proposal_to_offer": "the answer to a proposal",
        "domain_mailbox": "a mailbox of a domain",
        "visit_proposed": "the times of a visit",
        "visit_offered": "the times of a visit",
        "visit_said": "the times of a visit",
        "attendance_told": "one's own seat",
        "attendance_offered": "one's own seat",
        "attendance_eve": "one's own seat",
        "attendance_after": "one's own seat",
        "attendance_asked": "one's own seat",
        "attendance_later": "one's own seat",
        "record_told": "what a pôle has brought in about somebody",
        "offers_told": "what a pôle has brought in about somebody",
    }
    assert said.keys() == {kind for kind, rule in registry.KINDS.items() if rule.secret}
    assert all(words in page for words in said.values())
