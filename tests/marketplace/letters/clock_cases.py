"""For each act of the clock: two rows that are due, how the first is poisoned, and how one sees that a row was done."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership
from marketplace import ranking
from marketplace.actions.missions import hours
from marketplace.models import (
    Agreement,
    Case,
    ConsentRequest,
    FollowUp,
    HoursEntry,
    KeptMatch,
    Mission,
    Need,
    Offer,
    Proposal,
    Reckoning,
    Reminder,
    Responsiveness,
    Solicitation,
    ToldMatch,
)
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus
from tests.factories import (
    in_days,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.letters.carrying_cases import carriers_asked, joinings_asked
from tests.marketplace.letters.keeping_cases import kept_long_enough, names_left, unseen_people
from tests.marketplace.letters.paper_cases import (
    amendments_overdue,
    copies_over,
    receipts_of_a_year,
    values_to_declare,
    vault,
)
from tests.marketplace.letters.post_cases import (
    OF_ACCOUNTS,
    absences_over,
    asked_in_turn,
    asked_poles,
    carried_notes,
    changed_addresses,
    dispatch,
    joiners_told,
    leavings_due,
    letters,
    lists_unread,
    mailings_due,
    moved_needs,
    old_letters,
    rounds_to_close,
    seats_asked,
    summaries,
    unclaimed_behalves,
    visits_over,
)
from tests.marketplace.letters.seat_cases import seats_kept_in_vain
from tests.marketplace.letters.waiting_cases import places_kept_in_vain
from tests.poison import Due, ago, by_row, poisoned


def by_reminder(start: str):
    return poisoned("INSERT", Reminder, f"NEW.key LIKE '{start}%'")


def said(start: str) -> bool:
    return Reminder.objects.filter(key__startswith=start).exists()


# --- marketplace ---------------------------------------------------------------------------
def expired_offers() -> Due:
    over = {"starts_on": in_days(-20), "ends_on": in_days(-1)}
    bad, good = make_offer(**over), make_offer(**over)
    return Due(
        bad,
        good,
        by_row("UPDATE", Offer, "id", bad),
        lambda row: Offer.objects.get(pk=row.pk).status == OfferStatus.EXPIRED,
    )


def running(**fields) -> Mission:
    dates = {"starts_on": in_days(-8), "started_at": ago(8), "ends_on": in_days(90)}
    return make_mission(**{"status": MissionStatus.RUNNING} | dates | fields)


def follow_ups() -> Due:
    bad, good = running(), running()
    return Due(
        bad,
        good,
        by_row("INSERT", FollowUp, "mission_id", bad),
        lambda row: FollowUp.objects.filter(mission=row).exists(),
    )


def silent_follow_ups() -> Due:
    late = {"starts_on": in_days(-60), "ends_on": in_days(-20)}
    bad, good = running(**late), running(**late)
    return Due(
        bad,
        good,
        by_row("INSERT", Case, "mission_id", bad),
        lambda row: Case.objects.filter(mission=row).exists(),
    )


def reminders() -> Due:
    bad, good = make_proposal(created_at=ago(5)), make_proposal(created_at=ago(5))
    return Due(
        bad,
        good,
        by_reminder(f"proposal:{bad.pk}:"),
        lambda row: said(f"proposal:{row.pk}:"),
    )


def readings() -> Due:
    fields = {"status": NeedStatus.SUBMITTED, "submitted_at": ago(9)}
    bad, good = make_need(**fields), make_need(**fields)
    return Due(
        bad,
        good,
        by_reminder(f"need:{bad.pk}:read:"),
        lambda row: said(f"need:{row.pk}:read:"),
    )


def postponed() -> Due:
    later = {"status": ProposalStatus.DECLINED, "again_from": in_days(-1), "declined_side": "NEED"}
    bad, good = make_proposal(**later), make_proposal(**later)
    return Due(
        bad,
        good,
        by_row("UPDATE", Proposal, "id", bad),
        lambda row: Proposal.objects.get(pk=row.pk).status == ProposalStatus.CLOSED,
    )


def with_hours() -> Mission:
    mission, day = running(), in_days(-3)
    hours.write(
        mission, {day: (Decimal(3), "Atelier")}, person=mission.offer.person, today=in_days(0)
    )
    HoursEntry.objects.filter(mission=mission).update(created_at=ago(2))
    return mission


def hours_told() -> Due:
    bad, good = with_hours(), with_hours()
    return Due(
        bad,
        good,
        by_row("UPDATE", HoursEntry, "mission_id", bad),
        lambda row: HoursEntry.objects.get(mission=row).asked_at is not None,
    )


def hours_confirmed() -> Due:
    bad, good = with_hours(), with_hours()
    HoursEntry.objects.update(asked_at=ago(8))
    return Due(
        bad,
        good,
        by_row("UPDATE", HoursEntry, "mission_id", bad),
        lambda row: HoursEntry.objects.get(mission=row).confirmed_at is not None,
    )


def asked_manager() -> Agreement:
    mission = make_mission(work=True)
    return Agreement.objects.create(
        mission=mission,
        asked=Agreement.Asked.MANAGER,
        name="Odile Fabre",
        email="odile@example.org",
        token=f"{mission.pk:064}",
        sheet_version=1,
        asked_by=mission.offer.person,
        asked_at=ago(6),
        expires_at=timezone.localtime() + timedelta(days=8),
    )


def agreements() -> Due:
    bad, good = asked_manager(), asked_manager()
    return Due(
        bad,
        good,
        by_row("UPDATE", Agreement, "id", bad),
        lambda row: Agreement.objects.get(pk=row.pk).reminded_at is not None,
    )


def consents() -> Due:
    """Left to be asked by an update of the site."""
    bad, good = (
        ConsentRequest.objects.create(
            person=make_user(), kind="OFFER", about=offer.pk, asked_by=make_user(), words="…",
            language="fr",
        )
        for offer in (make_offer(), make_offer())
    )  # fmt: skip
    return Due(
        bad,
        good,
        by_row("UPDATE", ConsentRequest, "id", bad),
        lambda row: ConsentRequest.objects.get(pk=row.pk).sent_at is not None,
    )


def awaited_reviews() -> Due:
    over = {"status": MissionStatus.DELIVERED, "delivered_at": ago(22)}
    bad, good = running(**over), running(**over)
    return Due(
        bad,
        good,
        by_row("UPDATE", Mission, "id", bad),
        lambda row: Mission.objects.get(pk=row.pk).status == MissionStatus.CLOSED,
    )


def closings() -> Due:
    """Nothing is waited for any more: its reviews had their days."""
    done = {"status": MissionStatus.REVIEWED, "delivered_at": ago(22)}
    bad, good = running(**done), running(**done)
    return Due(
        bad,
        good,
        by_row("UPDATE", Mission, "id", bad),
        lambda row: Mission.objects.get(pk=row.pk).status == MissionStatus.CLOSED,
    )


def found_departures() -> Due:
    """On a mission of working time, for a company that they no longer belong to."""
    bad, good = running(work=True).offer, running(work=True).offer
    Membership.objects.filter(user__in=[bad.person, good.person]).delete()
    return Due(
        bad,
        good,
        by_row("UPDATE", Mission, "offer_id", bad),
        lambda row: Mission.objects.get(offer=row).status == MissionStatus.LEFT,
    )


def news() -> Due:
    bad, good = make_offer(published_at=ago(30)), make_offer(published_at=ago(30))
    make_need()
    ranking.refresh_due(timezone.now())
    return Due(
        bad,
        good,
        by_row("INSERT", Solicitation, "offer_id", bad),
        lambda row: ToldMatch.objects.filter(offer=row, side="OFFER").exists(),
    )


def still_true() -> Due:
    bad, good = make_need(published_at=ago(70)), make_need(published_at=ago(70))
    return Due(
        bad, good, by_reminder(f"need:{bad.pk}:fresh"), lambda row: said(f"need:{row.pk}:fresh")
    )  # fmt: skip


def drafts() -> Due:
    bad, good = make_need(status=NeedStatus.DRAFT), make_need(status=NeedStatus.DRAFT)
    Need.objects.update(updated_at=ago(60))
    return Due(
        bad,
        good,
        by_reminder(f"need:{bad.pk}:draft"),
        lambda row: said(f"need:{row.pk}:draft"),
    )


def lonely_needs() -> Due:
    bad, good = make_need(published_at=ago(50)), make_need(published_at=ago(50))
    return Due(
        bad,
        good,
        by_reminder(f"need:{bad.pk}:alone"),
        lambda row: said(f"need:{row.pk}:alone"),
    )


def quiet_organisations() -> Due:
    bad, good = (make_organisation(member=make_user(), created_at=ago(500)) for _ in range(2))
    return Due(
        bad, good, by_reminder(f"organisation:{bad.pk}:quiet"),
        lambda row: said(f"organisation:{row.pk}:quiet"),
    )  # fmt: skip


def responsiveness() -> Due:
    silent = {"status": ProposalStatus.UNANSWERED, "created_at": ago(30)}
    bad, good = (make_proposal(**silent).need.organisation for _ in range(2))
    return Due(
        bad,
        good,
        by_row("INSERT", Responsiveness, "organisation_id", bad),
        lambda row: Responsiveness.objects.filter(organisation=row).exists(),
        again=lambda: Responsiveness.objects.update(counted_on=in_days(-1)) and None,
    )


def matching() -> Due:
    make_offer()
    bad, good = make_need(), make_need()
    return Due(
        bad,
        good,
        poisoned("INSERT", KeptMatch, f"NEW.side = 'NEED' AND NEW.need_id = {bad.pk}"),
        lambda row: KeptMatch.objects.filter(side="NEED", need=row).exists(),
    )


def figures() -> Due:
    bad, good = make_pole("Un"), make_pole("Deux")
    return Due(
        bad,
        good,
        by_row("INSERT", Reckoning, "pole_id", bad),
        lambda row: Reckoning.objects.filter(pole=row, made_at__isnull=False).exists(),
    )


CASES: dict[str, Callable[[], Due]] = {
    "letters": letters,
    "summaries": summaries,
    "carried": carried_notes,
    "old-letters": old_letters,
    "expired-offers": expired_offers,
    "follow-ups": follow_ups,
    "silent-follow-ups": silent_follow_ups,
    "reminders": reminders,
    "readings": readings,
    "seats": seats_asked,
    "absences": absences_over,
    "visits": visits_over,
    "gatherings": seats_kept_in_vain,
    "waiters": places_kept_in_vain,
    "asked-in-turn": asked_in_turn,
    "carriers": carriers_asked,
    "joinings": joinings_asked,
    "asked-poles": asked_poles,
    "unclaimed": unclaimed_behalves,
    "postponed": postponed,
    "hours-told": hours_told,
    "hours-confirmed": hours_confirmed,
    "agreements": agreements,
    "amendments": amendments_overdue,
    "consents": consents,
    "awaited-reviews": awaited_reviews,
    "closings": closings,
    "values": values_to_declare,
    "departures": found_departures,
    "changed-addresses": changed_addresses,
    "moved-needs": moved_needs,
    "dispatch": dispatch,
    "news": news,
    "still-true": still_true,
    "drafts": drafts,
    "lonely-needs": lonely_needs,
    "quiet-organisations": quiet_organisations,
    "responsiveness": responsiveness,
    "receipts": receipts_of_a_year,
    "matching": matching,
    "figures": figures,
    "vault": vault,
    **OF_ACCOUNTS,
    "lists": lists_unread,
    "rounds": rounds_to_close,
    "joiners": joiners_told,
    "leavings": leavings_due,
    "data-copies": copies_over,
    "left-names": names_left,
    "mailings": mailings_due,
    "retention": kept_long_enough,
    "inactive": unseen_people,
}
# One DELETE, or several.
WITHOUT_ROWS = {"sessions", "erasures", "old-addresses", "typed-forms", "past-members", "journal", "calendars"}  # fmt: skip
