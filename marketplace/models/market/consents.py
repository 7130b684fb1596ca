"""What people have agreed to in their own name, each on the words they read, and what they are asked."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.models.written_once import WrittenOnce

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class ConsentKind(models.TextChoices):
    """What a consent is to; its field `about` is then the number of an offer, a proposal, a mission or a review.
    `WORKED_WITH` is about a mission, `FAMILY` about an offer, `TEAM` about a person of a team, `TELLING` about a telling,
    `LETTERS` about a pôle, `BEHALF` about what a coordinator had written for them."""

    OFFER = "OFFER", _("being put forward by my company with an offer")
    MISSION = "MISSION", _("a mission on my working time")
    RENEWAL = "RENEWAL", _("going on with a mission on my working time")
    TEAM = "TEAM", _("a mission in a team, on my working time")
    QUOTE = "QUOTE", _("words of mine shown publicly")
    LISTED = "LISTED", _("an organisation that bears my name, or is mine, in the directory")
    WORKED_WITH = "WORKED_WITH", _("our two organisations shown together")
    FAMILY = "FAMILY", _("the field of my offer shown on the page of my organisation")
    TELLING = "TELLING", _("the end of a mission told publicly")
    LETTERS = "LETTERS", _("receiving the letters of the pôle")
    BEHALF = "BEHALF", _("what the coordination had written for me")


# A telling names less where nobody’s employer is told of own time, or where a team came.
TELLING_OF_OWN_TIME, TELLING_OF_A_TEAM = "TELLING_OF_OWN_TIME", "TELLING_OF_A_TEAM"
# The sentence that is read beside the button, and kept with the yes.
WORDS = {
    ConsentKind.OFFER: _(
        "I agree to be put forward by my employer with this offer, as it stands. I say yes myself to each mission."
    ),
    ConsentKind.MISSION: _("I agree to do this mission on my working time."),
    ConsentKind.RENEWAL: _("I agree to go on with this mission on my working time."),
    ConsentKind.TEAM: _("I agree to come with the team of this mission, on my working time."),
    ConsentKind.QUOTE: _(
        "You may quote my words publicly, with the first name and the organisation. You can change your mind."
    ),
    ConsentKind.LISTED: _(
        "The organisation that bears my name, or is mine alone, may be shown in the public directory: its name and logo, its commune, what it does, asks for and offers. I can change my mind."
    ),
    ConsentKind.WORKED_WITH: _(
        "The names of our two organisations may be shown together publicly, for having worked together. We can change our mind."
    ),
    ConsentKind.FAMILY: _(
        "The field of this offer may be shown on my organisation’s public page and in the directory, without my name. I can change my mind."
    ),
    ConsentKind.TELLING: _(
        "The end of this mission may be told publicly as it stands here: its title, the three lines, the picture if there is one, the name of the structure, the first name of who came and, where the two organisations may be named together, the employer. I can change my mind."
    ),
    TELLING_OF_OWN_TIME: _(
        "The end of this mission may be told publicly as it stands here: its title, the three lines, the picture if there is one, the name of the structure and the first name of who came. I can change my mind."
    ),
    TELLING_OF_A_TEAM: _(
        "The end of this mission may be told publicly as it stands here: its title, the three lines, the picture if there is one, the name of the structure and, where the two organisations may be named together, the employer. I can change my mind."
    ),
    ConsentKind.LETTERS: _(
        "I would like to receive the letters of the pôle: its news, what it is looking for and its meetings. I can change my mind, in my profile or from any of these letters."
    ),
    ConsentKind.BEHALF: _(
        "I take up what the coordination wrote of what I can offer: it is kept with my account, and nobody sees it before I publish it myself."
    ),
}
# Those about an offer as it stands: they end when somebody else changes it.
ON_AN_OFFER = (ConsentKind.OFFER, ConsentKind.FAMILY)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(
        self, person: User | int | None = None, kind: str = "", thing: models.Model | None = None
    ) -> Self:
        """Consents that haven't ended, of this person, of this kind, about this thing: each of the three is
        optional."""
        found = self.filter(ended_at=None)
        if person is not None:
            found = found.filter(person_id=person if isinstance(person, int) else person.pk)
        if kind:
            found = found.filter(kind=kind)
        return found if thing is None else found.filter(about=thing.pk)


class Consent(models.Model):
    """One yes of one person. It is written once; only its end is added."""

    class How(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("from the account")
        LINK = "LINK", _("from a link sent to the account’s address")
        ACTED = "ACTED", _("by what they did themselves, before yeses were kept here")

    class Ended(models.TextChoices):
        TAKEN_BACK = "TAKEN_BACK", _("taken back")
        ORGANISATION = "ORGANISATION", _("taken back by an administrator of the organisation")
        CHANGED = "CHANGED", _("no longer counts: what it was about has changed")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents")
    kind = models.CharField(_("to what"), max_length=20, choices=ConsentKind)
    about = models.PositiveBigIntegerField()
    words = models.TextField(_("on which words"))
    language = models.CharField(max_length=5, choices=LANGUAGES)
    how = models.CharField(_("how"), max_length=10, choices=How)
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=Ended, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(ended_at=None),
                name="consent_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="consent_ended_for_a_reason",
            ),
            WrittenOnce(
                name="consent_written_once",
                fields=["person", "kind", "about", "words", "language", "how", "given_at"],
            ),
        ]
        indexes = [models.Index(fields=["kind", "about"], name="consent_about")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    @property
    def is_about_an_offer(self) -> bool:
        return self.kind == ConsentKind.OFFER

    @property
    def is_about_a_quote(self) -> bool:
        return self.kind == ConsentKind.QUOTE

    @property
    def is_about_a_team(self) -> bool:
        return self.kind == ConsentKind.TEAM

    @property
    def is_about_two_names(self) -> bool:
        return self.kind == ConsentKind.WORKED_WITH

    @property
    def is_about_the_directory(self) -> bool:
        return self.kind == ConsentKind.LISTED

    @property
    def is_about_a_family(self) -> bool:
        return self.kind == ConsentKind.FAMILY

    @property
    def is_about_a_telling(self) -> bool:
        return self.kind == ConsentKind.TELLING

    @property
    def is_about_letters(self) -> bool:
        return self.kind == ConsentKind.LETTERS

    @property
    def stands(self) -> bool:
        return self.ended_at is None


class ConsentRequestQuerySet(models.QuerySet["ConsentRequest"]):
    def waiting(self) -> Self:
        """Requests that are neither answered nor withdrawn; the links of some may have run out."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def about(self, kind: str, thing: models.Model) -> Self:
        return self.filter(kind=kind, about=thing.pk)


class ConsentRequest(models.Model):
    """A person is asked for their yes. They answer once; the request is withdrawn when what it is about has
    changed."""

    LASTS = timedelta(days=14)  # its link

    class Answer(models.TextChoices):
        YES = "YES", _("I agree")
        NO = "NO", _("I don’t agree")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ConsentKind)
    about = models.PositiveBigIntegerField()
    words = models.TextField()
    language = models.CharField(max_length=5, choices=LANGUAGES)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty until its letter is written."
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("a word"), max_length=1000, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a consent")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="consent_request_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="consent_request_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ? {self.get_kind_display()}"

    @property
    def is_about_an_offer(self) -> bool:
        return self.kind == ConsentKind.OFFER

    @property
    def is_about_a_team(self) -> bool:
        return self.kind == ConsentKind.TEAM

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now
