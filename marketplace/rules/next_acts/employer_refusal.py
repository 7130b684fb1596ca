"""What the employer's answer asks of the two sides, where it didn't agree to the mission as it stands."""

from django.utils.translation import gettext as _

from marketplace.models import Agreement, Mission


def of(mission: Mission) -> str:
    """What the employer's answer to this version of the sheet asks for; "" where it didn't refuse it."""
    said = {
        row.answer
        for row in mission.agreements.all()
        if row.amendment_id is None and row.voided_at is None
    }
    if Agreement.Answer.OTHER_DATES in said:
        return _("The employer would rather have other dates: change them on the sheet.")
    if Agreement.Answer.NO in said:
        return _("The employer hasn’t agreed: change the sheet, or stop the mission.")
    return ""
