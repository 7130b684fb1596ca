"""A case: something is wrong or silent, somebody is in charge, and what is done is written down."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Pole, User, coordinated_by
from accounts.models.reasons import Words
from marketplace.models.market.proposals import Proposal
from marketplace.models.missions.followups import MOMENTS, FollowUp
from marketplace.models.missions.missions import Mission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SUBJECTS = ("mission", "proposal", "organisation")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def visible_to(self, user: User, *, known_to: User | None = None) -> Self:
        """The cases of the pôles that this person coordinates; nobody else sees any."""
        return self.filter(pole__in=coordinated_by(user)).followed_by(user, known_to=known_to)

    def left_in_another_pole(self) -> Self:
        """Cases of an organisation that has turned out to be of another pôle, as it may until it is verified."""
        return self.filter(~Q(pole=F("organisation__pole")), organisation__isnull=False)

    def followed_by(self, user: User, *, known_to: User | None = None) -> Self:
        """Without the cases about what this coordinator is a side of, while somebody else there is on none; nor those of
        an organisation that has moved to another pôle, until they follow it. `known_to` a reader: as far as that one may
        know (`ProposalQuerySet.candidates`)."""
        moved = Case.objects.left_in_another_pole().filter(pk=OuterRef("pk"))
        found = self.exclude(Exists(moved))
        for field, left in (
            ("mission", Mission.objects.left_to_others_by(user)),
            ("proposal", Proposal.objects.left_to_others_by(user, known_to=known_to)),
            ("organisation", Organisation.objects.left_to_others_by(user)),
        ):
            found = found.exclude(Exists(left.filter(pk=OuterRef(field))))
        return found

    def about(self, subject: Mission | Proposal | Organisation) -> Self:
        return self.filter(**{subject_field(subject): subject})

    def with_since(self) -> models.QuerySet[Any]:
        """Adds `waits_since`: from when it has been about its reason of today, which may be graver than that of its opening."""
        said = [
            Q(case__reason=one, words__startswith=f'["anew-{one}"')
            for one in (Case.Reason.HELP, Case.Reason.DOUBT)
        ]
        anew = CaseEntry.objects.filter(said[0] | said[1], case=OuterRef("pk")).order_by("at", "pk")
        first = Subquery(anew.values("at")[:1])
        return self.annotate(waits_since=Coalesce(first, F("opened_at")))

    def with_what_lists_show(self) -> Self:
        return self.select_related(
            "mission__need__organisation",
            "proposal__need__organisation",
            "organisation",
            "in_charge",
            "pole",
        )


class Case(models.Model):
    class Reason(models.TextChoices):
        HELP = "HELP", _("a call for help")
        DOUBT = "DOUBT", _("a doubt")
        SILENCE = "SILENCE", _("no answer to the follow-up")
        UNANSWERED = "UNANSWERED", _("a proposal that nobody answers")
        LATE_ANSWER = "LATE_ANSWER", _("a late answer to the follow-up")
        OVERDUE = "OVERDUE", _("past its end, and not delivered")
        BAD_REVIEW = "BAD_REVIEW", _("an unhappy review")
        QUIET = "QUIET", _("an organisation without activity")
        OTHER = "OTHER", _("opened by a coordinator")

    class Outcome(models.TextChoices):
        SOLVED = "SOLVED", _("It is settled: things go on")
        ADJUSTED = "ADJUSTED", _("Settled with a change (dates, scope, people)")
        STOPPED = "STOPPED", _("The mission or the proposal stops here")
        ANSWERED = "ANSWERED", _("They answered by themselves")
        UNREACHABLE = "UNREACHABLE", _("Nobody could be reached, in spite of our calls")
        GROUNDLESS = "GROUNDLESS", _("There was nothing to settle")

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="cases")
    mission = models.ForeignKey(
        Mission, models.CASCADE, null=True, blank=True, related_name="cases"
    )
    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="cases"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="cases"
    )
    reason = models.CharField(_("why"), max_length=12, choices=Reason)
    in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("in charge"),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when a rule opened it.",
    )
    opened_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mission__isnull=False, proposal__isnull=True, organisation__isnull=True)
                | Q(mission__isnull=True, proposal__isnull=False, organisation__isnull=True)
                | Q(mission__isnull=True, proposal__isnull=True, organisation__isnull=False),
                name="case_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="case_closed_with_an_outcome",
            ),
            *(
                models.UniqueConstraint(
                    fields=[subject],
                    condition=Q(closed_at=None),
                    name=f"case_one_open_per_{subject}",
                )
                for subject in SUBJECTS
            ),
        ]
        indexes = [models.Index(fields=["pole", "closed_at", "opened_at"], name="case_desk")]

    def __str__(self) -> str:
        return str(self.subject)

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def subject(self) -> Mission | Proposal | Organisation:
        found = self.mission or self.proposal or self.organisation
        assert found is not None, "the constraint keeps it to one"
        return found

    @property
    def reason_words(self) -> str:
        """Its reason in the reader's words: a mission that never began isn't late to be delivered."""
        if self.reason == self.Reason.OVERDUE and self.mission and self.mission.started_at is None:
            return str(_("was to begin, and hasn’t"))
        return str(self.get_reason_display())

    @property
    def title(self) -> str:
        """What the case is about, without quoting the other side's words."""
        about = self.mission or self.proposal
        return about.need.title if about else str(self.organisation)

    @property
    def structure(self) -> Organisation:
        subject = self.subject
        return subject if isinstance(subject, Organisation) else subject.need.organisation

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def _answered(label: "StrOrPromise") -> str:
    """The sentence of a case opened by a click in a letter: who clicked, and which answer, without words of their
    own."""

    def said() -> str:
        return gettext("%(who)s: %(words)s") % {"who": "%(who)s", "words": str(label)}

    return lazy(said, str)()


def _anew(label: "StrOrPromise") -> str:
    """The sentences of what is added to a case about something else: what it is, then the words."""

    def said() -> str:
        return f"{capfirst(str(label))}. %(words)s"

    return lazy(said, str)()


WORDS = Words(
    {
        "said": _("%(who)s: %(words)s"),
        "silent": _("%(who)s hasn’t answered the question %(when)s."),
        "answered": _("%(who)s has since answered the question %(when)s."),
        "in-charge": _("%(who)s is in charge."),
        "mission-over": _("The mission is over."),
        "and-words": "%(said)s %(words)s",
    }
)
WORDS.update({f"answered-{answer}": _answered(answer.label) for answer in FollowUp.Answer})
WORDS.update(MOMENTS)
WORDS.update({f"reason-{reason}": reason.label for reason in Case.Reason})
WORDS.update({f"anew-{reason}": _anew(reason.label) for reason in Case.Reason})
WORDS.update({f"outcome-{outcome}": format_lazy("{}.", outcome.label) for outcome in Case.Outcome})


class CaseEntry(models.Model):
    """What was done, when and by whom; an entry is never edited."""

    class Kind(models.TextChoices):
        OPENED = "OPENED", _("opened")
        AGAIN = "AGAIN", _("added later")
        ASSIGNED = "ASSIGNED", _("passed on")
        CALL = "CALL", _("phone call")
        LETTER = "LETTER", _("letter or message")
        MEETING = "MEETING", _("meeting or visit")
        NOTE = "NOTE", _("note")
        CLOSED = "CLOSED", _("closed")

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries")
    kind = models.CharField(_("what was done"), max_length=10, choices=Kind)
    words = models.TextField(_("in a few words"), max_length=2000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("entry of a case")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"

    @property
    def told(self) -> str:
        """The words of the entry, in the reader's language."""
        return lazy(WORDS.told, str)(self.words)


def subject_field(subject: Mission | Proposal | Organisation) -> str:
    return {Mission: "mission", Proposal: "proposal", Organisation: "organisation"}[type(subject)]
