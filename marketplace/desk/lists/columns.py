"""The columns that several lists share, and how they say what they read."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Choices,
    Count,
    Model,
    OuterRef,
    QuerySet,
    StringAgg,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from common.spoken import names_of
from common.spreadsheets import Cell
from marketplace.desk.lists.filters import tags
from marketplace.desk.lists.kind import Column, Reader
from marketplace.models import Tag
from marketplace.models.desk.desk import TAGGED
from marketplace.models.market.choices import WHOSE_TIME
from marketplace.rules.prepared import Question, rows_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def words_of(choices: type[Choices]) -> Any:
    """What says a field that holds one of these; as it is what isn't one any more."""
    said = dict(choices.choices)
    return lambda value: capfirst(str(said.get(value, value)))


def whose_time(time: str) -> Cell:
    return capfirst(str(WHOSE_TIME.get(time, time)))


def day_of(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def if_said(day: date, is_said: bool) -> Cell:
    """A day, where somebody has said it."""
    return day if is_said else ""


def name_of(first: str | None, last: str | None, closed_at: datetime | None = None) -> str:
    return _("Closed account") if closed_at else f"{first or ''} {last or ''}".strip()


def in_charge(path: str = "") -> Column:
    """Who follows it: somebody, otherwise an operator as a whole."""

    def say(first: str | None, last: str | None, operator: str | None) -> Cell:
        return name_of(first, last) or operator or ""

    who = (f"{path}coordinator__first_name", f"{path}coordinator__last_name")
    return Column(
        name="suivi",
        label=gettext_lazy("Followed by"),
        fields=(*who, f"{path}operator__name"),
        say=say,
    )


def tagged(subject: str) -> Column:
    """The tags that this reader may read."""

    def annotated(reader: Reader) -> dict[str, Any]:
        mine = tags(reader, subject).filter(**{subject: OuterRef("pk")})
        return {"tags_said": joined(mine, subject, "words")}

    def of_page(reader: Reader, numbers: list[int]) -> dict[int, Cell]:
        """Asked of the rows that carry any at all: who may read which takes long to ask."""
        there = Tag.objects.filter(pole__in=reader.poles, **{f"{subject}__in": numbers})
        tagged = sorted(set(there.order_by().values_list(subject, flat=True)))
        read = rows_for(reader.user, TAGS_OF[subject], tagged) if tagged else []
        words: dict[int, list[str]] = {}
        for number, said in sorted(read):
            words.setdefault(number, []).append(said)
        return {number: ", ".join(those) for number, those in words.items()}

    return Column(
        name="etiquettes",
        label=gettext_lazy("Tags"),
        fields=("tags_said",),
        annotated=annotated,
        of_page=of_page,
    )


def _tags_of(subject: str) -> Question:
    """The tags on some rows of these that somebody may read, to be put together once (common/prepared.py)."""

    def asked(user: User, numbers: list[int]) -> QuerySet[Any]:
        theirs = Tag.objects.visible_to(user, of=subject).filter(**{f"{subject}__in": numbers})
        return theirs.order_by().values_list(subject, "words")

    asked.__name__ = f"tags_of_{subject}"
    return asked


TAGS_OF = {subject: _tags_of(subject) for subject in TAGGED}


def skills(rows: type[Model], path: str) -> Column:
    def annotated(_reader: Reader) -> dict[str, Any]:
        label = "label_en" if (get_language() or "").startswith("en") else "label_fr"
        mine = rows._default_manager.filter(**{path: OuterRef("pk")})
        return {"skills_said": joined(mine, path, f"skill__{label}")}

    return Column(
        name="competences",
        label=gettext_lazy("Skills"),
        fields=("skills_said",),
        annotated=annotated,
    )


def languages() -> Column:
    return Column(
        name="langues",
        label=gettext_lazy("Languages"),
        fields=("languages",),
        say=names_of,
        usual=False,
    )


def joined(rows: QuerySet[Any], of: str, words: str) -> Any:
    """An annotation: the words of these rows, one after the other."""
    said = rows.order_by().values(of)
    said = said.annotate(all=StringAgg(words, Value(", "), order_by=[words]))
    found = Subquery(said.values("all"), output_field=TextField())
    return Coalesce(found, Value("", TextField()))


def counted(rows: QuerySet[Any], of: str) -> Any:
    """An annotation: how many of these rows there are."""
    found = rows.order_by().values(of).annotate(n=Count("pk"))
    return Coalesce(Subquery(found.values("n")), 0)


def day(
    name: str, label: "StrOrPromise", path: str, *, is_sorted: bool = False, usual: bool = True
) -> Column:
    """A moment, by its day."""
    order = (path,) if is_sorted else ()
    return Column(
        name=name, label=label, fields=(path,), say=day_of, order=order, down=True, usual=usual
    )
