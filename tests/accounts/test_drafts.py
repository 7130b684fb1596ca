"""What is typed in a form is kept at each keystroke, for whoever typed it alone, until it is sent."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts import drafts, tasks
from accounts.actions import memberships, people
from accounts.models import FormDraft, Organisation
from marketplace.models import Need
from marketplace.states import NeedStatus
from tests.factories import make_need, make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
TYPED = {"title": "Tenir notre caisse", "starts_on": "pas une date", "password": "secret"}


@pytest.fixture
def need():
    return make_need(member=verify(make_user("Aline")), status=NeedStatus.DRAFT)


@pytest.fixture
def page(need):
    return reverse("need-edit", args=[need.pk])


@pytest.fixture
def aline(client, need):
    user = need.created_by
    client.force_login(user)
    return user


def make_member(organisation):
    user = verify(make_user("Basile"))
    organisation.memberships.create(user=user, role="MEMBER")
    return user


def key_of(client, page):
    return client.get(page).context["typing"].key


def keep(client, page, key, **words):
    return client.post(page, TYPED | words | {drafts.KEY: key, drafts.KEEP: "yes"})


def test_what_is_typed_is_found_again_wrong_or_right(client, aline, page):
    answer = keep(client, page, key_of(client, page))
    assert "Enregistré à l’instant" in answer.content.decode()
    shown = client.get(page).content.decode()
    assert "Vous aviez commencé ceci" in shown
    assert 'value="Tenir notre caisse"' in shown
    assert "pas une date" in shown


def test_a_secret_is_never_kept(client, aline, page):
    keep(client, page, key_of(client, page), gross="2000,00")
    kept = FormDraft.objects.get().form
    assert "secret" not in kept
    assert "2000" not in kept


def test_one_starts_afresh(client, aline, page):
    key = key_of(client, page)
    keep(client, page, key)
    client.post(page, {drafts.RESTART: "yes", drafts.KEY: key})
    assert "Tenir notre caisse" not in client.get(page).content.decode()
    assert keep(client, page, key).status_code == 409


def test_it_goes_with_the_saving_and_a_late_copy_is_refused(client, aline, need, page):
    opened = client.get(page)
    key, form = opened.context["typing"].key, opened.context["form"]
    keep(client, page, key)
    shown = {name: form[name].value() for name in form.fields}
    words = {name: value for name, value in shown.items() if value not in (None, "")}
    words |= {
        "title": "Un autre titre",
        "commune": need.commune.name,
        "commune-code": need.commune_id,
    }
    client.post(page, words | {drafts.KEY: key, "save": "yes"})
    assert Need.objects.get(pk=need.pk).title == "Un autre titre"
    late = keep(client, page, key)
    assert late.status_code == 409
    assert "déjà" in late.content.decode()
    assert client.get(page).context["typing"].found is None


def test_what_is_refused_stays_kept(client, aline, page):
    key = key_of(client, page)
    keep(client, page, key)
    answer = client.post(page, TYPED | {drafts.KEY: key, "submit": "yes"})
    assert answer.context["typing"].key == key
    assert client.get(page).context["typing"].found is not None


def test_two_tabs_are_two_drafts(client, aline, page):
    first, second = key_of(client, page), key_of(client, page)
    keep(client, page, first)
    keep(client, page, second, title="Autre chose")
    assert FormDraft.objects.count() == 2


def test_a_colleague_doesn_t_see_it(client, aline, need, page):
    keep(client, page, key_of(client, page))
    client.force_login(make_member(need.organisation))
    assert "Tenir notre caisse" not in client.get(page).content.decode()


def test_another_account_can_t_write_over_it(client, aline, need, page):
    key = key_of(client, page)
    keep(client, page, key)
    client.force_login(make_member(need.organisation))
    keep(client, page, key, title="Un autre")
    assert "Tenir" in FormDraft.objects.get(user=aline).form


def test_a_stranger_and_nobody_keep_nothing(client, page):
    client.force_login(verify(make_user()))
    assert keep(client, page, "k").status_code == 404
    client.logout()
    assert (
        client.post(page, {drafts.KEEP: "yes"}, headers={"HX-Request": "true"}).status_code == 204
    )
    assert not FormDraft.objects.exists()


def test_whoever_has_left_neither_keeps_nor_reads(client, aline, need, page):
    make_member(need.organisation)
    key = key_of(client, page)
    keep(client, page, key)
    memberships.leave(need.organisation.memberships.get(user=aline))
    assert keep(client, page, key).status_code in {403, 404}
    assert client.get(page).status_code in {403, 404}


def test_what_is_too_long_is_not_kept(client, aline, page):
    answer = keep(client, page, key_of(client, page), context="a" * 200_000)
    assert answer.status_code == 409
    assert not FormDraft.objects.exists()


def test_a_null_sign_is_left_out(client, aline, page):
    keep(client, page, key_of(client, page), context="a\0b")
    assert client.get(page).status_code == 200


def test_the_oldest_of_very_many_go(client, aline, page, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    for word in "abc":
        keep(client, page, key_of(client, page) + word, title=word)
    assert FormDraft.objects.count() == 2


def test_forms_that_are_sent_or_thrown_away_are_few_and_take_no_place(
    client, aline, page, monkeypatch
):
    monkeypatch.setattr(drafts, "MOST", 2)
    keep(client, page, key_of(client, page))
    for word in "abcd":
        client.post(page, {drafts.KEY: word, drafts.RESTART: "yes"})
    assert FormDraft.objects.filter(is_sent=True).count() == 2
    assert FormDraft.objects.filter(is_sent=False).count() == 1


def test_what_cannot_be_saved_as_it_is_is_kept_within_the_same_bounds(aline, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    for word in "abc":
        drafts.put(aline, "need:1", QueryDict(f"title={word}"))
    drafts.put(aline, "need:1", QueryDict(f"title={'é' * 100_000}"))
    assert [one.form for one in FormDraft.objects.order_by("pk")] == ["title=b", "title=c"]


def test_it_is_forgotten_after_two_months(client, aline, page):
    keep(client, page, key_of(client, page))
    FormDraft.objects.update(saved_at=timezone.now() - timedelta(days=61))
    assert client.get(page).context["typing"].found is None
    tasks.forget_typed()
    assert not FormDraft.objects.exists()


def test_it_goes_with_the_account():
    user = make_user()
    FormDraft.objects.create(user=user, place="need:new:1", key="k", form="title=Un")
    people.forget(user, now=timezone.now())
    assert not FormDraft.objects.exists()


def test_an_organisation_that_one_registers_is_kept_too(client):
    client.force_login(verify(make_user()))
    page = reverse("organisation-new-kind", args=["structure"])
    keep(client, page, key_of(client, page), name="Les Bottines")
    assert 'value="Les Bottines"' in client.get(page).content.decode()


def test_an_offer_of_one_house_isn_t_shown_for_oneself(client):
    user = verify(make_user())
    client.force_login(user)
    page = reverse("offer-new")
    keep(client, page, key_of(client, page))
    company = make_organisation(Organisation.Kind.COMPANY, member=user)
    assert client.get(page).context["typing"].found is None, company
