"""What an amendment may not change: it stays within the law's length, the hours already given, a renewal that
follows, and the quota."""

from django.db.models import Max, Min
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import spoken
from common.numbers import chosen_by
from marketplace.actions.missions import agreements
from marketplace.actions.refusals import NotYet
from marketplace.models import Amendment, HoursEntry, Mission
from marketplace.rules import below_cost, lengths, teams


def require_legal_length(mission: Mission) -> None:
    """Raises NotYet when the mission is longer than the law allows, by itself or with the whole chain of missions
    that it renews."""
    if why := lengths.too_long(mission):
        raise NotYet(why)


def require_possible(amendment: Amendment) -> None:
    """Raises NotYet with the sentence, before anything is written or sent."""
    mission = amendment.amended()
    if mission.ends_on < mission.starts_on:
        raise NotYet(_("The end comes before the beginning."))
    before = amendment.mission
    if mission.ends_on > before.ends_on or mission.starts_on < before.starts_on:
        # What both have signed stands: a length that was lawful then isn't asked about again.
        require_legal_length(mission)
    _require_beside(mission)
    _require_hours_given(mission)
    if why := below_cost.refusal_of_amended(mission):
        raise NotYet(why)
    if amendment.asks_employer:
        agreements.require_quota_of(mission)


def _require_beside(mission: Mission) -> None:
    """The dates may overlap neither the mission that this one renews, nor the one that renews it."""
    before = mission.renewed_from
    if before and mission.starts_on <= before.ends_on:
        raise NotYet(_("The renewal starts before the mission it goes on with has ended."))
    after = Mission.objects.filter(renewed_from=mission, interrupted_at=None).first()
    if after and after.starts_on <= mission.ends_on:
        raise NotYet(
            _("A renewal starts on %(day)s: this mission ends before.")
            % {"day": spoken(after.starts_on, "j F Y")}
        )


def _require_hours_given(mission: Mission) -> None:
    """The hours already written have to fit into the amended hours and dates."""
    given = HoursEntry.objects.filter(mission=mission)
    span, total = given.aggregate(first=Min("day"), last=Max("day")), given.total()
    if total > mission.sheet.hours:
        raise NotYet(
            ngettext(
                "%(total)s hour is written already: the amendment can’t give fewer.",
                "%(total)s hours are written already: the amendment can’t give fewer.",
                chosen_by(total),
            )
            % {"total": number_format(total.normalize(), use_l10n=True)}
        )
    if shared := teams.too_many_hours(mission):
        parts = mission.sheet.hours + shared
        raise NotYet(
            ngettext(
                "%(total)s hour is shared out among the people of the team: their parts are lowered first.",
                "%(total)s hours are shared out among the people of the team: their parts are lowered first.",
                parts,
            )
            % {"total": parts}
        )
    for day in (span["first"], span["last"]):
        if day and not mission.starts_on <= day <= mission.ends_on:
            raise NotYet(
                _("Hours are written on %(day)s: the amendment’s dates have to hold that day.")
                % {"day": spoken(day, "j F Y")}
            )
