"""The skills people offer and need, the words they use for them, and the State's list of trades (ROME)."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

code_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Only small letters, digits and hyphens.")
)


class Language(models.TextChoices):
    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class LexiconVersion(models.Model):
    """A number that changes when the words do: each process compares it with the one it has read before it answers."""

    SKILLS = "skills"
    ROME = "rome"
    MEANING = "meaning"

    key = models.CharField(max_length=20, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    @classmethod
    def move(cls, key: str) -> None:
        """Change the number to a random one: after a rolled back change, a process that had seen its number can't
        take a later one for the same."""
        number = secrets.randbits(62)
        if not cls.objects.filter(pk=key).update(number=number):
            cls.objects.get_or_create(pk=key, defaults={"number": number})

    @classmethod
    def current(cls, key: str) -> int:
        return cls.objects.filter(pk=key).values_list("number", flat=True).first() or 0


class WordsQuerySet(models.QuerySet):
    """A queryset whose changes, whatever their kind, change the version of the words."""

    def delete(self) -> tuple[int, dict[str, int]]:
        deleted = super().delete()
        LexiconVersion.move(LexiconVersion.SKILLS)
        return deleted

    def update(self, **values: Any) -> int:
        changed = super().update(**values)
        LexiconVersion.move(LexiconVersion.SKILLS)
        return changed

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        created = super().bulk_create(objs, *args, **kwargs)
        LexiconVersion.move(LexiconVersion.SKILLS)
        return created


class SkillQuerySet(WordsQuerySet):
    def current(self) -> Self:
        return self.filter(withdrawn_at=None)

    def below(self, codes: Sequence[str], family: str = "") -> Self:
        """Those below these skills, as deep as the list goes (three steps), and those of this family."""
        if not codes and not family:
            return self.none()
        above = (f"{'broader__' * step}code__in" for step in (1, 2, 3))
        found = Q(family__code=family) if family else Q()
        for one in above:
            found |= Q(**{one: codes})
        return self.filter(found)


class Words(models.Model):
    """An abstract row from which words are understood: saving or deleting it changes the version of the words."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        LexiconVersion.move(LexiconVersion.SKILLS)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        LexiconVersion.move(LexiconVersion.SKILLS)
        return deleted


class SkillFamily(Words):
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[code_validator])
    label_fr = models.CharField(_("French label"), max_length=120)
    label_en = models.CharField(_("English label"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    icon = models.CharField(_("icon"), max_length=40, blank=True)

    objects = WordsQuerySet.as_manager()

    class Meta:
        ordering = ["position", "label_fr"]
        verbose_name = _("skill family")
        verbose_name_plural = _("skill families")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _in_the_readers_language(self, "label")


class Skill(Words):
    """One skill of our own list. Withdrawn ones keep their links: past missions still name them."""

    code = models.CharField(_("code"), max_length=80, unique=True, validators=[code_validator])
    family = models.ForeignKey(
        SkillFamily, models.PROTECT, related_name="skills", verbose_name=_("family")
    )
    label_fr = models.CharField(_("French label"), max_length=160)
    label_en = models.CharField(_("English label"), max_length=160)
    definition_fr = models.CharField(_("French definition"), max_length=500, blank=True)
    definition_en = models.CharField(_("English definition"), max_length=500, blank=True)
    delivers_fr = models.CharField(
        _("what a mission delivers, in French"), max_length=500, blank=True
    )
    delivers_en = models.CharField(
        _("what a mission delivers, in English"), max_length=500, blank=True
    )
    rome_macro = models.JSONField(
        _("ROME macro-competences"),
        default=list,
        blank=True,
        help_text=_('Their codes, as in the State’s files, for instance ["300188"].'),
    )
    broader = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("broader skill"),
    )
    close = models.ManyToManyField("self", blank=True, verbose_name=_("close to"))
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    loaded = models.JSONField(
        default=dict,
        editable=False,
        help_text="The fields as the data file last gave them: what differs was edited by hand.",
    )

    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["family__position", "label_fr"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.CheckConstraint(
                condition=Q(broader=None) | ~Q(broader=F("pk")), name="skill_not_its_own_broader"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _in_the_readers_language(self, "label")

    @property
    def definition(self) -> str:
        return _in_the_readers_language(self, "definition")

    @property
    def delivers(self) -> str:
        return _in_the_readers_language(self, "delivers")

    @property
    def above(self) -> list["Skill"]:
        """The skills above this one, the nearest first; a ring in the data ends the list."""
        found: list[Skill] = []
        upper = self.broader
        while upper is not None and upper not in found:
            found.append(upper)
            upper = upper.broader
        return found

    def clean(self) -> None:
        """Raises ValidationError for a skill that is above itself, or codes that aren't a list of words."""
        if self.pk and self in self.above:
            raise ValidationError({"broader": _("A skill can’t stand above itself.")})
        codes = self.rome_macro
        if not (isinstance(codes, list) and all(isinstance(code, str) for code in codes)):
            raise ValidationError({"rome_macro": _('Write a list of codes: ["300188"].')})

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class SkillSynonym(Words):
    """Another way to say a skill."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="synonyms")
    lang = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    text = models.CharField(_("other way to say it"), max_length=160)
    from_file = models.BooleanField(default=False, editable=False)
    withdrawn_at = models.DateTimeField(
        _("withdrawn on"),
        null=True,
        blank=True,
        help_text=_(
            "A withdrawn synonym is no longer read, and loading the file again won’t bring it back."
        ),
    )

    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["lang", "text"]
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        constraints = [
            models.UniqueConstraint(
                fields=["skill", "lang", "text"],
                name="synonym_once_per_skill",
                violation_error_message=_("This skill already has this synonym."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SkillProposal(models.Model):
    """« None of these »: the skill that somebody couldn't find, for the administrators to read."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SYNONYM = "synonym", _("Added as a synonym")
        CREATED = "created", _("New skill created")
        DECLINED = "declined", _("Declined")

    text = models.CharField(_("the skill in your own words"), max_length=160)
    context = models.TextField(_("the text it was missing from"), max_length=5000, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="skill_proposals",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.WAITING)
    skill = models.ForeignKey(
        Skill,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("skill"),
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("skill proposal")
        verbose_name_plural = _("skill proposals")

    def __str__(self) -> str:
        return self.text


def _in_the_readers_language(row: models.Model, field: str) -> str:
    """The field in English when that is the reader's language and somebody wrote it; in French otherwise."""
    if (get_language() or "").startswith("en"):
        return getattr(row, f"{field}_en") or getattr(row, f"{field}_fr")
    return getattr(row, f"{field}_fr")
