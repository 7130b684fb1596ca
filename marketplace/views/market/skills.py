"""The skills picker: what htmx swaps while somebody writes, and the proposals of skills that the list lacks."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from marketplace.actions.market import skill_edits
from marketplace.actions.refusals import NotYet
from marketplace.forms.market import skills
from marketplace.forms.market.skills import Picker, SkillProposalForm

TEXTS = ("title", "context", "deliverable", "trade", "about")


def texts_of(data: Mapping[str, Any]) -> list[str]:
    return [data.get(name) or "" for name in TEXTS]


def as_typed(form: BaseForm) -> dict:
    """The form's values as they are in the request, to show the form again without checking it."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def posted_picker(request: SignedInRequest) -> Picker:
    """The picker as the request holds it. Its button “none of these” sends a proposal to the administrators;
    nothing else is saved."""
    texts = texts_of(request.POST)
    found = skills.from_post(request.POST, texts)
    if _reads_a_need(request):
        skills.tick_what_is_sure(found, texts)
    if asked := request.POST.get("propose"):
        field = "own_words" if asked == "own_words" else "skill_query"
        text = request.POST.get(field, "")
        try:
            found.proposed = skill_edits.propose(
                text, context="\n".join(filter(None, texts)), by=request.user
            ).text
        except NotYet as refusal:
            found.error = str(refusal)
    return found


def _reads_a_need(request: SignedInRequest) -> bool:
    """Whether the words of a need are read anew, rather than its chips changed or the need sent."""
    asked = request.POST
    asks_chips = asked.get("chips") == "yes" and asked.get("asks_required") == "yes"
    is_sent = bool({"next", "back", "later", "who", "submit"} & set(asked))
    changes = bool({"pick", "drop", "look", "propose"} & set(asked))
    return asks_chips and not (is_sent or changes)


@require_POST
def picker(request: SignedInRequest) -> HttpResponse:
    shape = "_skills_chips" if request.POST.get("chips") == "yes" else "_skills_picker"
    return render(
        request,
        f"marketplace/market/{shape}.html",
        {
            "picker": posted_picker(request),
            "asks_required": request.POST.get("asks_required") == "yes",
            "no_levels": request.POST.get("no_levels") == "yes",
        },
    )


def proposals(request: SignedInRequest) -> HttpResponse:
    """Propose a skill in one's own words, and see what became of earlier ones: these are of one's own time too, which
    no company's sign-in opens."""
    form = SkillProposalForm(request.POST or None, initial={"text": request.GET.get("text", "")})
    if request.method == "POST" and form.is_valid():
        try:
            skill_edits.propose(**form.cleaned_data, by=request.user)
        except NotYet as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(
                request, _("Sent. A person reads it, and you are told what became of it.")
            )
            return redirect("skill-proposals")
    proposed = request.user.skill_proposals.select_related("skill")[:50]
    mine = proposed if scope_of(request.user).own else []
    return render(request, "marketplace/market/skill_proposals.html", {"form": form, "mine": mine})
