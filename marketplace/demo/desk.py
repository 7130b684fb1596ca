"""What the invented coordinators have written down: a sheet begun, notes, tags, a hand-over, a case, a register."""

from datetime import timedelta

from django.utils import timezone

from marketplace.demo import clock
from marketplace.models import (
    Case,
    CaseEntry,
    Finding,
    FollowUp,
    HandOver,
    Mission,
    Need,
    Note,
    Qualification,
    Tag,
)
from marketplace.states import FindingStatus, NeedStatus

SAID = (
    (
        "Très bien reçue sur place : Samira connaît tout le monde. Préfère le téléphone.",
        "à visiter",
    ),
    ("Subvention attendue en mars : ne rien lancer avant.", "subvention 2027"),
    ("Deux missions réussies, prête à témoigner.", "témoin"),
)
SHEET = {
    "scope": "YES",
    "scope_words": "Un travail délimité, le résultat est clair.",
    "transfer": "DOUBT",
    "transfer_words": "Qui s’en occupera ensuite n’est pas encore décidé.",
    "met": "CALL",
    "met_words": "La présidente rappelle après son conseil d’administration.",
}

FINDING = {
    "kind": Finding.Kind.BRAKE,
    "code": "too-short",
    "title": "Dix jours ne suffisent pas pour transmettre",
    "evidence": "Trois bilans le disent : le résultat est là, la prise en main reste à faire.",
    "actors": "Les opérateurs, les responsables RSE",
    "action": "Prévoir une demi-journée de plus, un mois après la fin.",
}


def tell(needs: list[Need]) -> None:
    followed = [need for need in needs if need.coordinator_id]
    for need, (body, words) in zip(followed[::7], SAID, strict=False):
        about = {"organisation": need.organisation, "pole": need.pole, "by": need.coordinator}
        Note.objects.create(
            body=body, at=clock.at(timezone.localdate() - timedelta(days=9), 16), **about
        )
        Tag.objects.create(words=words, **about)
    people = list(dict.fromkeys(need.coordinator for need in followed if need.coordinator))
    for need in [need for need in needs if need.status == NeedStatus.SUBMITTED][:1]:
        Qualification.objects.create(
            need=need,
            by=people[0],
            version=1,
            met_on=timezone.localdate() - timedelta(days=1),
            **SHEET,
        )
    HandOver.objects.create(
        need=followed[0],
        to_person=followed[0].coordinator,
        by=people[1],
        at=followed[0].created_at + timedelta(days=2),
        note="Je les ai eues au téléphone, elles attendent un rappel.",
    )
    _one_case(needs)
    _register(needs, by=people[0])


def _one_case(needs: list[Need]) -> None:
    """One of the doubts is being looked into; the other has just come in."""
    doubts = FollowUp.objects.filter(mission__need__in=needs, answer=FollowUp.Answer.DOUBT)
    doubt = doubts.first()
    if doubt is None:
        return
    mission, by, at = doubt.mission, doubt.mission.need.coordinator, doubt.answered_at
    assert at is not None, "a doubt has been answered"
    case = Case.objects.create(
        pole=mission.need.pole,
        mission=mission,
        reason=Case.Reason.DOUBT,
        in_charge=by,
        opened_at=at,
    )
    opened, called = CaseEntry.Kind.OPENED, CaseEntry.Kind.CALL
    case.entries.create(kind=opened, words=f"{doubt.asked} : {doubt.words}", at=at)
    case.entries.create(
        kind=called,
        words="Les deux d’accord pour réduire le périmètre : appel à trois jeudi.",
        by=by,
        at=clock.at(timezone.localdate() - timedelta(days=2), 15),
    )


def _register(needs: list[Need], *, by) -> None:
    finding = Finding.objects.create(pole=needs[0].pole, owner=by, **FINDING)
    met = Mission.objects.filter(need__in=needs, reviews__factors__code=FINDING["code"])
    finding.missions.set(met.distinct())
    finding.begin(by=by)
    finding.move(FindingStatus.IN_HAND, by=by)
    for step, ago in zip(finding.steps.order_by("pk"), (12, 11), strict=True):
        at = clock.at(timezone.localdate() - timedelta(days=ago), 10)
        finding.steps.filter(pk=step.pk).update(at=at)
