"""Changes of state: each happens once, however many people click, and leaves a step."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from accounts.models.people import User
from accounts.models.reasons import Words, as_typed
from common.quotes import labelled


class ForbiddenMove(Exception):
    """Somebody was first, or this move isn't allowed; str() is a sentence for the reader."""

    def __init__(self, subject: "Movable", before: str, after: str) -> None:
        self.before, self.after = before, after
        labels = dict(subject._meta.get_field("status").flatchoices)  # type: ignore[misc]
        words = {"what": subject, "before": labels[before], "after": labels[after]}
        if before == after:
            super().__init__(_("Too late, it is done already: “%(what)s” is “%(before)s”.") % words)
            return
        super().__init__(
            _("Too late: “%(what)s” is now “%(before)s” and can’t become “%(after)s”.") % words
        )


class Movable(models.Model):
    """A row with a `status`, a map MOVES of where it may go, and `steps` that tell where it went."""

    MOVES: ClassVar[dict[str, set[str]]]
    # From where a step that was just taken may be taken back, and to where it stood before.
    WAYS_BACK: ClassVar[dict[str, set[str]]] = {}
    status: Any
    steps: Any

    class Meta:
        abstract = True

    def may(self, to: str) -> bool:
        return to in self.MOVES[self.status]

    def move(self, to: str, *, by: User | None, reason: str = "") -> Any:
        """Change status exactly once, however many people click. Raises ForbiddenMove."""
        before = self.status
        if to not in self.MOVES[before]:
            raise ForbiddenMove(self, before, to)
        if not type(self)._base_manager.filter(pk=self.pk, status=before).update(status=to):  # type: ignore[misc]
            self.refresh_from_db(fields=["status"])  # someone was first
            raise ForbiddenMove(self, self.status, to)
        self.status = to
        return self.steps.create(before=before, after=to, by=by, reason=as_typed(reason))

    def take_back(self, step: "Step", *, by: User | None, reason: str) -> Any:
        """Undo a step, as long as it is the last one and led where it may be undone: the row stands again where it did, and
        another step says so. Raises ForbiddenMove."""
        before, after = step.before, step.after
        last = self.steps.last()
        if last is None or last.pk != step.pk or before not in self.WAYS_BACK.get(after, ()):
            self.refresh_from_db(fields=["status"])
            raise ForbiddenMove(self, self.status, before)
        if not type(self)._base_manager.filter(pk=self.pk, status=after).update(status=before):  # type: ignore[misc]
            self.refresh_from_db(fields=["status"])
            raise ForbiddenMove(self, self.status, before)
        self.status = before
        return self.steps.create(before=after, after=before, by=by, reason=reason)

    def note(self, *, by: User | None, reason: str) -> Any:
        """Write a step that changes no status: what somebody did on the way."""
        return self.steps.create(before=self.status, after=self.status, by=by, reason=reason)

    def begin(self, *, by: User | None, reason: str = "") -> Self:
        """Write the first step: the status at the beginning, and who created the row."""
        self.steps.create(before="", after=self.status, by=by, reason=reason)
        return self


class Step(models.Model):
    """A change of state, never edited: timeline, audit trail and key of the notification in one row."""

    STATUSES: ClassVar[type[models.TextChoices]]
    REASONS: ClassVar[Words] = Words()

    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before or '·'} → {self.after}"

    @property
    def words(self) -> str:
        """The state to which it led, and the reason if there is one."""
        label = self.state_words.capitalize()
        return labelled(label, self.said) if self.reason else label

    @property
    def state_words(self) -> str:
        return str(self.STATUSES(self.after).label)

    @property
    def said(self) -> str:
        """The reason in the active language: a letter may be for another reader than the page."""
        return lazy(self._said, str)()

    @property
    def typed_by(self) -> User | None:
        """Who gave the reason in their own words; None where the site gives it, or nobody does."""
        ours = self.said != self.reason
        return None if ours or not self.reason else self.by

    def _said(self) -> str:
        return self.REASONS.told(self.reason)
