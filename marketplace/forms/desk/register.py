"""A finding of the register: a brake to lift, an enabler to spread."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole, User
from marketplace.forms.fields import SeveralField
from marketplace.models import Finding, Mission, Offer, factors
from marketplace.rules import audience

LATEST = 60


class FindingForm(forms.ModelForm):
    """A finding. `missions` offers those whose reviews name it, then the latest of the pôle."""

    reason = forms.CharField(
        label=_("A word on this change"), max_length=300, required=False, help_text=_("If the state changes.")
    )  # fmt: skip

    class Meta:
        model = Finding
        fields = ["kind", "code", "title", "evidence", "actors", "action", "owner", "status", "missions"]  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect,
            "evidence": forms.Textarea(attrs={"rows": 4}),
            "action": forms.Textarea(attrs={"rows": 4}),
            "missions": forms.CheckboxSelectMultiple,
        }
        field_classes = {"missions": SeveralField}

    def __init__(
        self, *args: Any, pole: Pole, reader: User, met: QuerySet[Mission], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at_home = Offer.at_home_under(reader, at="offer__")
        self.fields["kind"].choices = Finding.Kind.choices  # type: ignore[attr-defined]
        self.fields["code"] = forms.ChoiceField(
            label=_("In the reviews"),
            required=False,
            choices=[
                ("", _("None of the list")),
                (_("Brakes"), factors.choices(factors.BRAKE)),
                (_("Enablers"), factors.choices(factors.ENABLER)),
            ],
        )
        self.fields["owner"].queryset = audience.coordinators_of(pole)  # type: ignore[attr-defined]
        self.fields["missions"].queryset = self._proposed(pole, met)  # type: ignore[attr-defined]
        if self.instance.pk:
            allowed = {self.instance.status, *self.instance.MOVES[self.instance.status]}
            states = Finding._meta.get_field("status").choices or ()
            self.fields["status"].choices = [  # type: ignore[attr-defined]
                (value, label) for value, label in states if value in allowed
            ]
        else:
            del self.fields["status"], self.fields["reason"]

    def _proposed(self, pole: Pole, met: QuerySet[Mission]) -> QuerySet[Mission]:
        latest = (
            Mission.objects.filter(need__pole=pole).order_by("-pk").values_list("pk", flat=True)
        )
        kept = list(self.instance.missions.values_list("pk", flat=True)) if self.instance.pk else []
        chosen = {*latest[:LATEST], *met.values_list("pk", flat=True)[:LATEST], *kept}
        return (
            Mission.objects.filter(~self.at_home, pk__in=chosen)
            .select_related("need__organisation")
            .order_by("-pk")
        )

    def clean_missions(self) -> QuerySet[Mission]:
        """Those that were ticked, and those that were named before and aren't shown to this reader: they stay."""
        chosen = self.cleaned_data["missions"]
        if not self.instance.pk:
            return chosen
        kept = self.instance.missions.filter(self.at_home)
        return Mission.objects.filter(Q(pk__in=chosen.values("pk")) | Q(pk__in=kept.values("pk")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        factor = factors.all_factors().get(cleaned.get("code", ""))
        if factor and cleaned.get("kind") and factor.kind != cleaned["kind"]:
            self.add_error(
                "code", _("This one is of the other kind: choose a brake for a brake, an enabler for an enabler.")
            )  # fmt: skip
        return cleaned
