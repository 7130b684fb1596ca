"""What kind of public body is it?"""

from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import authorities
from accounts.levels import OF_AUTHORITIES, AuthorityLevel
from accounts.models import Organisation
from marketplace.actions.desk.authorities import ASKS, LENDS
from marketplace.forms.fields import field_of


class AuthorityForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        help_text=_("What it covers follows from its number and from the commune of its seat."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(level.value, _said(level, organisation)) for level in OF_AUTHORITIES]
        others = [
            (ASKS, _("Another public body, which asks for help: a CCAS, a school, a hospital…")),
            (LENDS, _("Another public body, which lends its people: a university, a ministry…")),
        ]
        field_of(self, "choice", forms.ChoiceField).choices = [*choices, *others]
        self.initial.setdefault("choice", _now(organisation))


def _now(organisation: Organisation) -> str:
    if organisation.level == AuthorityLevel.OTHER:
        return ASKS if organisation.may_ask else LENDS
    return organisation.level or (authorities.level_found(organisation.siren) or "")


def _said(level: AuthorityLevel, organisation: Organisation) -> str:
    """The level with what it would cover: its name, and how many communes or inhabitants."""
    covered = authorities.covered(level, organisation)
    name = authorities.name_of(level, organisation)
    if level == AuthorityLevel.COMMUNE:
        people = number_format(organisation.commune.population, 0, force_grouping=True)
        detail = _("%(name)s, %(number)s inhabitants") % {"name": name, "number": people}
    else:
        count = covered.count()
        number = number_format(count, 0, force_grouping=True)
        said = ngettext("%(name)s, %(number)s commune", "%(name)s, %(number)s communes", count)
        detail = said % {"name": name, "number": number}
    return f"{str(level.label).capitalize()} ({detail})"
