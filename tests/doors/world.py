"""A pôle with one of everything, and each thing with a mark: a word that only its own people may read.

Two are made in a test, side by side: what opens in one for somebody of the other is a fault.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.seats import open_door
from accounts.models import Membership, Organisation, Pole, User
from accounts.tokens import digest, new_secret
from marketplace.actions.documents import documents as papers
from marketplace.actions.documents import receipts, signatures, signing_links
from marketplace.actions.market import consents, freshness
from marketplace.actions.missions import followups
from marketplace.actions.talk import files
from marketplace.models import (
    Agreement,
    Amendment,
    Attachment,
    CannedLine,
    Case,
    ConsentKind,
    Deliverable,
    Departure,
    DispatchRule,
    Duty,
    Employee,
    Finding,
    FollowUp,
    HoursEntry,
    Kind,
    Message,
    MessageReport,
    Milestone,
    Mission,
    Note,
    Party,
    Regime,
    Review,
    Side,
    Signature,
    SigningAddress,
    SigningLink,
    Tag,
    Thread,
    Time,
    Transfer,
    Voice,
)
from marketplace.models.market.proposals import Origin
from marketplace.rules import managers
from marketplace.states import MissionStatus, ProposalStatus
from marketplace.uploads import Clean
from notifications.models import Notification
from tests.doors import served, ties
from tests.factories import make_need, make_offer, make_organisation, make_pole, make_proposal
from tests.factories import make_user as somebody
from tests.marketplace.desk import behalf_people
from tests.marketplace.documents import document_desk


@dataclass
class World:
    """`things`: a noun of the addresses (the models' names) → the rows of it. `links`: kind → address."""

    pole: Pole
    people: dict[str, User]
    structure: Organisation
    company: Organisation
    operator: Organisation
    things: dict[str, list] = field(default_factory=dict)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, *rows):
        for row in rows:
            self.things.setdefault(type(row).__name__, []).append(row)
        return rows[0] if len(rows) == 1 else rows


STRUCTURE, COMPANY, POLE = "structure", "company", "pole"


def mark(world_name: str, whose: str) -> str:
    """A word that is in the private texts of one side of one world, and nowhere else."""
    return f"SECRET-{world_name}-{whose}"


def make_world(name: str, departments: tuple[str, ...]) -> World:
    world = _with_people(name, departments)
    _wants_and_offers(world, name)
    _missions(world, name)
    _papers(world, name)
    _talk(world, name)
    _desk(world, name)
    _letters(world)
    _own_names(world, name)
    return world


def _person(first: str, name: str) -> User:
    return somebody(first_name=first, last_name=f"De {name}", phone="0320000000")


def _with_people(name: str, departments) -> World:
    pole = make_pole(f"Pôle {name}", departments)
    people = {
        role: _person(role.capitalize(), name)
        for role in ("boss", "member", "treasurer", "head", "employee", "colleague", "hr", "csr",
                     "manager", "volunteer", "coordinator", "second", "ally")
    }  # fmt: skip
    structure = document_desk.make_structure(f"Ateliers {name}", pole=pole)
    company = document_desk.make_company(f"Fonderie {name}", pole=pole)
    people["boss"], people["head"] = structure.members.get(), company.members.get()
    operator = make_organisation(Organisation.Kind.OPERATOR, pole=pole, name=f"Passeurs {name}")
    belong = {
        structure: ("member", "treasurer"),
        company: ("employee", "colleague", "hr", "csr", "manager"),
        operator: ("coordinator", "second"),
    }
    for organisation, roles in belong.items():
        for role in roles:
            Membership.objects.create(user=people[role], organisation=organisation)
    # A second administrator everywhere: each of them may be shown out.
    leading = [people[role] for role in ("treasurer", "colleague", "second", "coordinator")]
    Membership.objects.filter(user__in=leading).update(role="ADMINISTRATOR")
    open_door(operator)
    world = World(pole, people, structure, company, operator)
    world.add(structure, company, operator, pole, *people.values())
    brought = ties.brought_in(operator, people["second"], mark(name, POLE))
    seats = ties.two_seats(operator, role=mark(name, "seat"))
    world.add(*seats, *brought, *ties.an_absence(people["second"]))
    world.things["Follower"] = [people["coordinator"]]  # whose lines may be taken over
    for role, kind in (("hr", "HR"), ("csr", "CSR"), ("manager", "MANAGER")):
        world.add(document_desk.duty(people[role], company, kind))
    world.add(document_desk.duty(people["treasurer"], structure, Duty.Kind.TREASURER))
    world.add(*Membership.objects.filter(organisation__in=belong))
    return world


def _wants_and_offers(world: World, name: str) -> None:
    people, secret = world.people, mark(name, STRUCTURE)
    structure = world.structure
    shown = [("PUBLISHED", True), ("DRAFT", True), ("SUBMITTED", True), ("PUBLISHED", False)]
    for status, listed in shown:
        hidden = status != "PUBLISHED" or not listed
        need = make_need(
            structure, status=status, created_by=people["boss"], is_listed=listed, places=9,
            context=secret if hidden else "Notre site date de 2015.", coordinator=people["coordinator"],
        )  # fmt: skip
        world.add(need)
    lent = mark(name, COMPANY)
    employee, company, pole = people["employee"], world.company, world.pole
    world.add(
        make_offer(employee, organisation=company, about=lent, status="PAUSED", capacity=9),
        make_offer(employee, organisation=company, about=lent, status="DRAFT", created_by=employee),
        make_offer(people["csr"], organisation=company, somebody=None, about=lent, status="PAUSED"),
        make_offer(people["volunteer"], pole=pole, capacity=9),
        make_offer(people["volunteer"], pole=pole, time=Time.OWN, status="PAUSED"),
    )
    world.add(*ties.a_programme(structure, company, people, world.things["Offer"][2], lent))
    invited, _secret = invitations.invite(
        structure, email=f"invitee-{name.lower()}@example.org", role="MEMBER", by=people["boss"],
        now=timezone.now(),
    )  # fmt: skip
    head = people["head"]
    world.add(invited, ties.a_link(company, head, label=lent), ties.a_list(company, head, lent))
    world.add(
        *ties.two_ties(structure, company, _person("Cousine", name)),
        *ties.two_domains(company, name),
    )


def _missions(world: World, name: str) -> None:
    people, (public, *_others) = world.people, world.things["Need"]
    work, _draft, _team, own, _paused = world.things["Offer"]
    open_one = make_proposal(public, own, origin=Origin.APPLICATION, word=mark(name, "volunteer"))
    private = world.things["Need"][3]
    asked = make_proposal(private, work, origin=Origin.INVITATION, created_by=people["boss"])
    closed = make_proposal(
        world.things["Need"][3], own, status=ProposalStatus.UNANSWERED, need_said_yes_at=timezone.now(),
        offer_said_yes_at=None,
    )  # fmt: skip
    world.add(open_one, asked, closed)
    common = {"structure": world.structure, "company": world.company}
    framing = _mission(world, MissionStatus.FRAMING, **common)
    agreement = _mission(world, MissionStatus.AGREEMENT, **common)
    documents = _mission(world, MissionStatus.DOCUMENTS, **common)
    running = document_desk.give_hours(
        _mission(world, MissionStatus.RUNNING, **common), confirmed=False
    )
    delivered = _mission(world, MissionStatus.DELIVERED, **common)
    Mission.objects.filter(pk=delivered.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    volunteering = document_desk.make_mission(
        Regime.VOLUNTEERING, structure=world.structure, person=people["volunteer"],
        status=MissionStatus.RUNNING,
    )  # fmt: skip
    world.add(framing, agreement, documents, running, delivered, volunteering)
    for mission in world.things["Mission"]:
        world.add(mission.proposal)
        mission.sheet.aim = mark(name, f"{STRUCTURE}+{COMPANY}")
        mission.sheet.save()
    world.add(*HoursEntry.objects.filter(mission=running))
    world.add(
        Milestone.objects.create(mission=running, label="Maquette", due_on=timezone.localdate()),
        Deliverable.objects.create(mission=running, title="Le site", by=people["employee"]),
        Review.objects.create(
            mission=delivered, side=Voice.OFFER, author=people["employee"], rating=4, again=True,
            words="Bien",
        ),
    )  # fmt: skip
    Employee.objects.create(
        organisation=world.company, person=people["employee"], manager_name="Marc",
        manager_email=people["manager"].email,
    )  # fmt: skip
    _asked_of_the_employer(world, agreement)
    _follow_ups(world)
    served.add(world, framing)


def _mission(world: World, status, **common) -> Mission:
    mission = document_desk.make_mission(person=world.people["employee"], status=status, **common)
    Mission.objects.filter(pk=mission.pk).update(started_at=timezone.now() - timedelta(days=30))
    mission.refresh_from_db()
    return mission


def _asked_of_the_employer(world: World, mission: Mission) -> None:
    """The manager about this one; the company about the one before, where the manager has agreed."""
    token, now = new_secret(), timezone.now()
    before = world.things["Mission"][0]
    asked = (
        (mission, Agreement.Asked.MANAGER, digest(token)),
        (before, Agreement.Asked.COMPANY, None),
    )
    for about, who, secret in asked:
        world.add(
            Agreement.objects.create(
                mission=about, asked=who, name="Marc", email=world.people["manager"].email,
                token=secret, sheet_version=about.sheet.number, asked_by=world.people["employee"],
                asked_at=now, expires_at=now + managers.LINK_LASTS,
            )
        )  # fmt: skip
    world.links["agreement"] = ("employee", reverse("agreement", args=[token]))


def _follow_ups(world: World) -> None:
    """By kind of link: who it was for, and its address."""
    running, delivered = world.things["Mission"][3:5]
    for mission, kind in ((running, FollowUp.Kind.FIRST_WEEK), (delivered, FollowUp.Kind.REVIEW)):
        for side, role in ((Side.NEED, "member"), (Side.OFFER, "employee"), (Voice.COMPANY, "csr")):
            row = world.add(
                FollowUp.objects.create(
                    mission=mission, kind=kind, side=side, asked=world.people[role],
                    asked_on=timezone.localdate() - timedelta(days=1),
                )
            )  # fmt: skip
            world.links[f"follow-up {kind} {side}"] = (role, followups.link(row))
            if kind == FollowUp.Kind.REVIEW:
                world.links[f"review-by-link {side}"] = (role, f"{followups.link(row)}bilan/")
    need = world.things["Need"][0]
    offer = world.things["Offer"][0]
    for row, role in ((need, "member"), (need, "boss"), (offer, "employee")):
        address = freshness.link(row, world.people[role])
        world.links[f"still-true {type(row).__name__} {role}"] = (role, address)


def _papers(world: World, name: str) -> None:
    people, now = world.people, timezone.now()
    documents = world.things["Mission"][2]
    paper = papers.make(Kind.CONVENTION_SERVICE, documents, by=people["boss"], now=now)
    signatures.sign(
        paper, party=Party.STRUCTURE, read=paper.sha256, by=people["boss"], name="Inès Marchal",
        capacity="présidente", how=Signature.How.ACCOUNT, now=now,
    )  # fmt: skip
    valued = document_desk.make_receivable(
        structure=world.structure, company=world.company, person=people["employee"]
    )
    receipt = receipts.issue(valued, by=people["boss"], capacity="présidente", now=now)
    world.add(paper, receipt, valued, valued.proposal)
    token = new_secret()
    SigningLink.objects.create(
        document=paper, party=Party.EMPLOYER, user=people["head"], name="Paul", capacity="directeur",
        token=digest(token), email=people["head"].email, sent_by=people["coordinator"], sent_at=now,
        expires_at=now + signing_links.LINK_LASTS,
    )  # fmt: skip
    world.links["sign-by-link"] = ("head", reverse("sign-by-link", args=[token]))
    world.links["sign-by-link-file"] = ("head", reverse("sign-by-link-file", args=[token]))


def _talk(world: World, name: str) -> None:
    people = world.people
    for row in world.things["Proposal"]:
        thread, _new = Thread.objects.get_or_create(proposal=row)
        world.add(thread)
    need = world.things["Need"][0]
    world.add(
        Thread.objects.create(need=need),
        Thread.objects.create(need=need, asker=people["volunteer"]),
    )
    sides = {"employee": COMPANY, "boss": STRUCTURE, "volunteer": "volunteer", "coordinator": POLE}
    for thread in world.things["Thread"]:
        who = "volunteer" if thread.asker_id else "boss"
        secret = mark(name, f"thread-{sides[who]}")
        world.add(_says(thread, people[who], secret))
    at_work = Thread.objects.get(proposal=world.things["Mission"][3].proposal)
    world.add(_says(at_work, people["employee"], mark(name, "own-words")))
    message = world.things["Message"][0]
    kept = files.store(
        Clean("note.pdf", "application/pdf", b"%PDF-1.4 kept"),
        by=people["boss"],
        thread=message.thread,
    )
    Attachment.objects.create(message=message, file=kept)
    world.add(
        kept,
        MessageReport.objects.create(
            message=world.things["Message"][1], by=people["employee"], reason="OTHER", text="."
        ),
    )


def _says(thread: Thread, by: User, words: str) -> Message:
    said = {"text": words, "search_text": words, "sent_key": f"{thread.pk}-{by.pk}"}
    return Message.objects.create(thread=thread, author=by, **said)


def _desk(world: World, name: str) -> None:
    people, pole, by = world.people, world.pole, world.people["coordinator"]
    secret, need, running = mark(name, POLE), world.things["Need"][0], world.things["Mission"][3]
    world.add(
        Case.objects.create(pole=pole, mission=running, reason=Case.Reason.HELP, in_charge=by),
        Note.objects.create(pole=pole, mission=running, body=secret, by=by),
        Note.objects.create(pole=pole, person=people["volunteer"], body=secret, by=by),
        Tag.objects.create(pole=pole, organisation=world.structure, words=secret[:40], by=by),
        CannedLine.objects.create(pole=pole, title=secret[:40], text=secret),
        Finding.objects.create(pole=pole, kind="BRAKE", title=secret[:40], evidence=secret),
        need.asked_poles.create(pole=make_pole(f"Voisin de {name}", ()), word=secret, by=by),
        DispatchRule.objects.create(pole=pole, position=1, doors=[0], operator=world.operator),
        *ties.some_letters(pole, people["volunteer"], secret, by=by),
        *ties.kept_by(by, pole, running, secret),
        *ties.a_report(pole, secret, by=by),
        ties.a_block(world.structure, by=people["boss"]),
        world.structure.eligibilities.first() or document_desk.eligible(world.structure),
        behalf_people.told_in(world.pole, by, secret),
        *ties.a_visit(world.structure, secret, by=by),
        *ties.allies(world.things["Need"], people["ally"], mark(name, STRUCTURE)),
        *ties.gatherings(world, people["volunteer"], mark(name, STRUCTURE)),
        ties.a_place(need, world.things["Offer"], people["volunteer"], secret),
    )


def _letters(world: World) -> None:
    for role in ("boss", "employee", "coordinator"):
        person = world.people[role]
        world.add(
            Notification.objects.create(
                recipient=person, address=person.email, key=f"told:{role}", kind="need_published",
                subject="Lettre", text="Lettre", url="/", status="GIVEN_UP", desks=f",{world.pole.pk},", topic="x",
            )
        )  # fmt: skip


def _own_names(world: World, name: str) -> None:
    """What somebody agreed to and is asked for, an amendment, a departure and who may take over."""
    people, missions = world.people, world.things["Mission"]
    employee = people["employee"]
    world.add(consents.give(employee, ConsentKind.OFFER, world.things["Offer"][0]))
    asked = consents.ask(
        employee, ConsentKind.OFFER, world.things["Offer"][1], by=people["csr"], now=timezone.now()
    )
    world.links["consent-answer"] = ("employee", consents.link(asked))
    world.add(
        Amendment.objects.create(
            mission=missions[3], ordinal=1, from_version=1, values={"hours": 80}, why=mark(name, STRUCTURE),
            changes=[{"name": "hours", "before": "70", "after": "80"}], side=Side.NEED,
            proposed_by=people["boss"],
        )
    )  # fmt: skip
    left = _mission(world, MissionStatus.LEFT, structure=world.structure, company=world.company)
    gone = Departure.objects.create(
        mission=left, person=employee, why=Departure.Why.FOUND, before=MissionStatus.RUNNING,
        left_at=timezone.now(), last_on=timezone.localdate(),
    )  # fmt: skip
    to = {"colleague": people["csr"], "asked_by": people["head"]}
    asked_to = Transfer.objects.create(departure=gone, **to)
    Thread.objects.get_or_create(proposal=left.proposal)
    world.add(left, left.proposal, asked_to)
    token = new_secret()
    SigningAddress.objects.create(
        organisation=world.structure, document=world.things["Document"][0], party=Party.STRUCTURE,
        name="Zoé", capacity="trésorière", email=f"zoe-{name.lower()}@example.org", token=digest(token),
        given_by=people["boss"], expires_at=timezone.now() + signing_links.LINK_LASTS,
    )  # fmt: skip
    world.links["signing-address"] = ("boss", reverse("signing-address", args=[token]))
