"""Who came, on one page; the certificate; the minutes and their files."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Minutes, StoredFile
from marketplace.states import AttendanceStatus
from tests.factories import make_coordinator, make_offer, make_organisation, make_pole, make_user
from tests.marketplace.gatherings.people import (
    again,
    be_over,
    host_of,
    make_gathering,
    put_down,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def over():
    """Over, with three people who had a seat."""
    gathering = make_gathering()
    for name in ("Aline", "Bilal", "Chloé"):
        person = make_user(name, "Martin")
        put_down(gathering, person, make_organisation(name=f"Chez {name}", member=person))
    return be_over(gathering)


def page(gathering):
    return reverse("gathering-presence", args=[gathering.pk])


def seats(gathering):
    return list(gathering.attendances.order_by("pk"))


def states(gathering):
    return [one.status for one in seats(gathering)]


def test_the_host_says_who_came_and_takes_it_back(client, over):
    client.force_login(host_of(over))
    aline, bilal, _chloe = seats(over)
    client.post(page(over), {f"came-{aline.pk}": "CAME", f"came-{bilal.pk}": "MISSED", "save": "1"})
    assert states(over) == ["CAME", "MISSED", "CONFIRMED"]
    client.post(page(over), {"all": "1", f"came-{bilal.pk}": "MISSED"})
    assert states(over) == ["CAME", "MISSED", "CAME"]
    assert "Annuler" in client.get(page(over)).content.decode()
    client.post(page(over), {"undo": "1"})
    assert states(over) == ["CAME", "MISSED", "CONFIRMED"]


@pytest.mark.parametrize("who", ["stranger", "coordinator", "other pôle", "has left", "suspended"])
def test_nobody_else_says_it(client, over, who):
    person = host_of(over)
    if who == "stranger":
        person = make_user()
    if who == "coordinator":
        person = make_coordinator(over.pole)
    if who == "other pôle":
        person = make_coordinator(make_pole("Pôle du Lac", ("74",)))
    if who == "has left":
        over.host.memberships.all().delete()
    if who == "suspended":
        Organisation.objects.filter(pk=over.host_id).update(status=OrganisationStatus.SUSPENDED)
    client.force_login(person)
    for name in ("gathering-presence", "gathering-minutes"):
        answer = client.post(reverse(name, args=[over.pk]), {"all": "1", "text": "x"})
        assert answer.status_code in {403, 404}
    assert states(over) == ["CONFIRMED"] * 3


def test_before_it_begins_and_after_two_months_it_isnt_said(client, over):
    to_come = make_gathering(over.host)
    seat = put_down(to_come)
    client.force_login(host_of(over))
    client.post(page(to_come), {"all": "1"})
    assert again(seat).has_a_seat
    be_over(over, days=70)
    client.post(page(over), {"all": "1"})
    assert states(over) == ["CONFIRMED"] * 3


def test_who_came_says_once_whether_it_served_and_their_coming_then_stays(client, over):
    client.force_login(host_of(over))
    client.post(page(over), {"all": "1"})
    seat = seats(over)[0]
    client.force_login(seat.person)
    for which in ("utile", "utile", "pas-utile"):
        client.post(reverse("attendance-act", args=[seat.pk]), {"act": which})
    assert again(seat).serves is True
    client.force_login(host_of(over))
    client.post(page(over), {f"came-{seat.pk}": "MISSED"})
    assert again(seat).came


def test_who_wasnt_there_says_nothing_of_it(client, over):
    seat = seats(over)[0]
    client.force_login(seat.person)
    client.post(reverse("attendance-act", args=[seat.pk]), {"act": "utile"})
    assert again(seat).serves is None


def test_each_who_came_takes_a_certificate_that_tells_facts(client, over):
    aline, bilal, _chloe = seats(over)
    type(aline).objects.filter(pk=aline.pk).update(status=AttendanceStatus.CAME)
    url = reverse("attendance-certificate", args=[aline.pk])
    for person in (aline.person, host_of(over)):
        client.force_login(person)
        text = PdfReader(io.BytesIO(client.get(url).content)).pages[0].extract_text()
        for fact in ("Aline Martin", "Chez Aline", "Tableur", "Les Bottines", "3 heures"):
            assert fact in text
    client.force_login(bilal.person)
    assert client.get(url).status_code == 404
    assert client.get(reverse("attendance-certificate", args=[bilal.pk])).status_code == 404


def test_the_minutes_and_their_files_are_for_who_had_a_seat(client, over, settings, tmp_path):
    client.force_login(host_of(over))
    file = SimpleUploadedFile("photo.png", PNG, content_type="image/png")
    url = reverse("gathering-minutes", args=[over.pk])
    client.post(url, {"text": "On a parlé de trésorerie.", "file": file})
    assert Minutes.objects.get().text == "On a parlé de trésorerie."
    download = reverse("file", args=[StoredFile.objects.get().name])
    there = reverse("gathering-page", args=[over.pk])
    client.force_login(seats(over)[0].person)
    assert "trésorerie" in client.get(there).content.decode()
    assert client.get(download).status_code == 200
    for stranger in (make_user(), make_coordinator(over.pole)):
        client.force_login(stranger)
        assert "trésorerie" not in client.get(there).content.decode()
        assert client.get(download).status_code == 404
    client.force_login(host_of(over))
    kept = Minutes.objects.get().files.get()
    client.post(url, {"text": "Corrigé.", "drop": [kept.pk]})
    assert not Minutes.objects.get().files.exists()
    assert client.post(url, {"text": ""}).context["form"].errors["text"]


def _png() -> bytes:
    from PIL import Image

    kept = io.BytesIO()
    Image.new("RGB", (2, 2), "teal").save(kept, "PNG")
    return kept.getvalue()


PNG = _png()


def test_all_others_came_keeps_who_is_said_by_the_same_answer_to_have_stayed_away(client, over):
    client.force_login(host_of(over))
    aline = seats(over)[0]
    client.post(page(over), {"all": "1", f"came-{aline.pk}": "MISSED"})
    assert states(over) == ["MISSED", "CAME", "CAME"]
    client.post(page(over), {"undo": "1"})
    assert states(over) == ["CONFIRMED", "CONFIRMED", "CONFIRMED"]


def test_while_it_runs_who_has_a_seat_still_finds_the_link_and_nobody_else(client):
    gathering = make_gathering(link="https://visio.example.org/tableur")
    seat, now = put_down(gathering), timezone.now()
    hours = {"starts_at": now - timedelta(minutes=2), "ends_at": now + timedelta(hours=2)}
    type(gathering).objects.filter(pk=gathering.pk).update(**hours)
    for person, shown in ((seat.person, True), (make_user(), False)):
        client.force_login(person)
        page = client.get(gathering.get_absolute_url()).content.decode()
        assert ("visio.example.org" in page) is shown


def test_afterwards_the_host_reads_on_its_page_who_came_and_how_many_it_served(client):
    gathering = make_gathering()
    for _ in range(6):
        put_down(gathering)
    over = be_over(gathering)
    rows = seats(over)
    client.force_login(host_of(over))
    here = client.get(over.get_absolute_url()).content.decode()
    assert "Personne n’a encore dit qui est venu" in here
    client.post(page(over), {"all": "1", f"came-{rows[0].pk}": "MISSED"})
    over.attendances.filter(pk__in=[one.pk for one in rows[1:5]]).update(serves=True)
    here = client.get(over.get_absolute_url()).content.decode()
    assert "5 personnes venues sur 6" in here
    assert "Personne ne s’est encore inscrit" not in here
    assert "Dire qui est venu" not in here, "nothing is left to say"
    assert "à partir de cinq réponses" in here, "of four each would be guessed"
    over.attendances.filter(pk=rows[5].pk).update(serves=False)
    here = client.get(over.get_absolute_url()).content.decode()
    assert "cela a servi à 4 des 5 personnes qui ont répondu" in here


@pytest.mark.parametrize("agreed", [True, False])
def test_who_led_it_reads_the_minutes_and_who_was_asked_alone_doesnt(client, over, agreed):
    offer = make_offer(make_user("Nora", "Cherif"))
    over.trainer, over.trainer_agreed_at = offer, timezone.now() if agreed else None
    over.save()
    Minutes.objects.create(gathering=over, text="Trois formules.", by=host_of(over))
    client.force_login(offer.person)
    assert ("Trois formules." in client.get(over.get_absolute_url()).content.decode()) is agreed
