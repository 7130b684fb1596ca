"""Odd data and odd moments: a sentence where somebody must act, right lists everywhere else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.states import OrganisationStatus
from common.spoken import Spoken
from marketplace import ranking
from marketplace.actions.market import news
from marketplace.matching.definition import WEIGHTS
from marketplace.models import KeptMatch, MatchWeights, Need, NeedSkill, Offer, Side, StaleMark
from marketplace.ranking import clock, index, stored_lists
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests import factories as make


def typed_offer():
    make.a_pole()
    return {
        "title": "Développeuse web", "about": "", "place": "BOTH", "commune": make.make_commune().insee,
        "radius_km": "30", "starts_on": make.in_days(0).isoformat(),
        "ends_on": make.in_days(120).isoformat(), "days": ["0", "2"], "volume": "20", "unit": "hours",
        "capacity": "1", "skills": [make.make_skill().code],
    }  # fmt: skip


def lists_are_made():
    ranking.refresh_due(timezone.now())


# --- No place, and not remotely -------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("commune", "", "Indiquez le nom d’une commune"),
        ("place", "", "obligatoire"),
        ("radius_km", "-1", "supérieure ou égale à 0"),
        ("starts_on", "2046-01-01", "plus de trois ans"),
    ],
)
def test_an_offer_that_is_nowhere_or_never_is_told_so_beside_the_field(
    client, field, typed, sentence
):
    client.force_login(make.make_user())
    data = typed_offer() | {field: typed, "ends_on": "2047-01-01"}
    page = client.post(reverse("offer-new"), data)
    assert page.status_code == 200
    assert any(sentence in error for error in page.context["form"].errors[field])
    assert not Offer.objects.exists()


def test_a_commune_is_needed_even_remotely_and_the_database_says_so_too():
    offer = make.make_offer(place="REMOTE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(commune=None)


# --- Skills ---------------------------------------------------------------------------------


def test_an_offer_without_skills_is_in_no_list_and_its_page_says_what_to_do(client):
    need, offer = make.make_need(), make.make_offer(skills=[])
    assert ranking.needs_for(offer) == ranking.offers_for(need) == []
    lists_are_made()
    assert not KeptMatch.objects.exists()
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "ne nomme encore aucune compétence" in page
    assert "aucun ne demande ces compétences" not in page


def test_a_language_that_keeps_everybody_apart_is_named_on_both_sides(client):
    need = make.make_need(member=make.make_user(), languages=Spoken.FRENCH)
    offer = make.make_offer(languages=Spoken.ARABIC)
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "sont dans une autre langue\xa0: français" in page
    assert "D’autres dates" not in page
    client.force_login(need.organisation.members.get())
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert "travaillent dans une autre langue\xa0: arabe" in page
    Offer.objects.update(languages=Spoken.ARABIC | Spoken.FRENCH)
    offer.refresh_from_db()
    ranking.changed(offer)
    assert (
        "dans une autre langue" not in client.get(reverse("need-candidates", args=[need.pk])).text
    )


@pytest.mark.parametrize("years", [2, 10])
def test_dates_years_apart_are_no_near_miss_and_the_sentence_speaks_of_dates(client, years):
    need = make.make_need(member=make.make_user())
    start = make.in_days(365 * years)
    offer = make.make_offer(starts_on=start, ends_on=start + timedelta(days=60))
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert need.title not in page
    assert "les dates, la distance" in page
    client.force_login(need.organisation.members.get())
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert offer.title not in page
    assert "pas à ces dates" in page


def test_a_gap_of_some_weeks_still_nearly_fits(client):
    need = make.make_need(ends_on=make.in_days(30))
    offer = make.make_offer(starts_on=make.in_days(60), ends_on=make.in_days(120))
    client.force_login(offer.person)
    assert need.title in client.get(offer.get_absolute_url()).text


def test_a_withdrawn_skill_still_brings_together_those_who_have_it():
    need, offer = make.make_need(skills=["minitel"]), make.make_offer(skills=["minitel"])
    skill = make.make_skill("minitel")
    skill.withdrawn_at = timezone.now()
    skill.save()
    lists_are_made()
    (match,) = ranking.offers_for(need)
    assert match.offer == offer
    assert KeptMatch.objects.filter(need=need, offer=offer).count() == 2


def test_a_thirteenth_skill_is_refused_with_a_sentence_and_sixty_in_the_data_are_counted(client):
    client.force_login(make.make_user())
    codes = [make.make_skill(f"skill-{number}").code for number in range(60)]
    page = client.post(reverse("offer-new"), typed_offer() | {"skills": codes, "look": "yes"})
    assert "Douze compétences au plus" in page.text


# --- Many, and all at once ------------------------------------------------------------------


@pytest.fixture
def five_hundred():
    """The needs of one structure, each with one of five skills."""
    structure = make.make_organisation(member=make.make_user())
    first = make.make_need(structure)
    skills = [make.make_skill(f"skill-{number}") for number in range(5)]
    same = {
        field.attname: getattr(first, field.attname)
        for field in Need._meta.concrete_fields
        if field.attname not in {"id", "title"}
    }
    made = Need.objects.bulk_create(Need(title=f"Besoin {n}", **same) for n in range(499))
    NeedSkill.objects.bulk_create(
        NeedSkill(need=need, skill=skills[place % 5]) for place, need in enumerate(made)
    )
    index.rebuild()
    return structure


def test_five_hundred_needs_of_one_structure_make_right_lists(
    client, five_hundred, django_assert_max_num_queries
):
    some = [make.make_offer(skills=[f"skill-{number}"]) for number in range(3)]
    lists_are_made()
    assert KeptMatch.objects.filter(side=Side.NEED).count() == 300
    # Twenty, and a few to spare for when some leave.
    assert KeptMatch.objects.filter(side=Side.OFFER).count() == 3 * (
        stored_lists.TOP + stored_lists.SPARE
    )
    for offer in some:
        best = [match.need_id for match in ranking.numbers_for(offer)[0]]
        lines = stored_lists.read(stored_lists.OFFERS, [offer.pk])[offer.pk]
        first = sorted(lines, key=lambda need: (-lines[need][0], need))
        assert first[: stored_lists.TOP] == best
    Offer.objects.filter(pk=some[0].pk).update(status="PAUSED")
    ranking.changed(some[0])
    clock.refresh_marked(now=timezone.now())
    assert KeptMatch.objects.filter(side=Side.NEED).count() == 200
    client.force_login(five_hundred.members.get())
    with django_assert_max_num_queries(60):
        for door in ("home", "my-needs"):
            assert client.get(reverse(door)).status_code == 200


def test_the_plan_of_a_pole_with_five_hundred_needs_of_one_structure(five_hundred):
    for number in range(5):
        make.make_offer(skills=[f"skill-{number}"], capacity=2)
    plan = ranking.plan_for(five_hundred.pole, today=timezone.localdate())
    assert plan.needs == 500
    assert plan.ours.served == 10


# --- In the middle --------------------------------------------------------------------------


def kept_for(offer) -> list[Need]:
    best = ranking.best_kept(Need.objects.none(), Offer.objects.filter(pk=offer.pk))
    return [match.need for match in best[Side.OFFER]]


def test_a_structure_suspended_in_the_middle_is_nowhere_and_comes_back_as_it_was():
    need = make.make_need(member=make.make_user(), published_at=timezone.now())
    offer = make.make_offer(published_at=timezone.now() - timezone.timedelta(days=30))
    lists_are_made()
    structure = need.organisation
    structure.status = OrganisationStatus.SUSPENDED
    structure.save()
    assert ranking.needs_for(offer) == []
    assert kept_for(offer) == []
    assert news.tell_new(timezone.now()) == 0
    assert not Notification.objects.filter(recipient=offer.person).exists()
    lists_are_made()
    assert ranking.plan_for(need.pole, today=timezone.localdate()).needs == 0
    (reason,) = ranking.why(need, offer).excluded
    assert reason.code == "state"
    structure.status = OrganisationStatus.ACCEPTED
    structure.save()
    lists_are_made()
    assert [match.need for match in ranking.needs_for(offer)] == [need]
    assert kept_for(offer) == [need]


def test_what_a_lost_task_left_is_found_by_the_sweep():
    """Nobody rings and no worker comes: the marks are rows, and wait."""
    need, offer = make.make_need(), make.make_offer()
    assert StaleMark.objects.count() == 2
    assert not KeptMatch.objects.exists()
    lists_are_made()
    assert not StaleMark.objects.exists()
    assert KeptMatch.objects.filter(need=need, offer=offer).count() == 2


def test_two_places_overseas_are_as_near_as_they_are():
    saint_denis = make.make_commune("97411", "Saint-Denis", latitude=-20.8789, longitude=55.4481)
    saint_pierre = make.make_commune("97416", "Saint-Pierre", latitude=-21.3393, longitude=55.4781)
    need = make.make_need(place="ON_SITE", commune=saint_denis)
    near = make.make_offer(place="ON_SITE", commune=saint_pierre, radius_km=60)
    make.make_offer(place="ON_SITE", radius_km=1_000)  # from Lille
    (match,) = ranking.offers_for(need)
    assert match.offer == near
    assert match.facts.metres // 1_000 == 51


def test_an_empty_list_doesnt_put_on_skills_what_dates_and_distance_do(client):
    make.make_need(place="ON_SITE")
    island = make.make_commune("97411", "Saint-Denis", latitude=-20.8789, longitude=55.4481)
    far = {"place": "ON_SITE", "commune": island, "starts_on": make.in_days(400)}
    offer = make.make_offer(ends_on=make.in_days(420), **far)
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "1 besoin ouvert demande ces compétences, ou presque" in page
    assert "une autre compétence demandée, les dates" in page, "it may ask for one more"
    assert "aucun ne demande ces compétences" not in page


def test_what_was_put_forward_already_is_said_to_be_so_and_not_a_matter_of_dates(client):
    need, offer = make.make_need(), make.make_offer()
    proposal = make.make_proposal(need, offer)
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "déjà été proposée pour chaque besoin ouvert" in page
    assert "D’autres dates" not in page
    assert "Aucun besoin ouvert ne remplit" not in page
    proposal.move("DECLINED", by=need.created_by)
    client.force_login(need.created_by)
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert "ont déjà été sollicitées pour ce besoin" in page
    assert "D’autres dates" not in page


# --- What is promised beside a list is what comes of it ---------------------------------------


@pytest.mark.parametrize("north", [1, -1])
@pytest.mark.parametrize("radius", [0, 30, 31, 100, 101, 1_000])
def test_as_far_north_or_south_as_somebody_comes_and_no_farther(radius, north):
    """The index is read by stretches: none ends too early."""

    def town(insee, kilometres):
        latitude = 46 + north * kilometres / 111.2  # kilometres in a degree
        return make.make_commune(insee, latitude=latitude, longitude=2.0)

    offer = make.make_offer(commune=town("00001", 0), radius_km=radius, place="ON_SITE")
    for place in ("ON_SITE", "BOTH"):
        near = make.make_need(place=place, commune=town("00002", max(0, radius - 1)))
        far = make.make_need(place=place, commune=town("00003", radius + 3))
        assert [match.offer for match in ranking.offers_for(near)] == [offer]
        assert ranking.offers_for(far) == []
        assert [match.need for match in ranking.needs_for(offer)] == [near]
        assert [match.offer for match in ranking.near_misses_for_need(far)] == [offer]
        assert [match.need for match in ranking.around_offer(offer)[1]] == [far]
        Need.objects.all().delete()


def test_each_single_change_brings_as_many_as_it_says():
    needs = [
        make.make_need(skills=["excel", "paie"], place="ON_SITE", starts_on=make.in_days(50)),
        make.make_need(place="ON_SITE", starts_on=make.in_days(50), ends_on=make.in_days(60)),
    ]
    for number in range(12):
        make.make_offer(
            skills=[["excel"], ["excel", "paie"], ["site-web"]][number % 3],
            place=["REMOTE", "ON_SITE"][number % 2],
            starts_on=make.in_days([0, 70, 130][number % 3]),
            ends_on=make.in_days([40, 90, 200][number % 3]),
        )
    promised = 0
    for need in needs:
        before = len(ranking.offers_for(need, top=50))
        for relaxation in ranking.relaxations_for_need(need):
            with transaction.atomic():
                _apply(need, relaxation.values)
                after = len(ranking.offers_for(Need.objects.get(pk=need.pk), top=50))
                transaction.set_rollback(True)
            assert after - before == relaxation.gain, relaxation.words
            promised += 1
    assert promised >= 2


def _apply(need, values):
    """As the form would keep it."""
    need.wanted.filter(skill=values.get("welcome")).update(required=False)
    need.wanted.filter(skill=values.get("level")).update(level=F("level") - 1)
    values = {name: value for name, value in values.items() if name not in {"welcome", "level"}}
    Need.objects.filter(pk=need.pk).update(**values, updated_at=timezone.now())
    ranking.changed(need)


# --- A need that waits for nobody -----------------------------------------------------------


@pytest.mark.parametrize("status", [NeedStatus.FILLED, NeedStatus.PAUSED, NeedStatus.CLOSED])
def test_how_long_a_need_has_waited_speaks_for_it_while_it_is_open_alone(status):
    need, offer = make.make_need(), make.make_offer()
    MatchWeights.objects.create(pole=need.pole, offer=WEIGHTS["offer"] | {"waiting": 30})
    Need.objects.filter(pk=need.pk).update(published_at=timezone.now() - timedelta(days=400))
    before = ranking.why(need, offer)
    assert "waiting" in codes(before.reasons_for_offer_side)
    Need.objects.filter(pk=need.pk).update(status=status)
    after = ranking.why(Need.objects.get(pk=need.pk), offer)
    assert codes(after.excluded) == ["state"]
    assert "waiting" not in codes(after.reasons_for_offer_side)
    assert set(codes(after.reasons_for_offer_side)) < set(codes(before.reasons_for_offer_side))
    assert after.score == before.score


def codes(reasons):
    return [reason.code for reason in reasons]
