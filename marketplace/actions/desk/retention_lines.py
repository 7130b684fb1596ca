"""What is kept of people, why, how long and from when: one line for each kind of row and of paper.

The legal page, the register of processing and the clock read this table; nothing says these times
elsewhere. `act` names the act of the clock (config/clock.py) that applies the line: that of
retention.py, or one that was there before it. A line without an act isn't applied by time: `told`
says by what instead. A time that no text fixes, or that we couldn't read in the text itself, isn't
`checked`: the pages then say that it is to be checked.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import coming, drafts, typed
from accounts.actions.memberships import FORGOTTEN_AFTER as PAST_MEMBERS
from accounts.models.addresses import FORGOTTEN_AFTER as PAST_ADDRESSES
from marketplace.actions.desk.retention_spans import Span, days, minutes, months, years
from marketplace.actions.talk.files import ORPHANS_KEPT
from marketplace.law import parameters
from marketplace.models.desk.behalf import LASTS as BEHALF_LASTS
from marketplace.models.desk.bulk import KEPT as BULK_KEPT
from marketplace.models.desk.calendars import SAID_FOR
from marketplace.models.desk.data_copies import KEPT as COPIES_KEPT
from marketplace.models.desk.journal import KEPT as JOURNAL_KEPT
from marketplace.models.desk.promises import Promises
from marketplace.models.desk.records import TOLD_WITHIN
from marketplace.models.market.imports import LINES_LAST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACT = "retention"  # of the clock: what retention.py erases
GUIDE = "CNIL, référentiel « gestion commerciale »"
STAFF_LOGS = "CNIL, délibération n° 2021-122 (journalisation)"


class Basis(TextChoices):
    CONTRACT = "CONTRACT", _("the contract")
    CONSENT = "CONSENT", _("your consent")
    INTEREST = "INTEREST", _("the legitimate interest of the pôle")
    LAW = "LAW", _("a legal obligation")


@dataclass(frozen=True)
class Line:
    """`told` says how long and what becomes of it, with the length at %(span)s. Which models it is about is in
    retention_models.py."""

    code: str
    basis: Basis
    span: Span | None
    act: str
    what: "StrOrPromise"
    why: "StrOrPromise"
    told: "StrOrPromise"
    source: str = ""
    checked: bool = True

    @property
    def words(self) -> str:
        """How long, in the active language."""
        return str(self.told) % {"span": self.span.words} if self.span else str(self.told)


def chapters() -> "tuple[tuple[StrOrPromise, tuple[Line, ...]], ...]":
    """The lines under their titles, in the order in which people read them."""
    return (
        (_("Who you are"), _accounts()),
        (_("How you come in"), _doors()),
        (_("What you ask, offer and write"), _market()),
        (_("What the pôle keeps"), _desk()),
        (_("Missions"), _missions()),
        (_("Papers"), _papers()),
    )


def table() -> tuple[Line, ...]:
    return tuple(one for _title, lines in chapters() for one in lines)


def line(code: str) -> Line:
    return next(one for one in table() if one.code == code)


def _by_law(code: str) -> Span:
    """The time that the table of the law's figures gives today."""
    return years(int(parameters.on(code, timezone.localdate()).amount))


def _source(code: str) -> dict[str, Any]:
    figure = parameters.on(code, timezone.localdate())
    return {"source": figure.source, "checked": figure.checked}


def _accounts() -> tuple[Line, ...]:
    unused = Promises.default_of("inactive_closed")
    return (
        Line("account", Basis.CONTRACT, months(unused), "inactive",
             _("Your account"),
             _("To know you again, and to introduce you."),
             _("until you close it, or for %(span)s without any sign of you: we write to you before, and one click keeps it. (A pôle may set another time.) Then your name, your address, your telephone and the letters that you received are erased; your messages and missions stay for the others, signed “Closed account”."),
             source=GUIDE, checked=False),
        Line("left-names", Basis.LAW, None, "",
             _("How you were called and reached, once your account is closed"),
             _("To take your name, your address and your telephone out of what others wrote."),
             _("some minutes: until all texts have been read, and no letter that names you waits to leave."),
             source="RGPD, art. 17"),
        Line("door", Basis.INTEREST, None, "",
             _("By which operator’s door you came"),
             _("To count how many came, for whoever pays for the pôle."),
             _("as long as your account, and after it without your name: how many, never who. No cookie does this, only the address of the page where you signed up.")),
        Line("organisation", Basis.CONTRACT, None, "",
             _("Your organisation"),
             _("To introduce it, and to know who speaks for it."),
             _("until it leaves the site, or until the last account of its people is closed; its name then stays beside the missions and the papers that bear it.")),
        Line("letters", Basis.CONTRACT, months(settings.LETTERS_KEPT_MONTHS), "old-letters",
             _("The letters that the site sends you"),
             _("To know what you were told, and to send again what didn’t arrive."),
             _("their words go after %(span)s. Their subject and their day stay, until you close your account.")),
        Line("refused-addresses", Basis.INTEREST, months(36), ACT,
             _("An address that a mail server refuses"),
             _("Not to write again to where nothing arrives."),
             _("%(span)s after the refusal, then it may be tried again.")),
    )  # fmt: skip


def _doors() -> tuple[Line, ...]:
    sweep = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["typed-forms"]["schedule"])
    return (
        Line("sessions", Basis.CONTRACT, days(timedelta(seconds=settings.SESSION_COOKIE_AGE)), "sessions",
             _("Your open sessions, with the browser and the network address that they came from"),
             _("To keep you signed in, and to let you see where."),
             _("at most %(span)s after your last visit, then they are swept away the day after.")),
        Line("typed", Basis.CONTRACT, minutes((typed.KEPT_FOR + sweep).total_seconds() // 60), "typed-forms",
             _("What you were typing when your session was lost"),
             _("So that nothing is to be typed twice."),
             _("%(span)s at most.")),
        Line("form-drafts", Basis.CONTRACT, days(max(drafts.KEPT_FOR, coming.KEPT_WITH_ACCOUNT)), "typed-forms",
             _("A form that you haven’t sent, a message that you have begun, what you came for"),
             _("So that nothing is to be typed twice."),
             _("%(span)s after the last letter that you typed.")),
        Line("addresses", Basis.INTEREST, days(PAST_ADDRESSES), "old-addresses",
             _("Your e-mail address before a change"),
             _("Against whoever would take your account."),
             _("%(span)s, so that you can take your account back; longer only while an invitation to that address is open.")),
        Line("invitations", Basis.INTEREST, months(12), ACT,
             _("An invitation that was never taken up, a request to join that was answered"),
             _("To know who was invited, and by whom."),
             _("%(span)s after its last day, with the address and the name that it held. One that was taken up stays as long as the account.")),
        Line("past-members", Basis.INTEREST, days(PAST_MEMBERS), "past-members",
             _("That you were of an organisation, in which role, from when and until when"),
             _("For those who answer for its people."),
             _("%(span)s after you leave it.")),
    )  # fmt: skip


def _market() -> tuple[Line, ...]:
    return (
        Line("needs", Basis.CONTRACT, None, "",
             _("Needs and offers, drafts among them, and what became of them"),
             _("To bring together who asks and who offers."),
             _("as long as the account or the organisation that wrote them. What an account says of itself in its offers goes with it; a need stays with the missions that came of it.")),
        Line("answers", Basis.CONTRACT, months(36), ACT,
             _("The words with which somebody proposes, asks, answers or says no"),
             _("To know on which words people have agreed."),
             _("%(span)s. That it was asked, and what was answered, stays without these words."),
             source=GUIDE, checked=False),
        Line("conversations", Basis.CONTRACT, _by_law("claims_years"), ACT,
             _("Conversations, with their files"),
             _("For those who write to each other, and in case of a dispute."),
             _("%(span)s after their last message, then they are deleted."),
             **_source("claims_years")),
        Line("files", Basis.INTEREST, days(ORPHANS_KEPT), "vault",
             _("A file that nothing on the site names any more"),
             _("To put back a database and its files of different nights."),
             _("deleted, at the earliest %(span)s after it was sent.")),
        Line("consents", Basis.CONSENT, None, "",
             _("Each yes that you gave"),
             _("As proof of what was agreed to."),
             _("as long as the site serves the pôle, with its day, even once you have taken it back. Closing your account takes all of them back."),
             source="RGPD, art. 7.1", checked=False),
        Line("asked-consents", Basis.CONSENT, months(36), ACT,
             _("A yes that you were asked for"),
             _("Not to ask twice, and to know who asked."),
             _("%(span)s after your answer, or after its link has run out.")),
        Line("gatherings", Basis.INTEREST, None, "",
             _("Who came to a gathering"),
             _("To count how many came, and to ask whether it served."),
             _("as long as your account, and after it without your name: how many, never who.")),
    )  # fmt: skip


def _desk() -> tuple[Line, ...]:
    return (
        Line("coordination", Basis.INTEREST, months(36), ACT,
             _("What the coordinators write for themselves: notes, tags about a person, tasks, cases, reports of a message"),
             _("To follow those whom they accompany, and to know what was done."),
             _("%(span)s, from the day it was written, or settled. It is read by those of your pôle alone."),
             source=GUIDE, checked=False),
        Line("blocks", Basis.INTEREST, months(36), ACT,
             _("Who keeps whom away, once it is lifted"),
             _("In case it begins again."),
             _("%(span)s after it was lifted.")),
        Line("behalf", Basis.INTEREST, days(BEHALF_LASTS), "unclaimed",
             _("What a coordinator wrote for somebody who hasn’t taken it up"),
             _("To let them take it up."),
             _("%(span)s at most, or at once where they say no.")),
        Line("records", Basis.INTEREST, days(TOLD_WITHIN), "lists",
             _("What a pôle brings in from its own files about somebody without an account"),
             _("To tell them of the site, and to know them again when they come."),
             _("erased within %(span)s unless a letter could tell them of it; then until they say no, which one click does."),
             source="RGPD, art. 14"),
        Line("refusals", Basis.LAW, None, "",
             _("That somebody doesn’t want to be in a pôle’s files"),
             _("Not to bring them in again: their address is kept as a fingerprint alone."),
             _("as long as the site serves the pôle: the refusal would otherwise be forgotten."),
             source="RGPD, art. 21"),
        Line("lists", Basis.CONTRACT, days(LINES_LAST), "lists",
             _("A list that an organisation or a pôle sends"),
             _("To show what was read in it, and to take it back."),
             _("its lines go %(span)s after it was carried out, its file before.")),
        Line("list-names", Basis.INTEREST, months(12), ACT,
             _("How the file of such a list was called"),
             _("To find it again in what was sent."),
             _("%(span)s after it was sent. That a list was sent, by whom, and how many lines it had stays.")),
        Line("bulk", Basis.INTEREST, days(BULK_KEPT), "lists",
             _("What a coordinator did to many rows at once"),
             _("To take it back."),
             _("%(span)s.")),
        Line("journal", Basis.INTEREST, days(JOURNAL_KEPT), "journal",
             _("That a coordinator or an employer read, took out or wrote something of somebody, or looked for them by their whole name, address or telephone number: what, when, and for a file what for"),
             _("To answer whoever asks who had what in hand."),
             _("%(span)s. Those whom it is about read it on their page “Who read what about me”; of files, those in whose name they were taken too."),
             source=STAFF_LOGS),
        Line("mailings", Basis.INTEREST, months(12), ACT,
             _("A letter of a pôle to several: its words, and to whom it went"),
             _("To know what was written to whom, and to read it again."),
             _("%(span)s after it was sent; one that wasn’t, after its last change. That somebody wrote to you stays in the journal as long as the journal says.")),
        Line("staff-log", Basis.INTEREST, months(12), ACT,
             _("What those who run the site change by hand"),
             _("To know who changed what."),
             _("%(span)s."),
             source=STAFF_LOGS),
        Line("calendars", Basis.CONTRACT, days(SAID_FOR), "calendars",
             _("What has left your calendar"),
             _("So that a program that was shut for a holiday learns of it."),
             _("%(span)s.")),
        Line("copies", Basis.LAW, days(COPIES_KEPT), "data-copies",
             _("That a copy of what is held of somebody was asked for"),
             _("To answer that it was given. The copy itself is deleted after 48 hours."),
             _("%(span)s."),
             source="RGPD, art. 15 et 20"),
        Line("settings", Basis.INTEREST, None, "",
             _("Who changed a setting, a model of letter or a report of the pôle"),
             _("To know whom to ask."),
             _("until it is changed again; without a name once the account is closed.")),
    )  # fmt: skip


def _missions() -> tuple[Line, ...]:
    return (
        Line("mission-words", Basis.CONTRACT, _by_law("books_kept_years"), ACT,
             _("The hours, the reviews, the answers to a follow-up and the yes of an employer, in words"),
             _("The papers of a mission rest on them."),
             _("%(span)s after the mission’s last day; how many hours, and what was answered, stay without these words."),
             **_source("books_kept_years")),
        Line("missions", Basis.CONTRACT, None, "",
             _("A mission: its sheet, its dates, who came"),
             _("It is the others’ history too, and its papers rest on it."),
             _("as long as the site serves the pôle, without the name of who has closed their account. You may ask for it to be erased, as “Your rights” on the legal page says; only what the law or somebody else’s right makes us keep stays.")),
        Line("costs", Basis.LAW, _by_law("pay_proofs_years"), ACT,
             _("What an hour of somebody costs their employer"),
             _("The value of the gift is reckoned from it."),
             _("%(span)s after it was entered; it is encrypted meanwhile."),
             **_source("pay_proofs_years")),
    )  # fmt: skip


def _papers() -> tuple[Line, ...]:
    return (
        Line("papers-missions", Basis.CONTRACT, _by_law("claims_years"), ACT,
             _("Conventions, amendments, letters of engagement, orders, with their signatures"),
             _("They bind those who have signed them."),
             _("%(span)s after the mission’s last day, then what they say, their file and the signatures are erased; the number stays."),
             **_source("claims_years")),
        Line("papers-hours", Basis.LAW, _by_law("receipt_kept_years"), ACT,
             _("Certificates of hours, a volunteer’s certificate and passport sheet"),
             _("They prove what was given; where there is a tax receipt, it rests on the hours."),
             _("%(span)s after the year of the paper, then they are erased as the others are."),
             **_source("receipt_kept_years")),
        Line("papers-receipts", Basis.LAW, _by_law("receipt_kept_years"), ACT,
             _("Tax receipts"),
             _("The tax office may ask for them."),
             _("%(span)s after the year of the receipt, then they are erased as the others are."),
             **_source("receipt_kept_years")),
        Line("papers-years", Basis.LAW, _by_law("books_kept_years"), ACT,
             _("Yearly statements of receipts and of gifts"),
             _("They are proofs of the accounts of those to whom they are given."),
             _("%(span)s after their year, then they are erased as the others are."),
             **_source("books_kept_years")),
        Line("signing", Basis.CONTRACT, months(12), ACT,
             _("A link to sign that wasn’t used, an address that was given to sign and taken out"),
             _("To know who was asked to sign."),
             _("%(span)s after its last day. One by which a paper was signed stays as long as the paper.")),
    )  # fmt: skip
