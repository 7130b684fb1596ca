"""What the employer's answer asks of the two sides, where it didn't agree to the mission as it stands."""

from django.utils.translation import gettext as _

from marketplace.models import Agreement, Mission


def of(mission: Mission) -> str:
    """What the employer's answer to this version of the sheet asks for; "" where it didn't refuse it."""
    match refused(mission):
        case Agreement(is_other_dates=True, is_for_manager=True):
            return _("The manager would rather have other dates: change them on the sheet.")
        case Agreement(is_other_dates=True):
            return _("The employer would rather have other dates: change them on the sheet.")
        case Agreement(is_for_manager=True):
            return _("The manager hasn’t agreed: change the sheet, or stop the mission.")
        case Agreement():
            return _("The employer hasn’t agreed: change the sheet, or stop the mission.")
    return ""


def task(mission: Mission) -> str:
    """The same, as what somebody has to do."""
    answer = refused(mission)
    if answer and answer.is_for_manager:  # the company hasn't been asked
        return _("change the sheet, since the manager hasn’t agreed to it")
    return _("change the sheet, since the employer hasn’t agreed to it")


def told(mission: Mission) -> str:
    """The same, for whoever coordinates: what holds the mission."""
    answer = refused(mission)
    if answer is None:
        return ""
    if answer.is_for_manager:
        return _("The manager hasn’t agreed to the sheet as it stands")
    return _("The employer hasn’t agreed to the sheet as it stands")


def refused(mission: Mission) -> Agreement | None:
    """The answer that didn't agree to this version of the sheet."""
    answers = (Agreement.Answer.OTHER_DATES, Agreement.Answer.NO)
    rows = [row for row in mission.agreements.all() if row.answer in answers]
    whole = [row for row in rows if not (row.amendment_id or row.member_id)]
    return next((row for row in whole if row.voided_at is None), None)
