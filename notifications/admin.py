"""The admin of the outbox: nothing is edited there, some letters are sent again."""

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notifications import desk
from notifications.models import (
    ClockAct,
    Habits,
    MailPipe,
    Notification,
    RowFault,
    SuppressedAddress,
)


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What isn't shown isn't guessed letter by letter in the address either."""
        shown = lookup.split("__")[0] not in (self.exclude or ())
        return shown and super().lookup_allowed(lookup, value, request)


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    list_display = (
        "subject_shown",
        "destination",
        "kind",
        "status",
        "attempts",
        "created_at",
        "sent_at",
        "last_error",
    )
    list_filter = ("status", "family", "kind")
    search_fields = ("address", "recipient__email", "key")
    date_hierarchy = "created_at"
    list_select_related = ("recipient",)
    exclude = ("text", "html", "url")  # neither other people's words, nor the keys some links hold
    actions = ("send_again",)
    show_full_result_count = False

    @admin.display(description=_("subject"))
    def subject_shown(self, letter: Notification) -> str:
        return "…" if letter.secret else letter.subject

    @admin.action(description=_("Send again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        sent = sum(desk.resend(letter, now=timezone.now()) for letter in queryset)
        messages.info(request, _("%(sent)s letters on their way again.") % {"sent": sent})

    def has_delete_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(ReadOnly):
    """The addresses that refuse. Deleting a line gives its address another chance."""

    list_display = ("address", "reason", "since")
    search_fields = ("address",)


@admin.register(MailPipe)
class MailPipeAdmin(ReadOnly):
    list_display = ("broken_since", "reason", "failures", "paused_until")


@admin.register(Habits)
class HabitsAdmin(ReadOnly):
    list_display = ("user", "quiet_from", "quiet_until")


@admin.register(ClockAct)
class ClockActAdmin(ReadOnly):
    list_display = ("name", "passed_at", "failing_since", "last_error")

    def has_delete_permission(self, request: HttpRequest, obj: ClockAct | None = None) -> bool:
        return False


@admin.register(RowFault)
class RowFaultAdmin(ReadOnly):
    """The rows set aside. A line goes by itself when its row passes; one that is deleted by hand comes back with
    the next fault."""

    list_display = ("act", "row", "since", "last_at", "times", "error")
    list_filter = ("act",)

    @admin.display(description=_("row"))
    def row(self, fault: RowFault) -> str:
        name = f"{fault.kind} {fault.number}"
        if url := _page_of(fault):
            return format_html('<a href="{}">{}</a>', url, name)
        return name


def _page_of(fault: RowFault) -> str:
    """The address of the row's page in the admin or, where there is none, on the site; "" for a file, or a row that
    is gone."""
    if fault.kind == "file":
        return ""
    try:
        model = apps.get_model(fault.kind)
        return reverse(f"admin:{fault.kind.replace('.', '_')}_change", args=[fault.number])
    except LookupError:
        return ""
    except NoReverseMatch:
        row = model._default_manager.filter(pk=fault.number).first()
        return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
