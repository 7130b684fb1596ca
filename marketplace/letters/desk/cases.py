"""What we tell about cases."""

from marketplace.letters.telling import tell
from marketplace.models import Case
from marketplace.rules import audience


def case_opened(case: Case, *, words: str) -> None:
    """To the one in charge; while nobody is, to all the pôle's coordinators."""
    people = [case.in_charge] if case.in_charge else audience.coordinators_of(case.pole)
    tell(
        people,
        "case_opened",
        f"case:{case.pk}:opened",
        case.get_absolute_url(),
        case=case,
        words=words,
        organisation=case.structure,
    )


def case_passed_on(case: Case, *, entry, by) -> None:
    """Whoever it was given to hears of it, unless they took it themselves."""
    if case.in_charge and case.in_charge_id != by.pk:
        tell(
            [case.in_charge],
            "case_passed_on",
            f"case:{case.pk}:entry:{entry.pk}",
            case.get_absolute_url(),
            case=case,
            by=by,
            words=entry.told,
            organisation=case.structure,
        )
