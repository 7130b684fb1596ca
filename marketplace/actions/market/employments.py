"""What an employer says of one of its people: declared by whoever asks for an agreement, confirmed by human resources or by a
list of the house. What is signed stands, whatever is corrected afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation, User
from marketplace.models import Employee, Grade
from marketplace.rules import permissions

FACTS = ("contract", "hired_on")
# What a form of the agreement says; the rest of the row is human resources' own.
DECLARED = (
    *("manager_name", "manager_email", "position", "site", "contract", "hired_on"),
    "retires_on",
)


@dataclass(frozen=True)
class Facts:
    """The contract and the entry date, as they were on the screen."""

    contract: str
    hired_on: date | None

    @classmethod
    def of(cls, employee: Employee) -> "Facts":
        return cls(employee.contract, employee.hired_on)


@transaction.atomic
def declare(employee: Employee, *, by: User, now: datetime) -> None:
    """Keep what a form says of somebody. Another contract or entry date than the one that was confirmed is declared again,
    unless whoever says it may confirm it."""
    whose = {"organisation": employee.organisation, "person": employee.person}
    kept = Employee.objects.select_for_update(no_key=True).filter(**whose).first()
    row = kept or Employee(**whose)
    before = Facts.of(row)
    for name in DECLARED:
        setattr(row, name, getattr(employee, name))
    if Facts.of(row) != before:
        _unconfirm(row)
        may = permissions.can_confirm_employment(by, row.organisation)
        if may and by != row.person and all((row.contract, row.hired_on)):
            _confirm(row, by, now)
    row.save()
    employee.pk = row.pk


@transaction.atomic
def confirm(
    membership: Membership, *, contract: str, hired_on: date, by: User, now: datetime
) -> None:
    """Confirm the contract and the entry date of one person, or correct them. Raises Refusal."""
    organisation = _locked(membership.organisation, by)
    if not Membership.objects.filter(pk=membership.pk).exists():
        raise Refusal(_("This person has already left the organisation."))
    _require_another(membership.user, by)
    row = _row(organisation, membership.user)
    row.contract, row.hired_on = contract, hired_on
    row.correction, row.correction_at = "", None
    _confirm(row, by, now)
    row.save()


@transaction.atomic
def confirm_several(
    organisation: Organisation, seen: Mapping[int, Facts], *, by: User, now: datetime
) -> tuple[int, int]:
    """Confirm what stands of several people (by the number of their row), as it was on the screen. Returns how many were,
    and how many weren't: gone, changed or confirmed meanwhile, one's own, or asked to be corrected. Raises Refusal."""
    organisation = _locked(organisation, by)
    rows = Employee.objects.to_confirm().filter(organisation=organisation, pk__in=list(seen))
    rows = rows.select_for_update(no_key=True, of=("self",))  # a manager's form may be writing one
    done = 0
    for row in rows.filter(correction="").exclude(person=by).order_by("pk"):
        if Facts.of(row) != seen[row.pk] or not (row.contract and row.hired_on):
            continue
        _confirm(row, by, now)
        row.save()
        done += 1
    return done, len(seen) - done


@transaction.atomic
def place_in_grade(membership: Membership, grade: Grade | None, *, by: User) -> None:
    """Say of which grade somebody is: human resources alone do. Raises Refusal."""
    organisation = _read_again(membership.organisation)
    if not permissions.can_see_costs(by, organisation):
        raise Refusal(_("You may no longer say so there."))
    if not Membership.objects.filter(pk=membership.pk).exists():
        raise Refusal(_("This person has already left the organisation."))
    if grade is not None and not organisation.grades.filter(pk=grade.pk).exists():
        raise Refusal(_("This grade has been removed meanwhile."))
    Employee.objects.update_or_create(
        organisation=organisation, person=membership.user, defaults={"grade": grade}
    )


@transaction.atomic
def ask_correction(organisation: Organisation, words: str, *, by: User, now: datetime) -> None:
    """Somebody says what isn't right in what their employer keeps of them; what was asked before is replaced. Raises
    Refusal."""
    organisation = _read_again(organisation)
    if not permissions.can_ask_for_a_correction(by, organisation):
        raise Refusal(_("You are no longer of this organisation, or nobody may act in its name."))
    row = _row(organisation, by)
    row.correction, row.correction_at = words, now
    row.save()


def is_confirmed_by(employee: Employee, said: Mapping[str, str], by: User | None) -> bool:
    """Whether a list of the house, which counts as its word for what it says, would confirm what isn't yet: nothing of it
    is then left that the person alone has declared. Nobody confirms their own."""
    if employee.is_confirmed or (by is not None and employee.person_id == by.pk):
        return False
    declared = [name for name in FACTS if getattr(employee, name)]
    return any(map(said.get, FACTS)) and all(said.get(name) for name in declared)


def take_from_list(
    employee: Employee,
    said: Mapping[str, str],
    *,
    changed: Collection[str],
    by: User | None,
    now: datetime,
) -> None:
    """What a list of the house has just written on the row is confirmed by it; the caller saves it."""
    is_new = not employee.is_confirmed
    if is_new and is_confirmed_by(employee, said, by):
        _confirm(employee, by, now)
        employee.is_confirmed_by_list = True
    elif not is_new and set(FACTS) & set(changed):
        own = by is not None and employee.person_id == by.pk
        _unconfirm(employee)
        if not own:
            _confirm(employee, by, now)
            employee.is_confirmed_by_list = True


def confirmation_of(employee: Employee) -> list:
    """Who has confirmed it and when, as the line of a list keeps it for the way back."""
    at = employee.confirmed_at.isoformat() if employee.confirmed_at else ""
    return [at, employee.confirmed_by_id, employee.is_confirmed_by_list]


def give_back(employee: Employee, was: list, now_is: list) -> None:
    """Take back what a list has confirmed, unless somebody has touched it since."""
    if confirmation_of(employee) != now_is:
        return
    at, by, by_list = was
    employee.confirmed_at = datetime.fromisoformat(at) if at else None
    employee.confirmed_by_id, employee.is_confirmed_by_list = by, by_list
    employee.save(update_fields=["confirmed_at", "confirmed_by", "is_confirmed_by_list"])


def _unconfirm(row: Employee) -> None:
    row.confirmed_at, row.confirmed_by, row.is_confirmed_by_list = None, None, False


def _confirm(row: Employee, by: User | None, now: datetime) -> None:
    row.confirmed_at, row.confirmed_by, row.is_confirmed_by_list = now, by, False


def _row(organisation: Organisation, person: User) -> Employee:
    """Read again under a lock, or a new one."""
    rows = Employee.objects.select_for_update(no_key=True)
    whose = {"organisation": organisation, "person": person}
    return rows.filter(**whose).first() or Employee(**whose)


def _require_another(person: User, by: User) -> None:
    if person == by:
        raise Refusal(_("Somebody else confirms what is yours."))


def _read_again(organisation: Organisation) -> Organisation:
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))
    return Organisation.objects.get(pk=organisation.pk)


def _locked(organisation: Organisation, by: User) -> Organisation:
    organisation = _read_again(organisation)
    if not permissions.can_confirm_employment(by, organisation):
        raise Refusal(_("You may no longer confirm this there."))
    return organisation
