"""Rows of every kind, made from the models themselves: whoever leads to them by each way, a canary in each text."""

from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from itertools import count

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.personal_data import chapters
from marketplace.personal_data.part import NEVER

VALUES = {
    models.BooleanField: lambda: False,
    models.IntegerField: lambda: 1,
    models.FloatField: lambda: 1.0,
    models.DecimalField: lambda: Decimal("1"),
    models.DateTimeField: timezone.now,
    models.DateField: lambda: date(2026, 3, 2),
    models.TimeField: lambda: time(9),
    models.JSONField: dict,
    models.UUIDField: lambda: "0" * 32,
    models.BinaryField: lambda: b"",
    models.GenericIPAddressField: lambda: "127.0.0.1",
}


CHECKS = (
    "SELECT rel.relname, con.conname FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid"
    " WHERE con.contype = 'c' AND rel.relnamespace = 'public'::regnamespace"
)


@contextmanager
def unchecked():
    """What only rows made by acts hold to isn't asked of these: SQLite leaves its checks out; PostgreSQL drops them, in a
    transaction that is taken back."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits is asked before
            cursor.execute(CHECKS)
            for table, name in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


class Aviary:
    """`owner` is whose rows they are; every other person that a row names is `other`."""

    def __init__(self, owner, other):
        self.owner, self.other = owner, other
        self.shared, self.numbers = {}, count(1)
        self.canaries = {}  # (table, column) → the texts put there

    def fill(self, parts):
        for part in parts:
            if part.table == "marketplace.DataCopy":
                continue  # one at a time: the copy of the test is its row
            for way in part.ways:
                if "__" not in way and way != "pk":
                    self.row(part, way)

    def row(self, part, way):
        model = part.model
        field = model._meta.get_field(way)
        values, texts = self._values(model, way, f"{part.code}-{way}")
        if not field.many_to_many:
            values[way] = self.owner
        try:
            with transaction.atomic():
                [made] = model._base_manager.bulk_create([model(**values)])
        except IntegrityError:
            return  # one row that this person leads to by another way is enough
        if field.many_to_many:
            getattr(made, way).add(self.owner)
        for column, text in texts.items():
            self.canaries.setdefault((part.code, column), []).append(text)

    def _values(self, model, way, of):
        values, texts = {}, {}
        for field in model._meta.concrete_fields:
            if field.name == way or field.auto_created or field.name == "id":
                continue
            if field.is_relation:
                if field.related_model is User:
                    values[field.name] = self.other
                elif not field.null:
                    values[field.name] = self.stub(field.related_model)
            elif isinstance(field, (models.CharField, models.TextField)):
                values[field.name] = self._text(field, of)
                if not field.choices and field.name not in NEVER:
                    texts[field.name] = values[field.name]
            elif not field.null:
                values[field.name] = self._plain(field)
        return values, texts

    def _text(self, field, of):
        if field.choices and not isinstance(field, models.EmailField):
            return field.flatchoices[0][0]
        number = next(self.numbers)
        text = (
            f"serin{number}x{field.name}"
            if not isinstance(field, models.EmailField)
            else f"serin{number}@x.example"
        )
        return text[-field.max_length :] if field.max_length else text

    def _plain(self, field):
        for kind in type(field).__mro__:
            if kind in VALUES:
                return VALUES[kind]()
        return None

    def stub(self, model):
        """A row that others hang on: the owner's own, where it can only be theirs."""
        if model is Organisation:
            return self.owner if isinstance(self.owner, Organisation) else self.shared[Organisation]
        if model not in self.shared:
            there = model._base_manager.first()
            if there is None:
                values, _texts = self._values(model, "", model.__name__)
                [there] = model._base_manager.bulk_create([model(**values)])
            self.shared[model] = there
        return self.shared[model]


def parts_of(owner):
    return [part for _chapter, part in chapters.parts_of(owner)]
