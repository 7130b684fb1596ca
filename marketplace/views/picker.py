"""The skills picker, alone: what htmx swaps while somebody writes. Nothing is saved here."""

from django.http import QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from marketplace.forms import skills

TEXTS = ("title", "context", "deliverable", "about")


def texts_of(data: QueryDict) -> list[str]:
    return [data.get(name, "") for name in TEXTS]


def as_typed(form) -> dict:
    """The form's values as they stand in the request, to show it again without judging it."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


@require_POST
def picker(request):
    return render(
        request,
        "marketplace/_skills_picker.html",
        {
            "picker": skills.from_post(request.POST, texts_of(request.POST)),
            "asks_required": request.POST.get("asks_required") == "yes",
        },
    )
