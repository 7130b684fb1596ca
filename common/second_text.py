"""A text that its author has written twice: in French, and in another language."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.spoken import LONGEST_TAG, TAGS, name_of_tag, read_first
from common.tongue import language_of

# As a need, an offer or a gathering says them; and as they are searched.
SECOND = ("second_language", "second_title", "second_text")
WORDS = ("second_title", "second_text")


@dataclass(frozen=True)
class Written:
    """A title and a text in one language, whose tag `lang` is."""

    lang: str
    title: str
    text: str

    @property
    def language(self) -> str:
        return name_of_tag(self.lang)


class WrittenTwice(models.Model):
    """The first text is asked for in French: it is what papers, letters and conversations quote. Whoever writes it in English
    all the same isn't said to have written French. `is_second_behind`: the first has changed since the second was last read
    again."""

    SUMMARY: ClassVar[str]  # the field that cards quote

    second_language = models.CharField(
        _("other language"),
        max_length=LONGEST_TAG,
        choices=TAGS,
        blank=True,
        default="",
        db_default="",
    )
    second_title = models.CharField(
        _("title in this language"), max_length=120, blank=True, default="", db_default=""
    )
    second_text = models.TextField(
        _("text in this language"), max_length=4000, blank=True, default="", db_default=""
    )
    is_second_behind = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True

    @property
    def is_written_twice(self) -> bool:
        """Whether the second text is whole: a draft may hold a part of it."""
        return bool(self.second_language and self.second_title and self.second_text)

    @property
    def reads_second(self) -> bool:
        """Whether whoever reads now is shown the second text first."""
        return self.is_written_twice and self.second_language == read_first()

    @property
    def first(self) -> Written:
        title, text = str(self), getattr(self, self.SUMMARY)
        return Written(language_of(f"{title}\n{text}"), title, text)

    @property
    def second(self) -> Written | None:
        if not self.is_written_twice:
            return None
        return Written(self.second_language, self.second_title, self.second_text)

    @property
    def shown(self) -> Written:
        """Title and text in the language of whoever reads now."""
        return (self.second if self.reads_second else None) or self.first

    @property
    def other(self) -> Written | None:
        """The one that isn't `shown`, if there is one."""
        return self.first if self.reads_second else self.second

    @property
    def behind_words(self) -> str:
        """What its author is told of a second text that may be out of date; "" where it isn't."""
        if not (self.is_second_behind and self.is_written_twice):
            return ""
        said = gettext(
            "The French text has changed since: the one in %(language)s may be out of date."
        )
        return said % {"language": name_of_tag(self.second_language)}
