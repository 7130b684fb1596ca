"""The library of missions that structures ask for again and again: for all to read, and to start from."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render

from marketplace.models import MissionTemplate


@login_not_required
def index(request):
    templates = MissionTemplate.objects.current().prefetch_related("wanted__skill")
    return render(request, "marketplace/market/mission_templates.html", {"templates": templates})


@login_not_required
def detail(request, code):
    template = get_object_or_404(MissionTemplate.objects.current(), code=code)
    return render(
        request,
        "marketplace/market/mission_template.html",
        {"template": template, "wanted": template.wanted.select_related("skill")},
    )
