"""The story of a mission, from the first word to its end, told by the acts of the site itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Organisation, User
from common.prepared import rows
from marketplace.actions.documents import documents, receipts, signatures, valuations
from marketplace.actions.market import proposals
from marketplace.actions.missions import (
    agreements,
    followups,
    hours,
    missions,
    regimes,
    sheets,
    tellings,
)
from marketplace.actions.talk import messages
from marketplace.demo.clock import at
from marketplace.demo.sentences import AIM, FACTORS, GLAD, PROUD, WORK, WORK_OF_A_SERVICE
from marketplace.law.regimes import EMPLOYER
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Contract,
    Document,
    Duty,
    Employee,
    FollowUp,
    Kind,
    Mission,
    Need,
    Offer,
    Party,
    Proposal,
    Review,
    Side,
    Signature,
    Voice,
)
from marketplace.models.documents.documents import kinds_after, kinds_before
from marketplace.rules.working_days import worked_from

DAY = timedelta(days=1)
HELLO = "Bonjour, votre besoin me parle. J’ai fait la même chose l’an dernier pour une autre association."
TALK = (
    (Side.NEED, "Merci ! Pourriez-vous passer nous voir un matin ? Nous ouvrons à neuf heures."),
    (Side.OFFER, "Jeudi prochain me convient. Avez-vous un accès que je puisse regarder avant ?"),
    (Side.NEED, "Oui, je vous prépare cela. À jeudi, et merci encore."),
)


@dataclass(frozen=True)
class Frame:
    """The answers to the three questions, who agrees at work, and what an hour is worth."""

    whose: str
    directs: str
    receipt: str
    programme: CompanyProgramme | None = None
    large_lender: bool = False
    small_user: bool = False
    worth: Decimal = Decimal("31.50")


@dataclass
class Told:
    """One mission to tell. `frame` is None on own time; it lasts `weeks`, with `a_week` hours in each."""

    need: Need
    offer: Offer
    asked: date
    frame: Frame | None = None
    weeks: int = 6
    a_week: Decimal = Decimal("3.5")
    ratings: tuple[int, int] = (5, 4)
    doubt: str = ""
    number: int = 0
    lines: dict[str, str] | None = None
    mission: Mission = field(init=False)

    @property
    def work(self) -> tuple[str, str]:
        """The work entrusted, and what the hours say of it; of a service the employer directs it itself."""
        serves = self.frame is not None and self.frame.directs == EMPLOYER
        return WORK_OF_A_SERVICE if serves else WORK

    # --- who speaks -------------------------------------------------------------------------
    @property
    def host(self) -> User:
        assert self.need.created_by is not None, "somebody has written it"
        return self.need.created_by

    @property
    def person(self) -> User:
        assert self.offer.person is not None, "the demo's missions are people's"
        return self.offer.person

    @property
    def company(self) -> Organisation:
        assert self.offer.organisation is not None, "somebody's employer"
        return self.offer.organisation

    def voice(self, side: str) -> User:
        return self.host if side == Side.NEED else self.person

    def again(self) -> Mission:
        """The mission, read again from the database."""
        (self.mission,) = rows(_again, self.mission.pk)
        return self.mission


def _again(mission: int) -> QuerySet[Mission]:
    """Prepared (common/prepared.py): each act of a story asks it."""
    beside = "sheet", "need__organisation", "need__pole", "offer__organisation", "offer__person", "proposal"  # fmt: skip
    return Mission.objects.select_related(*beside).filter(pk=mission).order_by()


def up_to_the_yes(told: Told) -> Iterator[datetime]:
    yield at(told.asked, 10)
    proposal = proposals.apply(told.need, told.offer, word=HELLO, by=told.person)
    yield from talk(proposal, told.asked, len(TALK))
    yield at(worked_from(told.asked + 4 * DAY), 15)
    last = proposal.thread.messages.order_by("pk").last()
    watching = [head_of(told.company)] if told.frame else []
    for reader in (told.host, told.person, *watching):
        if last is not None:
            messages.mark_read(proposal.thread, reader, up_to=last.pk)
    made = proposals.accept(proposal, side=Side.NEED, by=told.host)
    assert made is not None, "whoever applied has said yes already"
    told.mission = made


def talk(proposal: Proposal, day: date, lines: int) -> Iterator[datetime]:
    for number, (side, text) in enumerate(TALK[:lines]):
        day = worked_from(day + DAY)
        yield at(day, 11 + number, 40)
        by = proposal.need.created_by if side == Side.NEED else proposal.offer.created_by
        messages.say(proposal.thread, text=text, by=by, sent_key=f"demo-{proposal.pk}-{number}")


def up_to_the_start(told: Told) -> Iterator[datetime]:
    """The acts before the start: the sheet and, at work, the legal frame, the employer's agreement and the papers."""
    day, frame = worked_from(told.asked + 5 * DAY), told.frame
    if frame is not None:
        yield at(day, 9, 30)
        regimes.choose(
            told.again(), whose=frame.whose, directs=frame.directs, receipt=frame.receipt,
            large_lender=frame.large_lender, small_user=frame.small_user, by=told.host,
        )  # fmt: skip
    day = worked_from(day + DAY)
    yield at(day, 14)
    mission = told.again()
    words = {"aim": AIM % mission.need.title, "work": told.work[0]}
    sheets.change(mission, words, read=mission.sheet.number, side=Side.NEED, by=told.host)
    day = worked_from(day + DAY)
    yield at(day, 14)
    mission = told.again()
    missions.agree(mission, read=mission.sheet.number, side=Side.OFFER, by=told.person)
    if frame is not None:
        yield from _agreed_at_work(told, frame, day + DAY)
    yield from signed(told, kinds_before(told.again().regime), day + 4 * DAY)
    yield at(worked_from(max(told.mission.starts_on, day + 7 * DAY)), 9, 5)
    missions.start(told.again(), by=told.host, now=timezone.now())


def _agreed_at_work(told: Told, frame: Frame, day: date) -> Iterator[datetime]:
    yield at(worked_from(day), 9, 40)
    contract = Contract.PUBLIC if told.company.is_public else Contract.PERMANENT
    employee, _new = Employee.objects.get_or_create(
        organisation=told.company, person=told.person,
        defaults={"hired_on": date(2017, 9, 4), "contract": contract},
    )  # fmt: skip
    employee.position = told.person.trade
    employee.manager_name = MANAGERS[told.company.pk % len(MANAGERS)]
    employee.manager_email = f"{slugify(employee.manager_name).replace('-', '.')}@example.org"
    agreements.ask_manager(
        told.again(), employee=employee, programme=frame.programme, by=told.person, now=timezone.now()
    )  # fmt: skip
    yield from agreed_to(told, day + DAY)


def agreed_to(told: Told, day: date) -> Iterator[datetime]:
    """The employer says yes: the manager by the link of the letter, then the company."""
    for number, by in enumerate((None, head_of(told.company))):
        yield at(worked_from(day), 10 + 4 * number)
        asked = Agreement.objects.waiting().get(mission=told.mission)
        agreements.answer(
            asked, answer=Agreement.Answer.YES, by=by, now=timezone.now(),
            name=by.get_full_name() if by else asked.name,
        )  # fmt: skip


# One each in the sixteen companies.
MANAGERS = (
    "Dominique Lefebvre", "Sabine Carlier", "Michel Ducrocq", "Patricia Wallart", "Olivier Delmotte",
    "Claude Hennebelle", "Jocelyne Brasseur", "Frédéric Maes", "Nathalie Thiery", "Pascal Vercruysse",
    "Virginie Lenoir", "Bruno Delval", "Cécile Houzé", "Thierry Pollet", "Laurence Vasse", "Didier Caulier",
)  # fmt: skip


def head_of(organisation: Organisation) -> User:
    """The person who signs for the organisation."""
    duty = Duty.objects.filter(membership__organisation=organisation, kind=Duty.Kind.SIGNATORY)
    return duty.select_related("membership__user").get().membership.user


def signed(told: Told, kinds: Iterable[Kind], day: date) -> Iterator[datetime]:
    """The structure makes the papers, and all sign them, each on another day."""
    for kind in kinds:
        yield at(worked_from(day), 11)
        document = documents.make(kind, told.again(), by=told.host, now=timezone.now())
        yield from signatures_of(told, document, day)


def signatures_of(told: Told, document: Document, day: date) -> Iterator[datetime]:
    for number, party in enumerate(document.parties_left()):
        yield at(worked_from(day + (1 + number) * DAY), 16)
        by, capacity = _signatory(told, party)
        signatures.sign(
            document, party=party, read=document.sha256, by=by, name=by.get_full_name(),
            capacity=capacity, email=by.email, how=Signature.How.ACCOUNT, now=timezone.now(),
        )  # fmt: skip


def _signatory(told: Told, party: str) -> tuple[User, str]:
    if party == Party.PERSON:
        return told.person, told.person.trade if told.frame else "bénévole"
    of = told.need.organisation if party == Party.STRUCTURE else told.company
    by = head_of(of)
    return by, Duty.objects.get(membership__user=by, kind=Duty.Kind.SIGNATORY).capacity


def at_work(told: Told) -> Iterator[datetime]:
    """Hours each week, written and confirmed every other week, and the follow-ups."""
    first = timezone.localdate()
    for week in range(1, told.weeks, 2):
        days = [worked_from(first + (7 * past + 2) * DAY) for past in (week - 1, week)]
        yield at(days[1], 17)
        written = dict.fromkeys(days, (told.a_week, told.work[1]))
        hours.write(told.again(), written, person=told.person, today=days[1])
        yield from _how_it_goes(told, days[1])
        yield at(worked_from(days[1] + 2 * DAY), 9, 50)
        last = told.mission.hours.order_by("pk").last()
        if last is not None:
            hours.confirm(told.again(), up_to=last.pk, by=told.host, now=timezone.now())


def _how_it_goes(told: Told, day: date) -> Iterator[datetime]:
    yield at(worked_from(day + DAY), 12)
    answer_all(told)


def answer_all(told: Told) -> None:
    """Answer all that the site has asked so far, but the review."""
    for asked in told.mission.follow_ups.unanswered().filter(settled_at=None):
        if asked.kind == FollowUp.Kind.REVIEW:
            continue
        doubts = told.doubt and asked.side == Side.NEED
        answer = FollowUp.Answer.DOUBT if doubts else FollowUp.Answer.GOOD
        followups.answer(asked, answer=answer, words=told.doubt if doubts else "")


def up_to_the_end(told: Told) -> Iterator[datetime]:
    day = worked_from(timezone.localdate() + 3 * DAY)
    yield at(day, 10, 40)
    answer_all(told)
    yield at(day, 11)
    missions.deliver(told.again(), by=told.person, now=timezone.now())
    for side, rating in zip(Side, told.ratings, strict=True):
        day = worked_from(day + 2 * DAY)
        yield at(day, 10)
        missions.review(
            told.again(), side=side, by=told.voice(side), rating=rating, words=_review(told, side),
            again=rating > 2, arrived="YES", recommend=2 * rating, factors=FACTORS[side][told.number % 4],
            may_quote=rating > 3, may_name=told.frame is not None and side == Side.NEED and rating > 3,
        )  # fmt: skip
    if told.frame is not None:
        yield at(worked_from(day + DAY), 10)
        missions.review(
            told.again(), side=Voice.COMPANY, by=head_of(told.company), rating=5, words=_next_words(Voice.COMPANY, PROUD),
            again=True, may_name=True,
        )  # fmt: skip
    if told.again().gives_a_receipt:
        yield from _the_receipt(told, day)
    yield from signed(told, kinds_after(told.mission.regime)[:1], day + 5 * DAY)
    if told.lines:
        yield from _told_by_both(told, told.lines, day + 6 * DAY)
    yield at(worked_from(day + 110 * DAY), 9, 20)  # whether it still serves has been asked
    answer_all(told)


def _review(told: Told, side: Side) -> str:
    """A mission that is told in lines has a sentence of its own, which stands beside them."""
    if told.lines and side == Side.NEED:
        return told.lines["quote"]
    return _next_words(side, GLAD[side])


def _next_words(side: str, words: Sequence[str]) -> str:
    """No two people say the same sentence, as long as there are enough of them."""
    return words[Review.objects.filter(side=side).count() % len(words)]


def _told_by_both(told: Told, lines: dict[str, str], day: date) -> Iterator[datetime]:
    """Who came tells the end of it, and the structure agrees to what is told."""
    yield at(worked_from(day), 11)
    telling = tellings.write(
        told.again(), side=Side.OFFER, read="0", by=told.person,
        needed=lines["needed"], done=lines["done"], changed=lines["changed"], alt="",
    )  # fmt: skip
    yield at(worked_from(day + DAY), 9)
    tellings.agree(telling, side=Side.NEED, read=str(telling.version), by=told.host)


def _the_receipt(told: Told, day: date) -> Iterator[datetime]:
    """The company declares the value, the structure gives its receipt."""
    assert told.frame is not None, "on one's own time nothing is deducted"
    yield at(worked_from(day + 2 * DAY), 15)
    given = told.mission.hours.confirmed().total() * told.frame.worth
    valuations.declare(told.again(), given, by=head_of(told.company), now=timezone.now())
    yield at(worked_from(day + 4 * DAY), 11)
    by, capacity = _signatory(told, Party.STRUCTURE)
    receipts.issue(told.again(), by=by, capacity=capacity, now=timezone.now())
