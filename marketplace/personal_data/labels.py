"""What a copy calls the columns, in the words of its reader: those that a table doesn't name itself."""

from typing import TYPE_CHECKING, Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One name does for several columns, and “Model.column” for one alone.
_CALLED: tuple[tuple["StrOrPromise", str], ...] = (
    # --- what was said
    (_("words"), "words text body confirmed_words about_label removal_reason answers"),
    (_("why"), "reason why ended_why ended_because"),
    (_("answer"), "answer accepted outcome"),
    (pgettext_lazy("copy of data", "what was done"), "JournalEntry.kind"),
    (pgettext_lazy("copy of data", "what for"), "JournalEntry.why"),
    (_("how"), "how ground kind Inactivity.end"),
    (_("said by themselves"), "columns values data"),
    (pgettext_lazy("copy of data", "from one state"), "before"),
    (pgettext_lazy("copy of data", "to the other"), "after"),
    (pgettext_lazy("copy of data", "file or form"), "form"),
    (_("list"), "list"),
    (_("question"), "question"),
    (_("subject"), "Addressee.subject"),
    (pgettext_lazy("copy of data", "why it was removed"), "Message.removal_reason"),
    (pgettext_lazy("copy of data", "what it points at"), "Message.about_label"),
    (pgettext_lazy("copy of data", "as it was typed"), "Coming.text"),
    # --- about what
    (_("need"), "need older"),
    (_("other need"), "younger"),
    (_("offer"), "offer"),
    (_("proposal"), "proposal takes_up"),
    (_("mission"), "mission renewed_from"),
    (_("organisation"), "organisation structure host member"),
    (pgettext_lazy("copy of data", "at the head"), "head"),
    (pgettext_lazy("copy of data", "for"), "for_organisation asked_for"),
    (_("operator"), "operator to_operator"),
    (_("pôle"), "pole"),
    (_("conversation"), "thread"),
    (_("skill"), "skill"),
    (_("cause"), "cause"),
    (pgettext_lazy("copy of data", "for whom"), "beneficiary"),
    (_("paper"), "document"),
    (_("gathering"), "gathering"),
    (_("commune"), "commune"),
    (_("programme"), "programme"),
    (_("letter"), "mailing"),
    (pgettext_lazy("copy of data", "what it is of"), "sheet round visit attendance team_member departure carrier joining asked finding report review amendment seat membership team"),
    # --- who
    (_("person"), "person user asked subject"),
    (pgettext_lazy("copy of data", "by"), "by author made_by created_by uploaded_by asker given_by said_by declared_by entered_by changed_by added_by written_by named_by proposed_by sent_by"),
    (pgettext_lazy("copy of data", "asked by"), "asked_by invited_by opened_by"),
    (pgettext_lazy("copy of data", "agreed to by"), "agreed_by accepted_by confirmed_by answered_by mandated_by need_referent"),
    (pgettext_lazy("copy of data", "ended by"), "ended_by closed_by removed_by lifted_by settled_by done_by stopped_by called_off_by undone_by"),
    (pgettext_lazy("copy of data", "contested by"), "contested_by"),
    (pgettext_lazy("copy of data", "verified by"), "verified_by tried_by"),
    (_("follows it"), "coordinator in_charge referent owner assignee offer_referent"),
    (pgettext_lazy("copy of data", "handed over to"), "to_person colleague stand_in"),
    (pgettext_lazy("copy of data", "handed over by"), "from_person left_by"),
    (_("who answered"), "answered_name"),
    # --- when
    (pgettext_lazy("copy of data", "on"), "at created_at made_at asked_at given_at said_at saved_at written_at brought_at entered_at declared_at invited_at named_at proposed_at found_at opened_at added_at heard_on begun_at joined_at day"),
    (pgettext_lazy("copy of data", "sent on"), "sent_at"),
    (pgettext_lazy("copy of data", "delivered on"), "delivered_at"),
    (pgettext_lazy("copy of data", "stopped on"), "interrupted_at stopped_at undone_at called_off_at"),
    (pgettext_lazy("copy of data", "answered on"), "answered_at agreed_at confirmed_at mandated_at employer_agreed_at accepted_at claimed_at"),
    (pgettext_lazy("copy of data", "yes of the structure on"), "need_said_yes_at"),
    (pgettext_lazy("copy of data", "yes of whoever offers on"), "offer_said_yes_at"),
    (pgettext_lazy("copy of data", "contested on"), "contested_at"),
    (pgettext_lazy("copy of data", "changed on"), "changed_at updated_at edited_at correction_at"),
    (pgettext_lazy("copy of data", "told on"), "told_at letter_at mailed_at"),
    (pgettext_lazy("copy of data", "begins on"), "begins_at starts_at"),
    (pgettext_lazy("copy of data", "begun on"), "started_at"),
    (pgettext_lazy("copy of data", "published on"), "published_at submitted_at"),
    (pgettext_lazy("copy of data", "ends on"), "ends_at expires_at until closes_on last_on offered_until due_at undo_until"),
    (pgettext_lazy("copy of data", "ended on"), "ended_at closed_at removed_at lifted_at settled_at withdrawn_at done_at left_at voided_at over_at retired_at"),
    (pgettext_lazy("copy of data", "back on"), "back_on"),
    (pgettext_lazy("copy of data", "verified on"), "verified_at register_at"),
    (pgettext_lazy("copy of data", "last seen on"), "last_seen_at last_used_at"),
    (pgettext_lazy("copy of data", "your last sign here"), "User.seen_on"),
    (_("last message"), "last_message_at"),
    (pgettext_lazy("copy of data", "used on"), "used_at taken_at"),
    # --- how many, how
    (_("number"), "number agreed_version"),
    (_("agreed hours"), "agreed_hours"),
    (_("lines"), "rows total"),
    (_("year"), "year"),
    (_("month"), "month"),
    (_("language"), "language"),
    (_("network address"), "ip"),
    (_("browser"), "user_agent"),
    (_("kind"), "type regime content_type legal_form"),
    (_("side"), "side"),
    (_("telephone"), "phone"),
    (_("e-mail address"), "mailbox"),
    (_("commune"), "near"),
    (_("day of the week"), "weekday"),
    (_("how often"), "paces"),
    (_("letters sent"), "times"),
)  # fmt: skip
LABELS: dict[str, "StrOrPromise"] = {
    name: label for label, names in _CALLED for name in names.split()
}
# Not on the page, though they are words or have a name: they tell a machine something, and are in the JSON file.
FOR_MACHINES = frozenset(
    {
        "id", "deduced", "code", "problem", "query", "thing", "place", "letter", "sha256", "signed_sha256", "edition",
        "is_second_behind", "weekdays", "position", "provider", "uid", "register_said", "unused", "other_sheets", "sheet",
        "targets", "left_out", "refused", "attempts", "wanted_at", "Message.about", "Draft.about", "Notification.kind", "JournalEntry.number", "JournalEntry.told", "bundle", "part", "family", "topic", "asks",
        "url", "is_active", "is_staff", "is_superuser", "welcomed_at", "second_factor_asked_at", "version",
    }
)  # fmt: skip


def label_of(column: "Field[Any, Any]") -> "StrOrPromise":
    """What the page calls this column; "" for one that it leaves to the JSON file."""
    exact = f"{column.model.__name__}.{column.name}"
    if {column.name, exact} & FOR_MACHINES or (column.primary_key and not column.is_relation):
        return ""
    if exact in LABELS:
        return LABELS[exact]
    own = column.verbose_name
    return own if isinstance(own, Promise) else LABELS.get(column.name, "")
