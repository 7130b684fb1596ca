"""What the page of who could help asks first is what the long questions would have found, and the card of a need that wants a pair
is never an old one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace import ranking
from marketplace.actions.market import carriers, proposals
from marketplace.models import NeedPosting, Offer, Side, Time
from marketplace.ranking import halves, live
from marketplace.ranking.surroundings import Known
from marketplace.states import NeedStatus
from marketplace.views.market.first_look import FirstLook, Sign
from tests.factories import make_need, make_offer, make_organisation, make_pole, make_user
from tests.marketplace.missions.pairing import Pairing

pytestmark = pytest.mark.django_db


@pytest.fixture
def it():
    return Pairing()


def signs(it, user=None) -> Sign:
    return FirstLook.at(user or it.aline, it.need).signs


def noe_comes(it):
    work, _own = it.asked()
    proposals.accept(work, side=Side.OFFER, by=it.noe)


def test_of_a_need_about_which_nothing_has_happened_it_says_so(it):
    assert signs(it) == Sign.REQUIRES
    make_pole("Pôle du Lac", ("74",))
    assert signs(it) == Sign.REQUIRES | Sign.OTHER_POLE


def test_it_says_that_somebody_was_put_forward_and_that_somebody_comes(it):
    it.asked()
    assert signs(it) == Sign.REQUIRES | Sign.PUT_FORWARD
    proposals.accept(it.of(it.work), side=Side.OFFER, by=it.noe)
    assert signs(it) == Sign.REQUIRES | Sign.PUT_FORWARD | Sign.COMES


def test_it_says_that_others_were_asked_to_carry_it(it):
    need = make_need(member=make_user(), status=NeedStatus.SUBMITTED, ranked=False)
    other = make_organisation(name="ACEPP", member=make_user())
    assert Sign.CARRIED not in FirstLook.at(it.aline, need).signs
    carriers.invite(need, other, word="", by=need.created_by, now=timezone.now())
    assert Sign.CARRIED in FirstLook.at(it.aline, need).signs


def test_it_names_what_is_offered_at_home_under_its_reader_and_by_the_structures_own_people(it):
    Membership.objects.create(user=it.awa, organisation=it.house, role="EMPLOYEE")
    Membership.objects.filter(user=it.aline).update(role="ADMINISTRATOR")
    stranger = make_offer(make_user(), skills=["site-web"])
    look = FirstLook.at(it.aline, it.need)
    assert (
        look.at_home
        == set(Offer.objects.at_home_under(it.aline).values_list("pk", flat=True))
        == {it.own.pk}
    )
    assert look.its_own == set(live.of_its_own(it.need).values_list("pk", flat=True))
    assert it.own.pk in look.its_own
    assert stranger.pk not in look.its_own
    assert FirstLook.at(it.solene, it.need).at_home == set()


# --- the card of the index, which may lag behind ---------------------------------------------
def kept(it) -> list[NeedPosting]:
    return list(NeedPosting.objects.filter(need=it.need))


def put_back(it, rows: list[NeedPosting]) -> None:
    NeedPosting.objects.filter(need=it.need).delete()
    for row in rows:
        row.pk = None
    NeedPosting.objects.bulk_create(rows)


def test_once_somebody_comes_the_page_looks_for_the_other_half_whatever_the_index_says(client, it):
    make_offer(make_user("Lou"), skills=["wordpress"])
    make_offer(make_user("Max"), organisation=it.company, skills=["wordpress"])
    rows = kept(it)
    noe_comes(it)
    put_back(it, rows)
    client.force_login(it.aline)
    page = client.get(reverse("need-candidates", args=[it.need.pk]), {"vue": "cartes"})
    assert [mission.offer for mission in page.context["pairing"].comes] == [it.work]
    assert [match.offer.time for match, *_asked in page.context["best"]] == [Time.OWN]
    assert page.context["pairing"].pairs == []


def test_once_nobody_comes_any_more_both_halves_are_wanted_whatever_the_index_says(it):
    nobody = Known(its_own=(), comes=False, requires=True)
    noe_comes(it)
    assert not halves.are_both_wanted(live.ask_for_need(it.fresh()).card)
    assert halves.are_both_wanted(ranking.around(it.fresh()).asked.card) is False
    it.need.missions.all().delete()
    around = ranking.around(it.fresh(), known=nobody)
    assert halves.are_both_wanted(around.asked.card)


def test_what_a_page_knows_changes_nothing_of_what_is_found(it):
    for _more in range(4):
        make_offer(make_user(), skills=["site-web", "wordpress"])
    known = FirstLook.at(it.aline, it.need).known
    told, plain = (ranking.around(it.fresh(), known=one, ahead=(20, 5)) for one in (known, None))
    for one, other in zip(told.matches(20), plain.matches(20), strict=True):
        assert (one.offer_id, one.score) == (other.offer_id, other.score)
    pairs, others = ranking.pairs_for(told), ranking.pairs_for(plain)
    assert [(one.work.offer_id, one.own.offer_id) for one in pairs] == [
        (one.work.offer_id, one.own.offer_id) for one in others
    ]
    assert pairs
