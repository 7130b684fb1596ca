"""The letters that somebody got: their words while the site keeps them, then that there was one."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part

PEOPLE = (
    Part(
        "notifications.Notification", _("Letters that you got"), ("recipient",), mails=("address",),
        but=("last_error", "desks", "matter"), secrets=("secret", "text", "url"), alone="recipient",
        letters=("text", "url"),
    ),
    Part("notifications.SuppressedAddress", _("Addresses to which nothing arrives"), (), mails=("address",)),
)  # fmt: skip

CHAPTER = Chapter(_("Letters"), PEOPLE, (), {})
