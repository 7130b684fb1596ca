"""The tables of a copy, by construction: none that leads to a person or an organisation is forgotten."""

import json
from itertools import groupby

import pytest
from django.db import models
from django.utils import timezone

from accounts.models import Membership, Organisation, PastMembership, User
from marketplace.personal_data import chapters
from marketplace.personal_data.labels import FOR_MACHINES, LABELS, label_of
from tests.factories import make_organisation, make_user
from tests.marketplace.desk.test_data_copies import made, opened, said
from tests.marketplace.personal_data.canaries import Aviary, parts_of, unchecked

EVERY_PART = [part for chapter in chapters.CHAPTERS for part in (*chapter.people, *chapter.houses)]


@pytest.mark.parametrize("target", [User, Organisation])
def test_every_column_that_leads_to_one_is_given_or_left_out_for_a_reason(target):
    assert chapters.forgotten(target) == set(), (
        "Give these in a chapter of marketplace/personal_data, or say in its LEFT_OUT why not."
    )


def test_a_new_column_would_be_named(monkeypatch):
    part = next(one for one in chapters.of_desk.PEOPLE if one.table == "marketplace.Note")
    without = tuple(one for one in chapters.of_desk.PEOPLE if one is not part)
    from dataclasses import replace

    chapter = replace(chapters.of_desk.CHAPTER, people=without)
    others = tuple(one for one in chapters.CHAPTERS if one is not chapters.of_desk.CHAPTER)
    monkeypatch.setattr(chapters, "CHAPTERS", (*others, chapter))
    assert chapters.forgotten(User) == {"marketplace.Note.by", "marketplace.Note.person"}


def test_what_is_left_out_is_there_and_is_left_out_for_a_reason():
    there = set(chapters.columns_to(User)) | set(chapters.columns_to(Organisation))
    left_out = chapters.left_out()
    assert left_out.keys() <= there
    assert all(len(why) > 30 for why in left_out.values())
    given = chapters.given_columns(User) | chapters.given_columns(Organisation)
    assert not given & left_out.keys()


def test_no_table_refers_to_people_without_saying_so():
    """A generic key could lead to anybody: the house has none."""
    assert not list(chapters.columns_to(type("Nobody", (), {})))


def test_each_part_says_columns_that_there_are():
    for part in EVERY_PART:
        names = {one.name for one in part.model._meta.concrete_fields}
        assert {*part.but, *part.names, *part.secrets} <= names | {"secret"}, part.code
        for way in (*part.ways, *part.mails):
            str(part.model._base_manager.filter(**{f"{way}__isnull": True}).query)


def test_no_two_parts_of_an_owner_have_one_name_in_the_json():
    for chapter_parts in ("people", "houses"):
        codes = [
            one.code for chapter in chapters.CHAPTERS for one in getattr(chapter, chapter_parts)
        ]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("whose", ["people", "houses"])
def test_parts_of_one_title_stand_together(whose):
    """The contents of the page lead to each title once."""
    for chapter in chapters.CHAPTERS:
        titles = [key for key, _parts in groupby(str(one.title) for one in getattr(chapter, whose))]
        assert len(titles) == len(set(titles)), chapter.title


def test_each_text_has_a_name_on_the_page_or_is_for_machines():
    unnamed = {
        f"{part.table}.{column.name}"
        for part in EVERY_PART
        for column in part.columns
        if isinstance(column, (models.CharField, models.TextField))
        and not {column.name, f"{part.model.__name__}.{column.name}"} & FOR_MACHINES
        and not label_of(column)
    }
    assert unnamed == set()


def test_no_name_is_for_a_column_that_there_isnt():
    names = {one.name for part in EVERY_PART for one in part.columns}
    names |= {f"{part.model.__name__}.{one.name}" for part in EVERY_PART for one in part.columns}
    assert LABELS.keys() <= names
    assert names >= FOR_MACHINES


# --- canaries ---------------------------------------------------------------------------------
@pytest.fixture
def other():
    person = make_user("Ottokar", "Zorglub", email="zorglub@ailleurs.example", phone="0699887766")
    return person


def copied(owner, by=None):
    copy = made(owner, by=by, now=timezone.now())
    assert copy.left_out == 0
    return said(copy), opened(copy)


@pytest.mark.once  # the checks are left out by SQLite alone
@pytest.mark.django_db
def test_each_row_that_leads_to_a_person_is_in_their_copy(other):
    nora = make_user("Nora", "Cherif")
    aviary = Aviary(nora, other)
    aviary.shared[Organisation] = make_organisation()
    with unchecked():
        aviary.fill(parts_of(nora))
        texts, _box = copied(nora)
    tables = json.loads(texts["donnees.json"])["tables"]
    masked = {
        (part.code, one.name) for part in parts_of(nora) if part.always for one in part.columns
    }
    masked |= {(part.code, name) for part in parts_of(nora) for name in (*part.names, *part.but)}
    secret = {("notifications.notification", name) for name in ("text", "url")}
    missing = [
        (table, column, text)
        for (table, column), found in aviary.canaries.items()
        for text in found
        if (table, column) not in masked | secret and text not in json.dumps(tables.get(table, []))
    ]
    assert not missing
    assert len(aviary.canaries) > 150


@pytest.mark.once  # the checks are left out by SQLite alone
@pytest.mark.django_db
def test_nobody_else_is_named_in_it(other):
    nora = make_user("Nora", "Cherif")
    aviary = Aviary(nora, other)
    aviary.shared[Organisation] = make_organisation()
    with unchecked():
        aviary.fill(parts_of(nora))
        texts, _box = copied(nora)
    whole = "".join(texts.values())
    for name in ("Ottokar", "Zorglub", "zorglub@", "0699887766"):
        assert name not in whole


@pytest.mark.once  # the checks are left out by SQLite alone
@pytest.mark.django_db
def test_each_row_that_leads_to_an_organisation_is_in_its_copy(other):
    claire = make_user("Claire", "Hermant")
    house = make_organisation(administrator=claire, name="Les Bottines")
    aviary = Aviary(house, other)
    with unchecked():
        aviary.fill(part for part in parts_of(house) if part.seen is None)
        for gone in (Membership, PastMembership):  # whoever is or was of it is named
            gone.objects.filter(user=other).delete()
        texts, _box = copied(house, by=claire)
    tables = json.loads(texts["donnees.json"])["tables"]
    left = {(part.code, name) for part in parts_of(house) for name in part.but}
    missing = [
        (table, column, text)
        for (table, column), found in aviary.canaries.items()
        for text in found
        if table != "accounts.pastmembership"
        and (table, column) not in left
        and text not in json.dumps(tables.get(table, []))
    ]
    assert not missing
    assert "Zorglub" not in "".join(texts.values())
