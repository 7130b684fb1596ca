"""The forms of a report: what it is of, its chapters, its targets, who supports the pôle."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.forms.logos import LogoField
from accounts.models import Organisation, Pole, Seat, User
from marketplace.actions.desk.report_figures import LABELS
from marketplace.figures.told_missions import Told
from marketplace.forms.fields import WholeField, field_of
from marketplace.models import CompanyProgramme, Mission, ReportChapter
from marketplace.models.desk.reports import LONGEST

MOST = 10**9


class BeginForm(forms.Form):
    """Of what: the pôle, one of the reader's own operators, a département, a programme that has missions here."""

    of = forms.ChoiceField(label=_("Of what?"), required=False)

    def __init__(self, *args: Any, pole: Pole, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.held_by(reader).filter(pole=pole)
        mine = Organisation.objects.filter(pk__in=seats.values("operator")).order_by("name", "pk")
        here = Mission.objects.filter(programme=OuterRef("pk"), need__pole=pole)
        lent = CompanyProgramme.objects.filter(Exists(here)).select_related("organisation")
        field_of(self, "of", forms.ChoiceField).choices = [
            ("", _("The whole pôle")),
            (_("Operators"), [(f"operator={one.pk}", str(one)) for one in mine]),
            (_("Départements"), [(f"department={one.pk}", str(one)) for one in pole.departments.all()]),
            (_("Programmes of companies"), [(f"programme={one.pk}", f"{one} – {one.organisation}") for one in lent]),
        ]  # fmt: skip

    @property
    def chosen(self) -> dict[str, str]:
        """As fields of the report, by the number of what was chosen."""
        name, _sign, number = self.cleaned_data["of"].partition("=")
        return {f"{name}_id": number} if name else {}


class ChapterForm(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=MOST, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False,
        help_text=_("Left empty, the title stays as the site gives it."),
    )  # fmt: skip
    above = forms.CharField(
        label=_("Your words, above"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("An empty line begins a new paragraph."),
    )  # fmt: skip
    below = forms.CharField(
        label=_("Your words, below"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    shown = forms.TypedMultipleChoiceField(
        label=_("Stories that are shown"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only those to which all who are named agree today. Whoever changes their mind is gone from here at once."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, chapter: ReportChapter, stories: Sequence[Told] = (), **kwargs: Any
    ) -> None:
        """`stories` are those that may be told today."""
        super().__init__(*args, **kwargs)
        self._before = chapter.left_out
        if chapter.is_only_words:
            self.fields["above"].label = _("Your words")
            del self.fields["below"]
        if stories:
            field_of(self, "shown", forms.TypedMultipleChoiceField).choices = [
                (told.mission, told.title) for told in stories
            ]
            self._offered = {told.mission for told in stories}
        else:
            del self.fields["shown"]
            self._offered = set()

    @property
    def said(self) -> dict[str, Any]:
        """What the act is told; a story that isn't offered today stays left out as it was."""
        data = self.cleaned_data
        left_out = set(self._before)
        if "shown" in self.fields:
            left_out = (left_out - self._offered) | (self._offered - set(data["shown"]))
        words = {name: data.get(name, "") for name in ("title", "above", "below")}
        return words | {"left_out": sorted(left_out)}


def with_theirs(said: Mapping[str, Any], theirs: ReportChapter) -> dict[str, Any]:
    """Both texts, one after the other. Raises ValidationError when they are too long together."""
    joined = dict(said)
    for name in ("above", "below"):
        other, mine = getattr(theirs, name), said[name]
        both = [other, mine] if mine.strip() != other.strip() else [mine]
        joined[name] = "\n\n".join(text for text in both if text.strip())
        if len(joined[name]) > LONGEST:
            raise ValidationError(
                _("Both texts together are longer than %(n)s letters: shorten one of them."),
                params={"n": LONGEST},
            )
    joined["title"] = said["title"] or theirs.title
    return joined


class TargetsForm(forms.Form):
    """A field for each figure of which a target may be set; without a number there is none."""

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in codes:
            self.fields[code] = WholeField(
                label=LABELS[code], required=False, min_value=1, max_value=MOST
            )


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.CharField(
        label=_("What they do for the pôle"), max_length=160, required=False,
        help_text=_("For instance: supports the pôle since 2024."),
    )  # fmt: skip
    logo = LogoField(
        label=_("Logo"), required=False,
        help_text=_("PNG, JPEG, WebP or GIF, three megabytes at the most."),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("They agree that their name and their logo stand in the reports of the pôle")
    )
