"""From an offer that trains groups to a gathering, and from a need to the session that teaches what it lacks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.models import Block, Gathering
from tests.factories import make_commune, make_need, make_offer, make_organisation, make_user
from tests.marketplace.gatherings.people import host_of, letters, make_gathering, put_down
from tests.marketplace.gatherings.test_gatherings import typed

pytestmark = pytest.mark.django_db


def test_who_trains_groups_is_asked_from_their_offer(client):
    trainer, writer = make_user("Nora", "Cherif"), make_user()
    offer = make_offer(trainer, skills=("tableur",), trains_up_to=12)
    host = make_organisation(member=writer)
    make_need(host)  # that is why its people see offers
    client.force_login(writer)
    page = client.get(offer.get_absolute_url()).content.decode()
    url = f"{reverse('gathering-new', args=[host.pk])}?animee-par={offer.pk}"
    assert url in page
    assert 'value="tableur" checked' in client.get(url).content.decode()
    client.post(url, typed(trainer=str(offer.pk)))
    assert Gathering.objects.get().trainer == offer
    assert len(letters("gathering_trainer_asked", trainer)) == 1


@pytest.mark.parametrize("which", ["trains nobody", "of another"])
def test_nobody_else_is_named(client, which):
    writer = make_user()
    host = make_organisation(member=writer)
    make_need(host)
    offer = make_offer(make_user(), trains_up_to=None if which == "trains nobody" else 5)
    if which == "of another":
        host.needs.all().delete()  # without a published need one sees no offers
    client.force_login(writer)
    url = f"{reverse('gathering-new', args=[host.pk])}?animee-par={offer.pk}"
    assert "trainer" not in client.get(url).context["form"].fields
    client.post(url, typed(trainer=str(offer.pk)))
    assert not Gathering.objects.exclude(trainer=None).exists()


@pytest.mark.parametrize(("typed_in", "is_right"), [("12", True), ("1", False), ("999999", False)])
def test_how_many_one_trains_is_said_in_the_folded_part_of_the_offer(client, typed_in, is_right):
    offer = make_offer(make_user())
    client.force_login(offer.person)
    url = reverse("offer-edit", args=[offer.pk])
    page = client.get(url)
    sent = {
        "title": offer.title, "about": "Vingt ans.", "amount": "21", "unit": page.context["form"].HOURS, "starts_on": offer.starts_on,
        "ends_on": offer.ends_on, "days": [0, 1], "place": "BOTH", "commune": "Lille",
        "commune-code": "59350", "radius_km": 30, "capacity": 1, "skills": ["site-web"],
        "trains_up_to": typed_in, "save": "yes",
    }  # fmt: skip
    assert "trains_up_to" in page.context["form"].fields
    answer = client.post(url, sent)
    offer.refresh_from_db()
    assert (offer.trains_up_to == 12) is is_right, answer.context and answer.context["form"].errors
    assert is_right or answer.context["form"].errors["trains_up_to"]


def test_a_need_shows_the_session_that_teaches_what_it_lacks_to_its_own(client):
    member = make_user()
    need = make_need(member=member, skills=("tableur",))
    near = make_gathering(title="Le tableur à Lille")
    put_down(near)
    far = make_commune("13055", "Marseille", latitude=43.3, longitude=5.4)
    make_gathering(title="Le tableur à Marseille", commune=far)
    make_gathering(title="Autre chose", skills=("couture",))
    client.force_login(member)
    for url in (need.get_absolute_url(), reverse("need-candidates", args=[need.pk])):
        page = client.get(url).content.decode()
        assert "Le tableur à Lille" in page
        assert "11 places" in page
        assert "Marseille" not in page
        assert "Autre chose" not in page
    client.force_login(make_user())
    assert "Le tableur à Lille" not in client.get(need.get_absolute_url()).content.decode()


def test_a_boss_learns_nothing_of_who_leads_it_on_their_own_time_and_changes_nothing_of_it(client):
    boss, nora = make_user("Odile", "Fabre"), make_user("Nora", "Cherif")
    house = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    Membership.objects.create(user=nora, organisation=house, role="EMPLOYEE")
    host = make_organisation(member=make_user("Anne", "Petit"))
    Membership.objects.create(user=boss, organisation=host, role="MEMBER")
    offer = make_offer(nora, title="Comptable du dimanche", trains_up_to=5)
    gathering = make_gathering(host, trainer=offer, trainer_agreed_at=timezone.now())
    client.force_login(boss)
    for name in ("gathering-page", "gathering-edit"):
        page = client.get(reverse(name, args=[gathering.pk])).content.decode()
        assert "Cherif" not in page
        assert "Comptable du dimanche" not in page
    client.post(reverse("gathering-edit", args=[gathering.pk]), typed(title="Autrement dit"))
    gathering.refresh_from_db()
    assert (gathering.title, gathering.trainer) == ("Autrement dit", offer)


def test_who_keeps_the_host_away_isnt_asked_to_lead(client):
    trainer, writer = make_user("Nora", "Cherif"), make_user()
    offer = make_offer(trainer, skills=("tableur",), trains_up_to=12)
    host = make_organisation(member=writer)
    make_need(host)
    Block.objects.create(by=trainer, organisation=host)
    client.force_login(writer)
    url = f"{reverse('gathering-new', args=[host.pk])}?animee-par={offer.pk}"
    client.post(url, typed(trainer=str(offer.pk)))
    assert not Gathering.objects.exists()
    assert not letters("gathering_trainer_asked")


@pytest.mark.parametrize("who", ["asked", "host"])
def test_who_is_asked_to_lead_one_in_preparation_reads_for_how_many(client, who):
    trainer = make_user("Nora", "Cherif")
    offer = make_offer(trainer, skills=("tableur",), trains_up_to=12)
    draft = make_gathering(trainer=offer, status="DRAFT", seats=77, seats_each=2)
    client.force_login(trainer if who == "asked" else host_of(draft))
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "77 places, 2 au plus par structure" in page
