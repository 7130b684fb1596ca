"""What is kept for a time goes when its time is over, and not a day before: each kind of row of each line of the table, made from
the models themselves, as old as that, and one night of the clock."""

from datetime import timedelta
from functools import cache

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings as house
from django.db import models, transaction
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.desk.retention_lines import line, table
from marketplace.actions.desk.retention_models import HOLDS
from marketplace.models import Behalf
from marketplace.models.desk.behalf import LASTS
from tests.factories import make_organisation, make_user
from tests.marketplace.personal_data.canaries import Aviary, parts_of, unchecked
from tests.marketplace.personal_data.everything import where

pytestmark = pytest.mark.once
# Lived through elsewhere: an account (tests/marketplace/market/test_inactivity.py), a copy, a list, and rows that lead to
# nobody’s account (test_two_years.py, tests/marketplace/market/test_imports.py, tests/accounts/test_lost_session.py).
ELSEWHERE = {"account", "copies", "lists", "sessions", "typed", "refused-addresses"}
LINES = [one.code for one in table() if one.span and one.code not in ELSEWHERE]
LONG = timedelta(days=400)  # a paper's time begins with the end of its year
# What has ended, of the rows that are made of first choices.
ENDED = {
    "marketplace.Mission": {"status": "CLOSED"},
    "marketplace.BulkAct": {"state": "DONE"},
    "marketplace.Import": {"state": "DONE"},
    "notifications.Notification": {"status": "SENT"},
}
# In lines that have a time, and stays: nobody's words.
STAYS = {
    "marketplace.Agreement.token": "a fingerprint",
    "marketplace.Answer.question": "of the structure that asked; what was answered is gone",
    "marketplace.VisitStep.before": "a code",
    "marketplace.VisitStep.after": "a code",
    "marketplace.VisitStep.reason": "of whoever coordinates: a step is written once (docs/house_style.md)",
    "marketplace.DocumentStep.before": "a code",
    "marketplace.DocumentStep.after": "a code",
    "marketplace.Document.sha256": "the place of the paper in its chain",
    "marketplace.Document.signed_sha256": "the same",
    "marketplace.Signature.sha256": "the same",
    "marketplace.Import.digest": "the fingerprint of a file: it isn’t read twice",
    "marketplace.Import.problem": "the site’s own words, why it wasn’t read",
}
# A pôle's own files, once it could tell of them: until whoever is in them says no, as their line says.
TOLD = "records"


class Aged(Aviary):
    """Rows of that day: those that await something, or those that have had it."""

    def __init__(self, at, *, is_over):
        super().__init__(make_user("Ottoline", "Zwingmann"), make_user("Autre", "Personne"))
        self.shared[Organisation] = make_organisation()
        self.at, self.is_over = at, is_over

    def _values(self, model, way, of):
        values, texts = super()._values(model, way, of)
        for field in model._meta.concrete_fields:
            if field.auto_created or field.name == way or (field.null and not self.is_over):
                continue
            if isinstance(field, models.DateTimeField):
                values[field.name] = self.at
            elif isinstance(field, models.DateField):
                values[field.name] = timezone.localdate(self.at)
            elif field.name == "year":
                values[field.name] = self.at.year
        if "erased_at" in values:
            values["erased_at"] = None
        if model is Behalf:
            values["ends_at"] = self.at + LASTS
        return values | ENDED.get(model._meta.label, {}), texts


def night(*acts):
    current_app.loader.import_default_modules()
    for act in acts:
        told = current_app.tasks[house.CELERY_BEAT_SCHEDULE[act]["task"]].apply()
        assert told.state == "SUCCESS", (act, told.result)


@cache
def acts_of_all():
    return tuple(sorted({line(code).act for code in LINES}))


def left_after(acts, at, *, is_over, code=""):
    """What rows that are as old as that say, before a night and after it: the columns with a text, and how many rows there are.
    `code`: those of one line alone."""
    with transaction.atomic():
        with unchecked():
            aviary = Aged(at, is_over=is_over)
            parts = parts_of(aviary.owner)
            aviary.fill([one for one in parts if not code or one.table in HOLDS[code]])
            before = said_in(code)
            night(*acts)
            after = said_in(code)
        transaction.set_rollback(True)
    return before, after


def said_in(code):
    found = where("serin")
    if not code:
        return found
    rows = {f"{label} × {apps.get_model(label)._base_manager.count()}" for label in HOLDS[code]}
    return rows | of_line(code, found)


def of_line(code, columns):
    return {column for column in columns if column.rpartition(".")[0] in HOLDS.get(code, ())}


def test_no_line_with_a_time_keeps_a_text_that_it_doesnt_say():
    """Twelve years on, whether it was answered or not. What awaits somebody for ever in one of the two is read in the other."""
    long_ago = timezone.localtime() - timedelta(days=12 * 366)
    found = [left_after(acts_of_all(), long_ago, is_over=over)[1] for over in (True, False)]
    stays = {
        one for code in {*LINES, "lists"} - {TOLD} for one in of_line(code, found[0] & found[1])
    }
    letters = {one for one in stays if one.startswith("notifications.Notification.")}
    assert letters & {f"notifications.Notification.{name}" for name in ("text", "html")} == set()
    assert stays - letters == set(STAYS)


@pytest.mark.parametrize(
    "code", [code for code in LINES if code in HOLDS and code != "papers-years"]
)
def test_a_line_goes_when_its_time_is_over_and_not_two_days_before(code):
    one = line(code)
    young = one.span.before(timezone.localtime()) + timedelta(days=2)
    old = one.span.before(timezone.localtime()) - LONG
    went = set()
    for over in (True, False):
        before, after = left_after([one.act], young, is_over=over, code=code)
        assert before == after, "it goes too early"
        before, after = left_after([one.act], old, is_over=over, code=code)
        went |= before - after
    assert went, "it stays"
