"""The style page: every component with sample words, wide and narrow. With DEBUG only."""

from datetime import timedelta
from types import SimpleNamespace as Sample

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from config.templatetags.looks import STATE_LOOKS


class SampleForm(forms.Form):
    title = forms.CharField(
        label="Titre du besoin", help_text="Une phrase courte, comme vous la diriez au téléphone."
    )
    email = forms.EmailField(label="Adresse électronique")
    context = forms.CharField(label="Contexte", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label="Format", choices=[("", "Choisissez"), ("day", "Une journée")])
    starts_on = forms.DateField(
        label="À partir du", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    days = forms.IntegerField(label="Nombre de jours", help_text="Environ.", required=False)
    place = forms.ChoiceField(
        label="Où cela se passe-t-il ?",
        widget=forms.RadioSelect,
        choices=[
            ("site", "Sur place"),
            ("remote", "À distance"),
            ("both", "Les deux, selon les jours"),
        ],
    )
    causes = forms.MultipleChoiceField(
        label="Causes qui vous touchent",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Trois au plus.",
        choices=[
            ("Solidarité", [("food", "Aide alimentaire"), ("home", "Logement")]),
            ("Environnement", [("reuse", "Réemploi"), ("bike", "Mobilités douces")]),
        ],
    )
    document = forms.FileField(label="Logo", required=False)
    agree = forms.BooleanField(
        label="J’accepte que la coordination modifie la formulation",
        help_text="Vous relirez avant la publication.",
    )


def _with_icons(*pairs: tuple[str, str]) -> list[Sample]:
    return [Sample(icon=icon, words=words) for icon, words in pairs]


def _chips(*pairs: tuple[str, int]) -> list[Sample]:
    """Sample chips, the first of which is chosen."""
    return [
        Sample(label=label, url=f"?{number}", active=number == 0, count=count)
        for number, (label, count) in enumerate(pairs)
    ]


def _mission() -> dict:
    now = timezone.now()
    labels = ("Mise en relation", "Cadrage", "Accord", "Convention", "En cours", "Bilan")
    states = ("done", "done", "current", "todo", "todo", "todo")
    notes = ("12 novembre", "20 novembre", "À vous, avant mardi 8 décembre", "", "", "")
    return {
        "steps": [
            Sample(label=label, state=state, note=note)
            for label, state, note in zip(labels, states, notes, strict=True)
        ],
        "events": [
            Sample(
                at=now, words="Le Jardin des Possibles a proposé trois dates.", by="Inès Vasseur"
            ),
            Sample(
                at=now - timedelta(days=2),
                words="La coordination a mis en relation les deux parties.",
                by="",
            ),
            Sample(at=now - timedelta(days=6), words="Besoin publié.", by="Amélie Carpentier"),
        ],
        "now": now,
        "said": "Bonjour ! Seriez-vous libre un mardi ?\nNous sommes à deux pas de la gare.",
    }


@login_not_required
def style_page(request: HttpRequest) -> HttpResponse:
    """Show every component that docs/design.md names."""
    wrong = SampleForm({"title": "", "email": "camille", "causes": ["nothing"]})
    context = {
        "states": [(state, state.capitalize().replace("_", " ")) for state in STATE_LOOKS],
        "form": SampleForm(),
        "wrong": wrong,
        "reasons": _with_icons(
            ("puzzle", "2 compétences sur 3"),
            ("geo-alt", "à 12 km"),
            ("calendar-event", "libre en mars"),
            ("heart", "insertion, comme vous"),
        ),
        "missing": _with_icons(("puzzle", "il manque : référencement naturel")),
        "facts": _with_icons(
            ("geo-alt", "Lille ou à distance"),
            ("calendar-event", "avant mars"),
            ("clock", "environ 6 jours"),
        ),
        "page": Paginator(range(400), 10).page(7),
        "chips": _chips(("Tout", 27), ("En retard", 4), ("À qualifier", 9)),
        **_mission(),
    }
    return render(request, "style.html", context)
