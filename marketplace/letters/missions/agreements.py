"""The letters about the employer's agreement."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import Agreement
from marketplace.rules import audience, managers, permissions
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for


def _answered(letter: Notification, *, agreement: int, **_parts: object) -> str:
    waits = Agreement.objects.waiting().filter(pk=agreement)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def _not_asked(letter: Notification, *, agreement: int, **_parts: object) -> str:
    """Why the manager's link needn't leave: it is answered, or opens nothing for its reader today. "" otherwise."""
    waiting = Agreement.objects.waiting().filter(expires_at__gt=timezone.now())
    asked = waiting.exclude(token=None).filter(pk=agreement).first()
    if asked is None or not asked.mission.is_live:
        return gettext_noop("Answered meanwhile")
    return gettext_noop("No longer open") if managers.why_not_today(asked) else ""


def _asked_again(letter: Notification, *, agreement: int) -> str:
    """Why the employer's refusal needn't be told any more: it was asked anew, or the reader has left it. They may see the
    mission as one of the structure's by now, which never reads its reason. "" otherwise."""
    refused = Agreement.objects.filter(pk=agreement).select_related("mission__offer__organisation")
    newer = Agreement.objects.filter(
        mission__in=refused.values("mission"), member=None, pk__gt=agreement
    )
    if newer.exists():
        return gettext_noop("Answered meanwhile")
    company = refused[0].mission.offer.organisation if refused else None
    reader = letter.recipient
    gone = company is not None and reader is not None and not reader.belongs_to(company)
    return gettext_noop("No longer theirs") if gone else ""


ASKED = Key("agreement:{agreement}:asked:")
# Its link answers in the manager's name.
AGREEMENT_ASKED = Letter(
    "agreement_asked", ASKED + "{times}", asks=True, secret=True, moot=_not_asked
)
AGREEMENT_FOR_COMPANY = Letter(
    "agreement_for_company", Key("agreement:{agreement}:company"), MISSIONS, asks=True, moot=_answered
)  # fmt: skip
ANSWERED_NO = Key("agreement:{agreement}:answer")
AGREEMENT_REFUSED = Letter("agreement_refused", ANSWERED_NO, MISSIONS, asks=True, moot=_asked_again)
AGREEMENT_REFUSED_STRUCTURE = Letter("agreement_refused_structure", ANSWERED_NO, MISSIONS)
AGREEMENT_REFUSED_TEAM = Letter(
    "agreement_refused_team", ANSWERED_NO, MISSIONS, moot=_asked_again
)  # fmt: skip
AGREEMENT_GIVEN = Letter("agreement_given", Key("agreement:{agreement}:given"), MISSIONS)


def agreement_asked(agreement: Agreement, token: str) -> None:
    """Send the link that lets its reader answer. The letter of an earlier link that hasn't left is cancelled."""
    ASKED.cancel(agreement=agreement, reason="A newer link replaces it")
    with override(language_for(agreement.email)):
        AGREEMENT_ASKED.write_to(
            agreement.email,
            url=reverse("agreement", args=[token]),
            times=agreement.sent_count,
            expires_at=agreement.expires_at,
            agreement=agreement,
            hours=agreement.hours,
            mission=agreement.subject,
        )


def agreement_for_company(agreement: Agreement) -> None:
    mission = agreement.mission
    company = mission.offer.organisation
    assert company is not None, "only a company is asked after the manager"
    in_charge = list(audience.in_charge_at(company))
    answer = [one for one in in_charge if permissions.can_answer_for_company(one, mission)]
    AGREEMENT_FOR_COMPANY.tell(
        answer or in_charge,  # who may not answer reads on its page that somebody else has to
        url=reverse("mission-agreement", args=[agreement.mission_id]),
        agreement=agreement,
        mission=mission,
    )


def agreement_refused(agreement: Agreement) -> None:
    """Tell the offer's side that the employer said no or proposed other dates, with the
    reason, each of its team too, and the structure that the mission is framed anew.

    The structure never reads the employer's reason. It may be the one who asked about an
    amendment, so whoever asked isn't told here then: the amendment's own letter says that
    it has fallen.
    """
    mission = agreement.mission
    asked = [] if agreement.amendment else [agreement.asked_by]
    AGREEMENT_REFUSED.tell(
        [*audience.offering(mission.offer), *asked],
        url=mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
    )
    _refused_to_team(agreement)
    if agreement.amendment:
        return
    AGREEMENT_REFUSED_STRUCTURE.tell(
        [*audience.structure(mission.need), *audience.who_hears(mission)],
        url=mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=mission,
        by_manager=agreement.asked == Agreement.Asked.MANAGER,
    )


def _refused_to_team(agreement: Agreement) -> None:
    """Tell those who are in the team by name; the reason is for those who have said that they come."""
    for member in agreement.mission.team.in_it().select_related("person"):
        AGREEMENT_REFUSED_TEAM.tell(
            [member.person],
            url=member.get_absolute_url(),
            but=agreement.answered_by,
            agreement=agreement,
            member=member,
            mission=agreement.mission,
            reason=agreement.reason if member.comes else "",
        )


def agreement_given(agreement: Agreement) -> None:
    AGREEMENT_GIVEN.tell(
        both_sides(agreement.mission),
        url=agreement.mission.get_absolute_url(),
        but=agreement.answered_by,
        agreement=agreement,
        mission=agreement.mission,
    )
