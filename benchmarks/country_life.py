"""What people leave behind in the world of benchmarks.country: conversations, letters, papers, notes, tasks.

Messages and letters are written by the database itself, a million at once; papers are copies of one that the demo has made, with
their own number, seal and place in their register, and share its bytes.
"""

import sys
import time
from datetime import timedelta
from typing import Any

A_THREAD, LONGEST = 10, 2_000  # messages of a conversation, and of the longest
EARLY = ("FRAMING", "AGREEMENT")  # nothing is written yet
AROUND = 200  # notes, questions and days about what is busiest
SAID = (
    "Bonjour, je suis disponible à partir de la semaine prochaine.",
    "Merci beaucoup, nous vous attendons avec plaisir.",
    "Je vous joins le compte rendu de notre réunion d’hier.",
    "Pouvez-vous me rappeler l’adresse du local ?",
    "C’est au 12, rue des Tisserands, au fond de la cour.",
)
NUMBERS = (
    "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {many})"
)
MESSAGES = """
    INSERT INTO marketplace_message
        (thread_id, author_id, text, search_text, about, about_label, sent_key, created_at, removal_reason)
    {numbers}
    SELECT thread.id, CASE WHEN i % 2 = 0 THEN need.created_by_id ELSE offer.person_id END,
        {said}, {plain}, '', '', 'c' || thread.id || '-' || i, {at}, ''
    FROM marketplace_thread thread
        JOIN marketplace_proposal proposal ON proposal.id = thread.proposal_id
        JOIN marketplace_need need ON need.id = proposal.need_id
        JOIN marketplace_offer offer ON offer.id = proposal.offer_id
        CROSS JOIN numbers
    WHERE thread.id {where} ORDER BY i, thread.id
"""
LETTERS = """
    INSERT INTO notifications_notification
        (recipient_id, address, key, kind, family, topic, matter, desks, asks, subject, text, html, url, reply_to,
         secret, created_at, read_at, status, wanted_at, due_at, attempts, sent_at, last_error, message_id, released)
    SELECT people.id, people.email, 'thread:' || message.thread_id || ':unread-after:' || message.id, 'message_waiting',
        'messages', '', '', '', {no}, 'Un message vous attend', '', '', '/messages/' || message.thread_id || '/', '',
        {no}, message.created_at, CASE WHEN message.id % 50 = 0 THEN NULL ELSE message.created_at END, 'SENT', message.created_at,
        message.created_at, 1, message.created_at, '', '<c' || message.id || '@example.org>', {no}
    FROM marketplace_message message
        JOIN marketplace_thread thread ON thread.id = message.thread_id
        JOIN marketplace_proposal proposal ON proposal.id = thread.proposal_id
        JOIN marketplace_need need ON need.id = proposal.need_id
        JOIN marketplace_offer offer ON offer.id = proposal.offer_id
        JOIN accounts_user people ON people.id =
            CASE WHEN message.author_id = offer.person_id THEN need.created_by_id ELSE offer.person_id END
    WHERE message.sent_key LIKE 'c%'
"""
LATEST = """
    UPDATE marketplace_thread SET last_message_at = told.at FROM
        (SELECT thread_id, max(created_at) AS at FROM marketplace_message WHERE sent_key LIKE 'c%' GROUP BY thread_id) told
    WHERE told.thread_id = marketplace_thread.id
"""
READS = """
    INSERT INTO marketplace_threadread (thread_id, user_id, up_to)
    SELECT thread_id, author_id, max(id) FROM marketplace_message WHERE sent_key LIKE 'c%' GROUP BY thread_id, author_id
"""


def live(world: Any) -> None:
    for act in (sheets, talk, questions, papers, desk_words, days):
        began = time.perf_counter()
        act(world)
        print(f"        {act.__name__}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def busiest(world: Any) -> Any:
    """The mission of our volunteer that goes on, with the large structure."""
    return next(one for one in world.of_one if one.status == "RUNNING")


def sheets(world: Any) -> None:
    from marketplace.models import Deliverable, Milestone, MissionSheet, RegimeChoice

    most = busiest(world)
    ours = [one for one in world.all_missions if one.pk not in world.lent]

    def sheet(n: int) -> MissionSheet:
        agreed = None if ours[n].status in EARLY else 1
        return MissionSheet(
            mission=ours[n], aim="Tenir la caisse.", deliverables="Un tableau.", number=1, need_agreed=agreed,
            offer_agreed=agreed, hours=2_000 if ours[n] is most else 40,
        )  # fmt: skip

    world.batches(MissionSheet, len(ours), sheet)
    written = [one for one in ours if one.status not in EARLY]
    world.batches(
        RegimeChoice, len(written),
        lambda n: RegimeChoice(mission=written[n], regime=written[n].regime, by_id=written[n].need.created_by_id),
    )  # fmt: skip
    Milestone.objects.bulk_create(
        Milestone(mission=most, label=f"Étape {n}", due_on=most.starts_on + timedelta(days=n))
        for n in range(30)
    )
    Deliverable.objects.bulk_create(
        Deliverable(
            mission=most,
            title=f"Compte rendu {n}",
            link="https://example.org/",
            by_id=most.offer.person_id,
        )
        for n in range(30)
    )


def talk(world: Any) -> None:
    from django.db import connection

    from marketplace.models import Thread

    threads = world.batches(
        Thread, len(world.all_missions),
        lambda n: Thread(proposal_id=world.all_missions[n].proposal_id, last_message_at=world.all_missions[n].created_at),
    )  # fmt: skip
    first, last = threads[0].pk, threads[-1].pk
    world.batches(
        Thread, len(world.waiting),
        lambda n: Thread(proposal=world.waiting[n], last_message_at=world.waiting[n].created_at),
    )  # fmt: skip
    longest = threads[world.all_missions.index(busiest(world))].pk
    postgresql = connection.vendor == "postgresql"
    if postgresql:
        at = "now() - ((thread.id * 37 % 680 + 1) * interval '1 day') + i * interval '2 hours'"
        minutes = "now() - ({many} - i) * interval '30 minutes'"
    else:
        at = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (thread.id * 37 % 680 + 1) || ' days', '+' || (i * 2) || ' hours')"
        minutes = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (({many} - i) * 30) || ' minutes')"
    no = "false" if postgresql else "0"
    with connection.cursor() as cursor:
        for many, when, where in (
            (A_THREAD, at, f"BETWEEN {first} AND {last} AND thread.id <> {longest}"),
            (LONGEST, minutes.format(many=LONGEST), f"= {longest}"),
        ):
            words = {"said": _one_of(SAID), "plain": _one_of(_plain()), "at": when, "where": where}
            cursor.execute(MESSAGES.format(numbers=NUMBERS.format(many=many), **words))
        if postgresql:  # which knows nothing of tables that were filled a moment ago, and would join them all with all
            cursor.execute("ANALYZE")
        for statement in (LATEST, READS, LETTERS.format(no=no)):
            cursor.execute(statement)


def _plain() -> tuple[str, ...]:
    from common.roots import fold

    return tuple(map(fold, SAID))


def _one_of(texts: tuple[str, ...]) -> str:
    """SQL for a text of these, in turn."""
    cases = " ".join(f"WHEN {n} THEN '{text}'" for n, text in enumerate(texts))
    return f"CASE (thread.id + i) % {len(texts)} {cases} END"


def questions(world: Any) -> None:
    """About the first need of the large structure: people ask, apply and are invited."""
    from marketplace.models import Message, Proposal, Thread

    need, people = world.needs[0], world.volunteers[-AROUND:]
    threads = Thread.objects.bulk_create(
        Thread(need=need, asker=one, last_message_at=world.ago(20)) for one in people
    )
    Message.objects.bulk_create(
        Message(
            thread=one,
            author_id=one.asker_id,
            text=SAID[0],
            search_text=_plain()[0],
            sent_key=f"q{one.pk}",
        )
        for one in threads
    )
    offers = [one for one in world.offers[-AROUND:] if one.pole_id == need.pole_id]
    applied = Proposal.objects.bulk_create(
        Proposal(
            need=need, offer=offer, origin="APPLICATION", status="OPEN", created_by_id=offer.person_id,
            offer_said_yes_at=world.now, created_at=world.ago(10), word="Je peux vous aider.",
        )
        for offer in offers
    )  # fmt: skip
    Thread.objects.bulk_create(
        Thread(proposal=one, last_message_at=one.created_at) for one in applied
    )


def papers(world: Any) -> None:
    """One mission in five has its letter of engagement, signed."""
    from marketplace.documents import sealing
    from marketplace.models import Book, Document, DocumentStep, Register, Seal

    model = Document.objects.filter(kind="MISSION_LETTER").order_by("pk")[0]
    theirs = {one.pk for one in world.of_one}
    ours = [one for n, one in enumerate(world.all_missions) if n % 5 == 0 or one.pk in theirs]
    ours = [one for one in ours if one.status not in EARLY and one.pk not in world.lent]
    houses = {one.need.organisation_id for one in ours}
    registers = {
        one.organisation_id: one
        for one in Register.objects.bulk_create(
            Register(organisation_id=pk) for pk in sorted(houses)
        )
    }
    last: dict[int, int] = {}
    year = world.now.year

    def paper(n: int) -> Document:
        house = ours[n].need.organisation_id
        last[house] = last.get(house, 0) + 1
        return Document(
            organisation_id=house, mission=ours[n], kind=model.kind, letter=model.letter, year=year, number=last[house],
            status="SIGNED", facts=model.facts | {"reference": f"{model.letter}-{year}-{last[house]:04}"},
            template_id=model.template_id, file=model.file.name, size=model.size, sha256=model.sha256,
            made_by_id=ours[n].need.created_by_id, made_at=world.ago(300),
        )  # fmt: skip

    made, seals = world.batches(Document, len(ours), paper), []
    for one in made:
        register = registers[one.organisation_id]
        for act in ("MADE", "COMPLETED"):
            register.position += 1
            said = {"reference": one.reference, "sha256": one.sha256, "at": world.now.isoformat()}
            register.seal = sealing.seal(register.seal, register.position, act, one.pk, said)
            seals.append(
                Seal(
                    register=register,
                    position=register.position,
                    document=one,
                    act=act,
                    said=said,
                    seal=register.seal,
                )
            )
    world.batches(Seal, len(seals), seals.__getitem__)
    Register.objects.bulk_update(registers.values(), ["position", "seal"], batch_size=500)
    Book.objects.bulk_create(
        Book(register=registers[pk], letter=model.letter, year=year, last=number)
        for pk, number in last.items()
    )
    steps = [(one, after) for one in made for after in ("TO_SIGN", "SIGNED")]
    world.batches(
        DocumentStep,
        len(steps),
        lambda n: DocumentStep(document=steps[n][0], after=steps[n][1], at=steps[n][0].made_at),
    )


def desk_words(world: Any) -> None:
    """Notes, tags and tasks, some on everything, many on what is busiest; and an open case."""
    from marketplace.models import Case, CaseEntry, Note, Tag, Task

    one, structure = busiest(world), world.structures[0]
    pole, them = structure.pole_id, world.coordinators[structure.pole_id]
    for about in (
        {"mission": one},
        {"organisation": structure},
        {"person_id": one.offer.person_id},
        {"need": world.needs[0]},
    ):
        Note.objects.bulk_create(
            Note(
                pole_id=pole,
                by=them[n % 6],
                at=world.ago(300),
                body="Appelé, tout va bien.",
                **about,
            )
            for n in range(AROUND // 4)
        )
        Tag.objects.bulk_create(
            Tag(pole_id=pole, by=them[0], words=f"à suivre {n}", **about) for n in range(4)
        )

    def noted(n: int) -> dict[str, Any]:
        mission = world.all_missions[n * 20]
        about = (
            {"mission": mission},
            {"organisation_id": mission.need.organisation_id},
            {"need_id": mission.need_id},
        )
        return {
            "pole_id": mission.need.pole_id,
            "by": world.coordinators[mission.need.pole_id][n % 6],
            **about[n % 3],
        }

    many = len(world.all_missions) // 20
    world.batches(
        Note,
        many,
        lambda n: Note(at=world.ago(600), body="À rappeler après les vacances.", **noted(n)),
    )

    def task(n: int) -> Task:
        said = noted(n)
        due = (world.now + timedelta(days=n % 60 - 40)).date()
        done = {"done_at": world.now, "done_by": said["by"]} if n % 10 else {}
        return Task(
            what="Rappeler la structure",
            due_on=due,
            assignee=said["by"],
            at=world.ago(90),
            **done,
            **said,
        )

    world.batches(Task, many, task)
    case, _new = Case.objects.get_or_create(
        mission=one,
        closed_at=None,
        defaults={
            "pole_id": pole,
            "reason": "DOUBT",
            "opened_at": world.ago(9),
            "in_charge": them[0],
        },
    )
    CaseEntry.objects.bulk_create(
        CaseEntry(case=case, kind="NOTE", words="Parlé avec la structure.", by=them[n % 6])
        for n in range(30)
    )


def days(world: Any) -> None:
    """Of the busiest mission, written by who is on it and not confirmed yet for the last ten."""
    from marketplace.models import FollowUp, HoursEntry

    one = busiest(world)
    HoursEntry.objects.bulk_create(
        HoursEntry(
            mission=one, person_id=one.offer.person_id, hours=3, what="Caisse et relances",
            day=one.starts_on - timedelta(days=n + 10), confirmed_at=None if n < 10 else world.now,
        )
        for n in range(AROUND)
    )  # fmt: skip
    FollowUp.objects.get_or_create(
        mission=one,
        kind="MIDWAY",
        side="OFFER",
        defaults={"asked_id": one.offer.person_id, "asked_on": world.now.date()},
    )
