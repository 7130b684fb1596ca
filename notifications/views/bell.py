"""The notifications on the site: the same rows as the letters."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common import numbers
from notifications.desk import Chip
from notifications.models import Notification
from notifications.models.people import SignedInRequest
from notifications.settled import drop_what_is_no_longer_theirs, mark, settle

PAGE = 30


@require_GET
@never_cache
def index(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    drop_what_is_no_longer_theirs(request.user, now)
    settle(request.user, now)
    only_unread = "non-lus" in request.GET
    letters = Notification.objects.on_screen_of(request.user).for_the_list()
    if only_unread:
        letters = letters.filter(read_at=None)
    page = Paginator(letters.select_related("recipient"), PAGE).get_page(request.GET.get("page"))
    mark(page.object_list)
    context = {
        "page": page,
        "only_unread": only_unread,
        "chips": [
            Chip(pgettext("feminine", "All"), "?", not only_unread),
            Chip(pgettext("feminine", "Unread"), "?non-lus", only_unread),
        ],
    }
    return render(request, "notifications/index.html", context)


@require_GET
@never_cache
def count(request: SignedInRequest) -> HttpResponse:
    """The number of unread notifications, which the header asks for every half minute: one small query on an index. Whose
    it is stands beside it: a page that the browser brings back knows whether it is still the same person's."""
    few = Notification.objects.unread_by(request.user).order_by()[: numbers.MANY_UNREAD]
    told = {"unread_letters": numbers.unread(few.count())}
    answer = render(request, "notifications/_count.html", told)
    answer["X-Signed-In"] = str(request.user.pk)
    return answer


@never_cache
def open_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark the notification as read and go where it leads. Following it twice, or twice at once, does the same."""
    letter = get_object_or_404(Notification.objects.on_screen_of(request.user), pk=pk)
    letter.mark_read(timezone.now())
    if not url_has_allowed_host_and_scheme(letter.url, allowed_hosts={request.get_host()}):
        return redirect("letters")
    return redirect(letter.url)


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    Notification.objects.unread_by(request.user).update(read_at=timezone.now())
    return redirect("letters")
