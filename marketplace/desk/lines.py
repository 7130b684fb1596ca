"""A line of the desk in words: what, why it waits, since when, who is in charge, and the next act."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from marketplace.desk.line import Key, Line, all_of, in_charge, within
from marketplace.desk.sources import (
    AMENDMENT_WAITS,
    LATE,
    NOBODY_ASKED,
    PROPOSAL_SLEEPS,
    RANKS,
    SILENCE,
    SOON,
    refused_since,
)
from marketplace.matching.definition import STRENGTHS
from marketplace.models import (
    Amendment,
    Case,
    Chase,
    Eligibility,
    FollowUp,
    KeptMatch,
    MessageReport,
    Mission,
    Need,
    Proposal,
    Side,
)
from marketplace.rules import readings
from marketplace.rules.next_acts import PATIENCE
from marketplace.states import MissionStatus
from notifications.models import SuppressedAddress

CHASED = {
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.DELIVERED,
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
}


def of(keys: Iterable[Key]) -> list[Line]:
    """In the order given. What has gone since the order was made is left out."""
    wanted: dict[Callable, dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    keys = list(keys)
    for kind, number, rank in keys:
        wanted[MAKERS[kind]][kind][number] = RANKS[rank]
    made: dict[tuple[str, int], Line] = {}
    for maker, ranks in wanted.items():
        for line in maker(ranks):
            made[line.kind, line.number] = line
    return [made[kind, number] for kind, number, _rank in keys if (kind, number) in made]


# --- one maker a noun, so that a page asks once for each -----------------------------------------
def _needs(ranks):
    rows = (
        Need.objects.filter(pk__in=all_of(ranks))
        .select_related("organisation", "coordinator", "operator")
        .annotate(fit=_fitting(), fit_best=_fitting(score__gte=STRENGTHS[-1]))
        .annotate(promised=readings.days_promised())
    )
    for kind, numbers in ranks.items():
        for need in (row for row in rows if row.pk in numbers):
            alone = kind == "alone"
            yield Line(
                kind=kind,
                number=need.pk,
                what=need.title,
                why=_who_fits(need) if alone else _("A need to qualify"),
                since=need.published_at if alone else need.submitted_at,
                url=reverse("desk-need" if alone else "need-qualify", args=[need.pk]),
                act=_("Find someone") if alone else _("Qualify"),
                urgency=numbers[need.pk],
                expected=within(NOBODY_ASKED) if alone else _promised(need),
                who=need.organisation.name,
                story=reverse("organisation-story", args=[need.organisation_id]),
                **in_charge(need),
            )


def _promised(row) -> str:
    """How soon somebody counts on being read."""
    return _("expected %(within)s") % {"within": readings.in_words({int(row.promised)})}


def _fitting(**better) -> Subquery:
    """How many lines the kept list of a need holds."""
    kept = KeptMatch.objects.filter(need=OuterRef("pk"), side=Side.NEED, **better)
    return Subquery(kept.order_by().values("need").annotate(n=Count("pk")).values("n"))


def _who_fits(need) -> str:
    """Whether somebody could be asked at once, or the need itself has to be looked at."""
    if not need.fit:
        return _("Nobody has been asked yet, and nobody meets every condition")
    told = ngettext(
        "Nobody has been asked yet: %(n)s person meets every condition",
        "Nobody has been asked yet: %(n)s people meet every condition",
        need.fit,
    ) % {"n": need.fit}
    best = need.fit_best or 0
    if not best:
        return told
    return f"{told}, " + ngettext("%(n)s of them very well", "%(n)s of them very well", best) % {
        "n": best
    }


def _organisations(ranks):
    """To be verified, or to be believed about the receipts they may give: one question for both."""
    said = Eligibility.objects.filter(organisation=OuterRef("pk")).order_by("-pk")
    rows = (
        Organisation.objects.filter(pk__in=all_of(ranks))
        .with_handing_in()
        .select_related("referent__coordinator", "referent__operator")
        .annotate(said=Subquery(said.values("status")[:1]))
        .annotate(said_at=Subquery(said.values("declared_at")[:1]))
        .annotate(promised=readings.days_promised())
    )
    for kind, numbers in ranks.items():
        for organisation in (row for row in rows if row.pk in numbers):
            tell = _receipts if kind == "receipts" else _verification
            yield Line(
                kind=kind,
                number=organisation.pk,
                what=organisation.name,
                urgency=numbers[organisation.pk],
                expected=within(LATE) if kind == "receipts" else _promised(organisation),
                story=reverse("organisation-story", args=[organisation.pk]),
                **tell(organisation),
                **in_charge(getattr(organisation, "referent", None)),
            )


def _verification(organisation) -> dict[str, Any]:
    return {
        "why": _("An organisation to verify"),
        "since": organisation.handed_in_at,
        "url": reverse("organisation-verify", args=[organisation.pk]),
        "act": _("Verify"),
        "who": organisation.get_kind_display(),
    }


def _receipts(organisation) -> dict[str, Any]:
    status = Eligibility.Status(organisation.said).label
    return {
        "why": _("Tax receipts to check: %(status)s") % {"status": status},
        "since": organisation.said_at,
        "url": reverse("eligibility", args=[organisation.pk]),
        "act": _("Check"),
    }


def _with_chases(rows: QuerySet, field: str) -> QuerySet:
    last = Chase.objects.filter(**{field: OuterRef("pk")}).order_by("-pk")
    return rows.annotate(
        chased_at=Subquery(last.values("at")[:1]),
        chased_by=Subquery(last.values("by__first_name")[:1]),
    )


def _proposals(ranks):
    rows = Proposal.objects.filter(pk__in=all_of(ranks)).select_related(
        "need__organisation",
        "need__coordinator",
        "need__operator",
        "offer__person",
        "offer__organisation",
    )
    for proposal in _with_chases(rows, "proposal"):
        need_is_silent = not proposal.has_yes_of(Side.NEED)
        silent = proposal.need.organisation.name if need_is_silent else proposal.offer.discreet_name
        yield Line(
            kind="proposal",
            number=proposal.pk,
            what=proposal.need.title,
            why=_("%(who)s hasn't answered the proposal") % {"who": silent},
            since=proposal.created_at,
            url=proposal.get_absolute_url(),
            act=_("Chase"),
            chases=True,
            urgency=ranks["proposal"][proposal.pk],
            expected=within(PROPOSAL_SLEEPS),
            who=proposal.need.organisation.name,
            chased_at=proposal.chased_at,
            chased_by=proposal.chased_by or "",
            story=reverse("organisation-story", args=[proposal.need.organisation_id]),
            **in_charge(proposal.need),
        )


def _stuck(mission: Mission) -> tuple[str, str]:
    """Why, and the verb of what a coordinator does about it."""
    own = {
        MissionStatus.FRAMING: (_("The sheet of the mission isn't agreed yet"), _("Introduce")),
        MissionStatus.AGREEMENT: (_("The employer hasn't agreed yet"), _("Chase")),
        MissionStatus.DOCUMENTS: (_("Documents wait for signatures"), _("Get it signed")),
        MissionStatus.LEFT: (_("Whoever came has left the company"), _("Say what comes next")),
        MissionStatus.DISPUTED: (_("The two sides don't agree"), _("Mediate")),
        MissionStatus.DELIVERED: (_("Delivered, and no reviews yet"), _("Chase")),
        MissionStatus.REVIEWED: (_("The company hasn't declared the value"), _("Chase")),
        MissionStatus.VALUED: (_("The value is declared: the receipt is left"), _("Chase")),
    }
    return own[MissionStatus(mission.status)]


def _missions(ranks):
    rows = Mission.objects.filter(pk__in=all_of(ranks)).select_related(
        "need__organisation", "coordinator", "operator"
    )
    for mission in _with_chases(rows, "mission"):
        why, act = _stuck(mission)
        yield Line(
            kind="mission",
            number=mission.pk,
            what=mission.need.title,
            why=why,
            since=mission.moved_at,
            url=mission.get_absolute_url(),
            act=act,
            chases=mission.status in CHASED,
            urgency=ranks["mission"][mission.pk],
            expected=within(PATIENCE[MissionStatus(mission.status)]),
            who=mission.need.organisation.name,
            chased_at=mission.chased_at,
            chased_by=mission.chased_by or "",
            story=reverse("organisation-story", args=[mission.need.organisation_id]),
            **in_charge(mission),
        )


def _amendments(ranks):
    rows = Amendment.objects.filter(pk__in=all_of(ranks)).select_related(
        "mission__need__organisation", "mission__coordinator", "mission__operator"
    )
    for amendment in rows:
        mission = amendment.mission
        yield Line(
            kind="amendment",
            number=amendment.pk,
            what=mission.need.title,
            why=_awaited(amendment),
            since=amendment.proposed_at,
            url=amendment.get_absolute_url(),
            act=_("Get it signed"),
            urgency=ranks["amendment"][amendment.pk],
            expected=within(AMENDMENT_WAITS),
            who=mission.need.organisation.name,
            story=reverse("organisation-story", args=[mission.need.organisation_id]),
            can_change_hands=False,
            **in_charge(mission),
        )


def _awaited(amendment: Amendment) -> str:
    if amendment.mission.ends_on < timezone.localdate():
        return _(
            "%(amendment)s is awaited, and the end in force has passed: hours have stopped"
        ) % {"amendment": amendment}
    if amendment.waits_for_employer_alone:
        return _("%(amendment)s waits for the employer's agreement") % {"amendment": amendment}
    return _("%(amendment)s waits for signatures") % {"amendment": amendment}


def _follow_ups(ranks):
    rows = FollowUp.objects.filter(pk__in=all_of(ranks)).select_related(
        "mission__need__organisation", "mission__coordinator", "mission__operator", "asked"
    )
    for kind, numbers in ranks.items():
        for follow_up in (row for row in rows if row.pk in numbers):
            silent = kind == "silence"
            yield Line(
                kind=kind,
                number=follow_up.pk,
                what=follow_up.mission.need.title,
                why=_silence(follow_up) if silent else _worry(follow_up),
                since=follow_up.created_at if silent else follow_up.answered_at,
                url=follow_up.mission.get_absolute_url(),
                act=_("Get in touch") if silent else _("Step in"),
                urgency=numbers[follow_up.pk],
                expected=within(SILENCE) if silent else "",
                who=follow_up.mission.need.organisation.name,
                story=reverse("organisation-story", args=[follow_up.mission.need.organisation_id]),
                **in_charge(follow_up.mission),
            )


def _silence(follow_up: FollowUp) -> str:
    first = follow_up.kind == FollowUp.Kind.FIRST_WEEK
    question = _("How is it going?") if first else _("Your review")
    return _("%(who)s hasn't answered “%(question)s”") % {
        "who": follow_up.asked,
        "question": question,
    }


def _worry(follow_up: FollowUp) -> str:
    return _("%(who)s answered: %(answer)s") % {
        "who": follow_up.asked,
        "answer": follow_up.get_answer_display(),
    }


def _cases(ranks):
    for case in Case.objects.with_what_lists_show().filter(pk__in=all_of(ranks)):
        person = case.in_charge
        yield Line(
            kind="case",
            number=case.pk,
            what=case.title,
            why=_("A case: %(reason)s") % {"reason": case.get_reason_display()},
            since=case.opened_at,
            url=case.get_absolute_url(),
            act=_("Mediate"),
            urgency=ranks["case"][case.pk],
            expected="" if case.reason == Case.Reason.HELP else within(LATE),
            who=case.structure.name,
            story=reverse("organisation-story", args=[case.structure.pk]),
            in_charge=person.get_full_name() if person else "",
            can_change_hands=False,
        )


def _reports(ranks):
    rows = MessageReport.objects.filter(pk__in=all_of(ranks)).select_related(
        "message__thread__proposal__need__organisation",
        "message__thread__proposal__need__coordinator",
        "message__thread__proposal__need__operator",
        "message__thread__need__organisation",
        "message__thread__need__coordinator",
        "message__thread__need__operator",
    )
    for report in rows:
        need = report.message.thread.subject
        yield Line(
            kind="report",
            number=report.pk,
            what=need.title,
            why=_("A message is reported: %(reason)s") % {"reason": report.get_reason_display()},
            since=report.created_at,
            url=report.get_absolute_url(),
            act=_("Read it"),
            urgency=ranks["report"][report.pk],
            expected=within(SOON),
            who=need.organisation.name,
            story=reverse("person-story", args=[report.message.author_id]),
            can_change_hands=False,
            **in_charge(need),
        )


def _unreachable(ranks):
    mark = SuppressedAddress.objects.filter(address=OuterRef("email"))
    rows = User.objects.filter(pk__in=all_of(ranks)).annotate(
        refused_at=refused_since(), refused_because=Subquery(mark.values("reason")[:1])
    )
    for person in rows:
        yield Line(
            kind="unreachable",
            number=person.pk,
            what=person.get_full_name(),
            why=_("Our letters don't reach them: %(reason)s") % {"reason": person.refused_because},
            since=person.refused_at,
            url=reverse("person-story", args=[person.pk]),
            act=_("Get in touch"),
            urgency=ranks["unreachable"][person.pk],
            expected=within(LATE),
            can_change_hands=False,
        )


MAKERS: dict[str, Callable] = {
    "case": _cases,
    "help": _follow_ups,
    "report": _reports,
    "silence": _follow_ups,
    "need": _needs,
    "alone": _needs,
    "organisation": _organisations,
    "receipts": _organisations,
    "proposal": _proposals,
    "mission": _missions,
    "amendment": _amendments,
    "unreachable": _unreachable,
}
