"""Gives back the files that people have sent: only to those who may have them, always as a download."""

from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from marketplace.actions.talk import files
from marketplace.models import StoredFile


@require_safe
def download(request: SignedInRequest, name: str) -> HttpResponseBase:
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), name=name)
    try:
        content = files.read(stored)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        ContentFile(content), as_attachment=True, filename=stored.original_name,
        content_type=stored.content_type,
    )  # fmt: skip
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
