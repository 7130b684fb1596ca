"""What the invented coordinators write: a sheet begun, notes, tags, a hand-over, an absence, a case, a register."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.actions.desk import absences, cases, desk, dispatch, notes, qualification, register
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast
from marketplace.desk.kinds.need import KIND as A_NEED
from marketplace.models import Case, DispatchRule, Finding, Mission, Need, Qualification
from marketplace.rules.dispatch_reading import Rules
from marketplace.rules.working_days import worked_from
from marketplace.states import FindingStatus, NeedStatus

SAID = (
    (
        "Très bien reçue sur place : Samira connaît tout le monde. Préfère le téléphone.",
        "à visiter",
    ),
    ("Subvention attendue en mars : ne rien lancer avant.", "subvention 2027"),
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
    "evidence": "Plusieurs bilans le disent : le résultat est là, la prise en main reste à faire.",
    "actors": "Les opérateurs, les responsables RSE",
    "action": "Prévoir une demi-journée de plus, un mois après la fin.",
}


DISPATCHED: tuple[tuple[str, dict[str, list[str]]], ...] = (
    ("passeurs", {"families": ["numerique"], "formats": ["LONG"]}),
    ("relais", {"departments": ["02", "60", "80"]}),
    ("escale", {"departments": ["62"]}),
)
CALLED = "Les deux d’accord pour réduire le périmètre : appel à trois jeudi."


def stories(cast: Cast, needs: list[Need]) -> list[Story]:
    followed = [need for need in needs if need.coordinator_id]
    waiting = [need for need in needs if need.status == NeedStatus.SUBMITTED]
    return [
        _notes(followed),
        _sheet(waiting[0], cast),
        _hand_over(followed[0], cast),
        _absence(cast),
        _case(cast),
        _register(cast),
        _dispatch(cast),
    ]


def _days_ago(days: int, hour: int) -> datetime:
    return at(worked_from(timezone.localdate() - timedelta(days=days)), hour)


def _notes(followed: list[Need]) -> Story:
    yield _days_ago(11, 16)
    for need, (body, words) in zip(followed[::7], SAID, strict=False):
        by, pole = need.coordinator, need.pole
        assert by is not None, "these are followed"
        notes.write(need.organisation, pole=pole, body=body, by=by)
        notes.pin(need.organisation, pole=pole, words=words, by=by)


def _sheet(need: Need, cast: Cast) -> Story:
    yield _days_ago(3, 15)
    by = cast.coordinators[0]
    met_on = timezone.localdate()
    qualification.save(Qualification(need=need, met_on=met_on, **SHEET), read=0, by=by)


def _hand_over(need: Need, cast: Cast) -> Story:
    yield _days_ago(4, 11)
    by = need.coordinator
    assert by is not None, "one that is followed"
    to = next(one for one in cast.coordinators if one != by)
    words = "Je les ai eues au téléphone, elles attendent un rappel."
    desk.hand_over(desk.Item(A_NEED, need.pk, "", need, need), to=to, note=words, by=by)


def _absence(cast: Cast) -> Story:
    """One of them has been away since yesterday, for a week; a colleague answers."""
    yield _days_ago(6, 17)
    person, today = cast.coordinators[-1], timezone.localdate()
    first = today + timedelta(days=5)
    absences.say(
        person,
        first_day=first,
        last_day=first + timedelta(days=7),
        stand_in=cast.coordinators[0],
        by=person,
    )


def _case(cast: Cast) -> Story:
    """A case about a doubt in a follow-up."""
    yield _days_ago(5, 15)
    case = Case.objects.open().filter(reason=Case.Reason.DOUBT, pole=cast.pole).first()
    if case is not None:
        by = case.in_charge or cast.coordinators[0]
        cases.note(case, kind="CALL", words=CALLED, by=by)


def _register(cast: Cast) -> Story:
    """Findings on what several reviews name, with the missions that show it, and somebody in charge."""
    written, in_hand = _days_ago(12, 10), _days_ago(11, 10)
    yield written
    met = Mission.objects.filter(need__pole=cast.pole, reviews__factors__code=FINDING["code"])
    missions, by = list(met.distinct()), cast.coordinators[0]
    finding = register.open_finding(
        Finding(owner=by, **FINDING), pole=cast.pole, missions=missions, by=by
    )
    yield in_hand
    register.edit(finding, missions=missions, status=FindingStatus.IN_HAND, reason="", by=by)


def _dispatch(cast: Cast) -> Story:
    """Three rules: two territories, and what the third operator knows best. The rest is nobody's."""
    yield _days_ago(4, 12)
    pole, by = cast.pole, cast.coordinators[0]
    for key, conditions in DISPATCHED:
        now = Rules.of(pole)
        rule = DispatchRule(pole=pole, operator=cast.organisations[key], **conditions)
        dispatch.keep(pole, [*now.rows, rule], seen=now.seal, changed=rule, by=by)
