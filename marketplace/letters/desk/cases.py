"""The letters about cases."""

from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK
from marketplace.models import Case, CaseEntry
from marketplace.rules import absences, audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _closed(letter: Notification, *, case: int, **_parts: object) -> str:
    waits = Case.objects.open().filter(pk=case)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


OPENED = Key("case:{case}:opened")
CASE_OPENED = Letter("case_opened", OPENED, DESK, asks=True, moot=_closed)
PASSED_ON = Key("case:{case}:entry:{entry}")
CASE_PASSED_ON = Letter("case_passed_on", PASSED_ON, DESK, asks=True, moot=_closed)


def case_opened(case: Case, *, words: str) -> None:
    """Tell whoever is in charge of the case; without anybody, all the pôle's coordinators."""
    CASE_OPENED.tell(
        audience.in_charge_of(case),
        url=case.get_absolute_url(),
        case=case,
        words=words,
        organisation=case.structure,
    )


def case_passed_on(case: Case, *, entry: CaseEntry, by: User) -> None:
    """Tell the coordinator to whom the case was given, unless they took it themselves."""
    if case.in_charge and case.in_charge_id != by.pk:
        CASE_PASSED_ON.tell(
            absences.with_who_answers(case.in_charge, case.pole),
            url=case.get_absolute_url(),
            case=case,
            entry=entry.pk,
            by=by,
            to=case.in_charge,
            words=entry.told,
            organisation=case.structure,
        )
