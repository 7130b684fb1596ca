"""A list of people to bring in: who isn't there is invited as an employee; of the others it changes what their employer
says of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.actions import invitations
from accounts.models import Invitation, Membership, Organisation, User
from accounts.permissions import can_gather
from common.roots import fold
from common.tables import Line
from marketplace.actions.market import employments
from marketplace.actions.refusals import NotYet
from marketplace.models import Employee, EmploymentFacts, Import, ImportLine, InvitedEmployee, Site
from marketplace.rules import list_doubles, people_lists
from marketplace.rules.people_lists import (
    EMAIL,
    FIRST,
    HIRED,
    LAST,
    MANAGER,
    MANAGER_EMAIL,
    SITE,
    Columns,
    Person,
)

LETTERS_WAIT = timedelta(hours=1)  # until then a list that is taken back was never heard of
# In the outbox's rhythm: other letters pass between them.
A_MINUTE = 120
NAMES = (FIRST, LAST)
Outcome = ImportLine.Outcome
CONFIRMED = "confirmed"  # in `ImportLine.before`: what stood, and what the list has made of it


class People:
    """How a list of people is read, whatever it is for."""

    no_column = "no-address-column"

    def columns(self, lines: list[Line]) -> Columns:
        return people_lists.columns_of(lines)

    def read(self, columns: Columns) -> list[Person]:
        people = people_lists.people_of(columns, timezone.localdate())
        list_doubles.twice(people)
        return people


class Employees(People):
    def columns(self, lines: list[Line]) -> Columns:
        """Without a column of addresses nobody can be invited."""
        found = super().columns(lines)
        return found if EMAIL in found.places else replace(found, places={})

    def check(self, table: Import, persons: list[Person]) -> list[ImportLine]:
        """Each line with what it will do. A cell that can't be read but the address is left out, and said."""
        house = House(table.organisation)
        house.name_managers(persons)
        house.name_sites(persons)
        return [self._line(table, at, one, house) for at, one in enumerate(persons)]

    def _line(self, table: Import, at: int, one: Person, house: "House") -> ImportLine:
        line = ImportLine(
            table=table, position=at, number=one.number, typed=one.typed, said=one.said
        )
        if EMAIL not in one.said and EMAIL not in one.typed:
            one.wrong(EMAIL, "no-address")
        codes = {code for name, code, _said in one.faults if name == EMAIL}
        if codes == {"said-above"}:
            line.outcome, line.note = Outcome.LEAVE, "said-above"
        elif codes:
            line.outcome = Outcome.FAULT
        else:
            line.outcome, line.note = house.outcome(line, one)
        line.faults = one.faults
        return line

    def carry_out(self, line: ImportLine, *, now: datetime) -> None:
        """Invite, or change what is known. Raises Refusal."""
        if line.outcome == Outcome.CHANGE and not can_gather(
            line.table.by, line.table.organisation
        ):
            raise NotYet(_("You may no longer invite people there."))
        line.membership = line.membership or _joined_since(line)
        if line.membership is not None:
            rows = Employee.objects.select_for_update(no_key=True)  # a form may be writing it
            employee, _new = rows.get_or_create(
                organisation=line.table.organisation, person=line.membership.user
            )
            line.before = _tell(employee, line, now)
        elif line.invitation is not None:
            if line.invitation.withdrawn_at:
                raise NotYet(_("This invitation has been withdrawn."))
            facts, _new = InvitedEmployee.objects.get_or_create(invitation=line.invitation)
            line.before = _set(facts, line.said) | _rename(line.invitation, line.said)
        elif line.outcome == Outcome.MAKE:
            line.invitation = invitations.invite_listed(
                line.table.organisation,
                email=line.said[EMAIL],
                first_name=line.said.get(FIRST, ""),
                last_name=line.said.get(LAST, ""),
                by=line.table.by,
                leaves_at=_leaves_at(line),
                now=now,
            )
            _set(InvitedEmployee(invitation=line.invitation), line.said)
        else:
            raise NotYet(_("They have left meanwhile."))

    def undo(self, line: ImportLine, *, now: datetime) -> None:
        """Whoever has joined meanwhile stays, and so does what somebody has changed since."""
        if line.outcome == Outcome.MAKE:
            if line.invitation is not None:
                invitations.take_back(line.invitation, now=now)
            return
        facts = _facts_of(line)
        if facts is not None:
            _put_back(facts, line.before, line.said)
        if isinstance(facts, Employee) and CONFIRMED in line.before:
            employments.give_back(facts, *line.before[CONFIRMED])
        if line.invitation is not None:
            _put_back(line.invitation, line.before, line.said)


def _joined_since(line: ImportLine) -> Membership | None:
    """Of somebody who was invited when the list was read, and has joined before it was carried out."""
    if line.invitation is None or not line.invitation.accepted_at:
        return None
    they = User.objects.of_mailbox(line.invitation.email)
    return line.table.organisation.memberships.filter(user__in=they).select_related("user").first()


def _leaves_at(line: ImportLine) -> datetime:
    started = line.table.started_at
    assert started is not None, "a list is carried out once it has been started"
    return started + LETTERS_WAIT + timedelta(minutes=1) * line.position / A_MINUTE


def _facts_of(line: ImportLine) -> EmploymentFacts | None:
    if line.membership is not None:
        theirs = Employee.objects.filter(organisation=line.table.organisation)
        return theirs.filter(person=line.membership.user).first()
    return InvitedEmployee.objects.filter(invitation=line.invitation).first()


def _kept(row: EmploymentFacts | Invitation, name: str) -> str:
    """What stands there, as a line keeps it: a day as 2026-03-12, a site by its number."""
    value = getattr(row, _attribute(name))
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _attribute(name: str) -> str:
    return "site_id" if name == SITE else name


def _write(row: EmploymentFacts | Invitation, name: str, value: str) -> None:
    meant: str | date | int | None = value
    if name == HIRED:
        meant = date.fromisoformat(value) if value else None
    elif name == SITE:
        meant = int(value) if value and Site.objects.filter(pk=value).exists() else None
    setattr(row, _attribute(name), meant)


def changes(facts: EmploymentFacts, said: dict[str, str]) -> dict[str, str]:
    """What the line says that isn't so yet, each by its field with what was there before. A cell left empty changes
    nothing; a manager's name goes with their address."""
    return {
        name: _kept(facts, name)
        for name in EmploymentFacts.NAMES
        if said.get(name) and said[name] != _kept(facts, name)
    }


def _set(facts: EmploymentFacts, said: dict[str, str]) -> dict[str, str]:
    before = changes(facts, said)
    if SITE in before and not Site.objects.filter(pk=said[SITE]).exists():
        del before[SITE]  # it has been removed meanwhile: what was known stays
    for name in before:
        _write(facts, name, said[name])
    facts.save()
    return before


def _tell(employee: Employee, line: ImportLine, now: datetime) -> dict:
    """Write what the line says of somebody who is there; of what they had declared it confirms what it says."""
    before: dict = _set(employee, line.said)
    was = employments.confirmation_of(employee)
    employments.take_from_list(employee, line.said, changed=before, by=line.table.by, now=now)
    if (now_is := employments.confirmation_of(employee)) != was:
        employee.save()
        before[CONFIRMED] = [was, now_is]
    return before


def _renames(invitation: Invitation, said: dict[str, str]) -> dict[str, str]:
    return {
        name: getattr(invitation, name)
        for name in NAMES
        if said.get(name) and said[name] != getattr(invitation, name)
    }


def _rename(invitation: Invitation, said: dict[str, str]) -> dict[str, str]:
    before = _renames(invitation, said)
    for name in before:
        setattr(invitation, name, said[name])
    invitation.save(update_fields=list(before))
    return before


def _put_back(
    row: EmploymentFacts | Invitation, before: dict[str, str], said: dict[str, str]
) -> None:
    """Give back what was there, where it is still as the list has written it."""
    names = [
        name
        for name, value in before.items()
        if hasattr(row, _attribute(name)) and _kept(row, name) == said.get(name)
    ]
    for name in names:
        _write(row, name, before[name])
    row.save(update_fields=names)


class House:
    """Who is there already, as a list needs to know it: read once, in six questions."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        members = organisation.memberships.filter(user__is_active=True).select_related("user")
        self.by_user = {one.user_id: one for one in members}
        self.members = {one.user.email.lower(): one for one in self.by_user.values()}
        shown = EmailAddress.objects.filter(
            verified=True, user__memberships__organisation=organisation
        ).values_list("user", "email")
        for number, email in shown:
            if number in self.by_user:
                self.members[email.lower()] = self.by_user[number]
        waiting = organisation.invitations.shown().select_related("facts")
        self.invited = {one.email.lower(): one for one in waiting}
        self.facts = {row.person_id: row for row in organisation.employees.all()}
        sites = organisation.sites.values_list("name", "pk")
        self.sites = {_plain(name): str(pk) for name, pk in sites}
        self.names_of_sites = ", ".join(name for name, _pk in sites)
        gone = organisation.past_memberships.exclude(user__in=self.by_user).exclude(mailbox="")
        self.gone = set(gone.values_list("mailbox", flat=True))

    def is_last_administrator(self, member: Membership) -> bool:
        administrators = [one for one in self.by_user.values() if one.is_administrator]
        return member.is_administrator and len(administrators) < 2

    def outcome(self, line: ImportLine, one: Person) -> tuple[str, str]:
        """What is to be done for somebody, and why, as a code; the line is told of whom."""
        email, said = one.said[EMAIL], one.said
        if (member := self.members.get(email)) is not None:
            line.membership = member
            known = self.facts.get(member.user_id) or Employee(person=member.user)
            changed = changes(known, said)
            if not changed and employments.is_confirmed_by(known, said, line.table.by):
                return Outcome.CHANGE, "confirms"
        elif (invitation := self.invited.get(email)) is not None and invitation.is_open(
            line.table.sent_at
        ):
            line.invitation = invitation
            facts = getattr(invitation, "facts", None) or InvitedEmployee()
            changed = changes(facts, said) | _renames(invitation, said)
        else:
            # By the address of the day they left: one that they use since is nothing to this organisation.
            again = tokens.mailbox(email) in self.gone
            return Outcome.MAKE, "had-left" if again else ""
        line.before = changed
        what = "member" if line.membership else "invited"
        return (Outcome.CHANGE, what) if changed else (Outcome.LEAVE, what)

    def name_sites(self, people: Iterable[Person]) -> None:
        """A site by its name, without accents, becomes the number of one of the house; another is a fault."""
        for one in people:
            name = one.said.pop(SITE, "")
            if found := self.sites.get(_plain(name)):
                one.said[SITE] = found
            elif name and not self.sites:
                one.wrong(SITE, "no-sites")
            elif name:
                one.wrong(SITE, "no-such-site", sites=self.names_of_sites)

    def name_managers(self, people: Iterable[Person]) -> None:
        """A manager who is only named is one of the list or of the house: their address goes with the name. Of two who
        bear it the list has to say which."""
        named: dict[str, set[str]] = {}
        for member in self.by_user.values():
            named.setdefault(called(str(member.user)), set()).add(member.user.email.lower())
        for one in people:
            if one.called and one.said.get(EMAIL):
                named.setdefault(called(one.called), set()).add(one.said[EMAIL])
        for one in people:
            name = one.said.get(MANAGER, "")
            if not name or one.said.get(MANAGER_EMAIL):
                continue
            found = named.get(called(name), set())
            if len(found) > 1:
                del one.said[MANAGER]
                one.wrong(MANAGER, "homonyms")
            elif found and found != {one.said.get(EMAIL)}:
                one.said[MANAGER_EMAIL] = next(iter(found))


def _plain(name: str) -> str:
    """A name without accents, case and the spaces that nobody sees."""
    return " ".join(fold(name).split())


def called(name: str) -> str:
    """A name as it is compared: without accents, whichever part comes first."""
    return " ".join(sorted(fold(name).replace("-", " ").split()))
