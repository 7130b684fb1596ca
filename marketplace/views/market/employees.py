"""The list of an organisation's people, for those who answer for them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Invitation, Membership, Organisation, PastMembership
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common import spreadsheets
from marketplace.actions.desk import journal
from marketplace.desk import employees
from marketplace.desk.employees import INVITED, LEFT, STATES, Employees
from marketplace.finding.found import named_whole
from marketplace.models import Employee, JournalKind
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules.journal_parties import NOUNS, Reader
from marketplace.rules.permissions import (
    can_confirm_employment,
    can_place_people,
    can_read_journal,
    can_see_people,
)
from marketplace.views.desk.figures import SHEETS, sent_file
from marketplace.views.long_lists import keyset_page

A_PAGE = 40
NEWEST = "arrivee"


def _asked(request: SignedInRequest, pk: int) -> tuple[Organisation, Employees]:
    organisation = visible(request, pk)
    permissions.require(can_see_people(request.user, organisation))
    return organisation, Employees.asked(organisation, request.GET.dict())


@require_safe
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who is there, with what they offer and do on its time; who is invited; who has left within the year."""
    organisation, asked = _asked(request, pk)
    newest = request.GET.get("tri") == NEWEST
    context: dict[str, Any] = {
        "organisation": organisation,
        "asked": asked,
        "newest": newest,
        "chips": _chips(request, asked),
        "roles": [
            (role.value, Membership.words_of(role, organisation))
            for role in Membership.roles_in(organisation)
        ],
        "can_manage": permissions.can_manage_members(request.user, organisation),
        "can_place": can_place_people(request.user, organisation),
        "can_gather": permissions.can_gather(request.user, organisation),
        "to_confirm": _to_confirm(request, organisation),
        "now": timezone.now(),
        "longest": LONGEST_REASON,
        "reads_journal": can_read_journal(request.user, organisation),
    }
    if asked.state == INVITED:
        inviting = organisation.memberships.administrators().values_list("user", flat=True)
        context["inviting"] = {*inviting, None}
        left = organisation.invitations.left_by_their_sender(timezone.now())
        context["to_take_over"] = left.count() if context["can_manage"] else 0
        page: Any = keyset_page(asked.invitations(), ("-sent_at", "-pk"), A_PAGE, request.GET)
    elif asked.state == LEFT:
        page = keyset_page(asked.gone(), ("-left_at", "-pk"), A_PAGE, request.GET)
    else:
        order = employees.NEWEST if newest else employees.BY_NAME
        page = keyset_page(asked.members(), order, A_PAGE, request.GET)
        context["rows"] = list(_with_work(organisation, page.rows))
        _tell_sought(request, organisation, asked, [row["membership"] for row in context["rows"]])
    context["page"] = page
    return render(request, "marketplace/market/employees.html", context)


def _tell_sought(
    request: SignedInRequest, organisation: Organisation, asked: Employees, rows: list[Membership]
) -> None:
    """Those whose whole name or address narrows the list."""
    if asked.words and (sought := named_whole((row.user for row in rows), asked.words)):
        reader, now = Reader.for_employer(request.user, organisation), timezone.now()
        journal.tell(JournalKind.SOUGHT, NOUNS["employee"], sought, reader=reader, now=now)


def _to_confirm(request: SignedInRequest, organisation: Organisation) -> int:
    """How many contracts and entry dates wait for this person to confirm them."""
    if not can_confirm_employment(request.user, organisation):
        return 0
    return Employee.objects.to_confirm().filter(organisation=organisation).count()


def _chips(request: SignedInRequest, asked: Employees) -> list[dict]:
    """One for each state, with how many; the search goes along."""
    kept = request.GET.copy()
    for name in ("etat", "after", "before"):
        kept.pop(name, None)
    counts = asked.counts()
    chips = []
    for state, words in STATES.items():
        if state:
            kept["etat"] = state
        said = {"label": words, "url": f"?{kept.urlencode()}", "active": state == asked.state}
        chips.append(said | {"count": counts[state]})
    return chips


def _with_work(organisation: Organisation, rows: Iterable[Membership]) -> Iterator[dict]:
    """Each row with what the person does or offers, and its state in words."""
    rows = list(rows)
    numbers = [row.user_id for row in rows]
    work = employees.work_of(organisation, numbers)
    places = employees.places_of(organisation, numbers)
    for row in rows:
        does = work.get(row.user_id)
        where = " · ".join(filter(None, places.get(row.user_id, ())))
        yield {"membership": row, "work": does, "state": employees.state_of(does), "where": where}


@require_POST
def export(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """The list as it is filtered, in a file, once that is noted in the journal."""
    organisation, asked = _asked(request, pk)
    if kind not in ("csv", "xlsx"):
        raise Http404
    header = (
        _("Last name"), _("First name"), _("E-mail address"), _("Trade"), _("Team"), _("Site"), _("Role"), _("State"), _("Since"),
    )  # fmt: skip
    rows = list(_rows(organisation, asked))
    _note(request, organisation, asked, kind, len(rows))
    name = f"{slugify(str(organisation))[:60]}.{kind}"
    if kind == "csv":
        return sent_file(name, "text/csv; charset=utf-8", spreadsheets.as_csv(header, rows))
    return sent_file(name, SHEETS, spreadsheets.as_xlsx(_("People"), header, rows))


@transaction.atomic
def _note(
    request: SignedInRequest, organisation: Organisation, asked: Employees, form: str, rows: int
) -> None:
    """In the journal of the organisation; and in that of each who is on the list."""
    now, why = timezone.now(), request.POST.get("why", "")
    journal.note(
        JournalKind.PEOPLE,
        by=request.user,
        organisation=organisation,
        words=", ".join(_narrowed(organisation, asked)),
        form=form,
        rows=rows,
        why=why,
        now=now,
    )
    if asked.state == INVITED:  # they have no account yet
        return
    gone = asked.state == LEFT
    journal.tell(
        JournalKind.LISTED,
        NOUNS["past-member" if gone else "member"],
        asked.gone() if gone else asked.members(),
        reader=Reader.for_employer(request.user, organisation),
        words="past-member" if gone else "member",
        form=form,
        why=why,
        now=now,
    )


def _narrowed(organisation: Organisation, asked: Employees) -> Iterator[str]:
    """What the list was narrowed by, in words, for the journal."""
    if asked.state:
        yield str(STATES[asked.state])
    if asked.role:
        yield str(Membership.words_of(Membership.Role(asked.role), organisation))
    if asked.words:
        yield _("“%(words)s”") % {"words": asked.words}


def _rows(organisation: Organisation, asked: Employees) -> Iterator[tuple]:
    if asked.state == INVITED:
        yield from map(_invited, asked.invitations().order_by("email", "pk"))
    elif asked.state == LEFT:
        yield from map(_gone, asked.gone().order_by("user__last_name", "user__first_name", "pk"))
    else:
        yield from _there(organisation, asked)


def _there(organisation: Organisation, asked: Employees) -> Iterator[tuple]:
    """Read as plain columns, since it may be everybody of a large house."""
    states = employees.states_of(organisation)
    idle = capfirst(str(STATES[employees.IDLE]))
    said = {number: capfirst(str(words)) for number, words in states.items()}
    roles = {
        role.value: capfirst(str(Membership.words_of(role, organisation)))
        for role in Membership.Role
    }
    of_people = ("user__last_name", "user__first_name", "user__email", "user__trade")
    places = employees.places_of(organisation)
    rows = (
        asked.members()
        .order_by(*employees.BY_NAME)
        .values_list(*of_people, "role", "user", "created_at")
    )
    for *person, role, number, since in rows:
        where = places.get(number, ("", ""))
        yield *person, *where, roles[role], said.get(number, idle), _day(since)


def _invited(one: Invitation) -> tuple:
    facts = one.facts if hasattr(one, "facts") else None
    team, site = (facts.team, str(facts.site or "")) if facts else ("", "")
    return (
        one.last_name,
        one.first_name,
        one.email,
        "",
        team,
        site,
        _role(one),
        capfirst(str(STATES[INVITED])),
        _day(one.sent_at),
    )


def _gone(one: PastMembership) -> tuple:
    named = ("", str(one.user)) if one.user.closed_at else (one.user.last_name, one.user.first_name)
    return (*named, "", "", "", "", _role(one), capfirst(str(STATES[LEFT])), _day(one.left_at))


def _role(one: Membership | Invitation | PastMembership) -> str:
    return capfirst(str(one.role_words))


def _day(at: Any) -> Any:
    return timezone.localtime(at).date()
