"""Under which programme of its employer a mission goes: the field of whoever asks the employer or names a team."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketplace.forms.fields import field_of
from marketplace.models import CompanyProgramme, Mission


def programme_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        CompanyProgramme.objects.none(), label=_("Under which programme of the employer?"),
        required=False, empty_label=_("None"),
    )  # fmt: skip


def offer_programmes(
    form: forms.BaseForm, mission: Mission, house: Organisation, *, is_chosen: bool
) -> None:
    """Give the field the house's programmes of today, or take it away where there is none. `is_chosen`: the question was
    answered before; its answer comes back as it was, even where that programme has closed since."""
    found = house.programmes.open_on(timezone.localdate())
    if is_chosen and mission.programme_id:
        found |= house.programmes.filter(pk=mission.programme_id)
    if not found:
        del form.fields["programme"]
        return
    field_of(form, "programme", forms.ModelChoiceField).queryset = found
    # Never imposed: outside a programme the manager and the company decide case by case.
    only = found[0].pk if len(found) == 1 and not is_chosen else None
    form.initial.setdefault("programme", mission.programme_id or only)
