"""What coordinators tell one another, and those they chase."""

from collections.abc import Iterable

from accounts.models import Organisation, User
from marketplace.models import Chase, HandOver, Need
from marketplace.rules import audience
from notifications import outbox


def need_taken(need: Need, *, before: int, by) -> None:
    """Whoever was in charge hears who took over."""
    person = User.objects.filter(pk=before, is_active=True).exclude(pk=by.pk).first()
    if person is not None:
        outbox.post(
            recipient=person,
            key=f"need:{need.pk}:taken-by:{by.pk}:from:{before}",
            template="need_taken",
            url=need.get_absolute_url(),
            need=need,
            by=by,
        )


def handed_over(done: HandOver) -> None:
    """The colleague, or everybody of the operator; not the one who passes it on."""
    people: Iterable[User]
    if done.to_operator:
        people = audience.members_of(done.to_operator)
    else:
        people = [done.to_person] if done.to_person else []
    for person in people:
        if person.pk != done.by_id:
            outbox.post(
                recipient=person,
                key=f"hand-over:{done.pk}",
                template="handed_over",
                url=done.subject.get_absolute_url(),
                passed_on=done.subject,
                what=str(done.subject),
                is_organisation=isinstance(done.subject, Organisation),
                operator=done.to_operator,
                by=done.by,
                note=done.note,
            )


def chased(done: Chase, people: Iterable[User]) -> None:
    proposal, mission = done.proposal, done.mission
    for person in people:
        if proposal is not None:
            outbox.post(
                recipient=person,
                key=f"proposal:{proposal.pk}:chase:{done.pk}",
                template="proposal_chased",
                url=proposal.get_absolute_url(),
                reply_to=done.by.email,
                proposal=proposal,
                by=done.by,
            )
        elif mission is not None:
            outbox.post(
                recipient=person,
                key=f"mission:{mission.pk}:chase:{done.pk}",
                template="mission_chased",
                url=mission.get_absolute_url(),
                reply_to=done.by.email,
                mission=mission,
                by=done.by,
            )
