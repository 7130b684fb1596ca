"""Who nearly fits: each gap has a button, and each button leads to an act that closes it."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import ranking
from marketplace.actions.market import proposals
from marketplace.models import Draft, Level, NeedSkill, Offer, OfferSkill, Proposal, Side
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_skill,
    make_user,
)


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


def links(page, start):
    """The addresses of the buttons that lead there."""
    found = [unescape(url) for url in re.findall(r'href="([^"]+)"', page)]
    return [url for url in found if url.startswith(start)]


def candidates(client, need):
    return client.get(reverse("need-candidates", args=[need.pk]), {"vue": "cartes"}).text


def as_posted(page):
    """What the form holds, as a browser would send it."""
    form, picker = page.context["form"], page.context["picker"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, "")}
    for name, field in form.fields.items():
        prepared = field.prepare_value(values.get(name)) if name in values else None
        if prepared is not None:
            values[name] = prepared
    values["commune"] = form.instance.commune.insee
    values["skills"] = [one.skill.code for one in picker.chosen]
    for one in picker.chosen:
        values[f"level_{one.skill.code}"] = one.level
        values[f"required_{one.skill.code}"] = "yes" if one.required else "no"
    return values


def a_level_lacks():
    """A close skill, two levels below: one level less wanted, and it would do."""
    need, offer = make_need(skills=[]), make_offer(skills=[])
    excel, close = make_skill("excel"), make_skill("tableur")
    excel.close.add(close)
    NeedSkill.objects.create(need=need, skill=excel, level=Level.EXPERT)
    OfferSkill.objects.create(offer=offer, skill=close, level=Level.BASIC)
    ranking.changed(need, offer)
    return need, offer


GAPS = {
    "remote": lambda: (make_need(place="ON_SITE"), make_offer(place="REMOTE")),
    "further": lambda: (
        make_need(place="ON_SITE"),
        make_offer(
            commune=make_commune("59178", "Douai", latitude=50.3714, longitude=3.0797),
            radius_km=20,
            place="ON_SITE",
        ),
    ),
    "dates": lambda: (
        make_need(starts_on=in_days(5), ends_on=in_days(20)),
        make_offer(starts_on=in_days(40), ends_on=in_days(90)),
    ),
    "days": lambda: (
        make_need(starts_on=in_days(0), ends_on=in_days(0)),
        make_offer(weekdays=127 & ~(1 << in_days(0).weekday())),
    ),
    "hours": lambda: _spent(),
    "learn": a_level_lacks,
    "share": lambda: (make_need(skills=["excel", "paie"]), make_offer(skills=["excel"])),
}


CHANGES = {"remote": "place=", "dates": "ends_on=", "learn": "level=", "share": "welcome="}


def _spent():
    """Another mission has taken all the hours offered."""
    offer = make_offer(hours=10, capacity=3)
    proposal = make_proposal(make_need(hours=10), offer)
    proposals.accept(proposal, side=Side.NEED, by=proposal.need.created_by)
    return make_need(), offer


@pytest.mark.parametrize("code", GAPS)
def test_the_button_of_a_gap_asks_the_right_question_and_is_a_proposal(client, maelle, code):
    need, offer = GAPS[code]()
    (match,) = ranking.near_misses_for_need(need)
    assert match.offer == offer
    door = reverse("need-ask-offer", args=[need.pk, offer.pk])
    (url,) = links(candidates(client, need), f"{door}?question={code}")
    form = client.get(url)
    word = form.context["form"].initial["word"]
    assert word
    assert word in unescape(form.text)
    client.post(url, {"word": word})
    assert Proposal.objects.get(need=need, offer=offer).word == word


def test_each_side_asks_in_its_own_words(client, maelle):
    need, offer = GAPS["share"]()
    for who, door, words in (
        (maelle, reverse("need-ask-offer", args=[need.pk, offer.pk]), "prendriez-vous le reste"),
        (
            offer.person,
            reverse("need-apply", args=[need.pk]),
            "Je peux faire cette mission, mais pas",
        ),
    ):
        client.force_login(who)
        form = client.get(door, {"question": "share", "offer": offer.pk}).context["form"]
        assert words in form.initial["word"]


def test_a_question_about_what_isnt_missing_begins_with_nothing(client, maelle):
    need, offer = make_need(), make_offer()
    url = reverse("need-ask-offer", args=[need.pk, offer.pk])
    for code in ("remote", "nonsense"):
        assert client.get(url, {"question": code}).context["form"].initial == {}


@pytest.mark.parametrize("code", ["remote", "dates", "learn", "share"])
def test_the_coordinators_change_of_the_need_closes_the_gap(client, maelle, code):
    need, offer = GAPS[code]()
    door = reverse("need-edit", args=[need.pk])
    # The relaxations' come first; of several for one gap, the one that this is about.
    url = [url for url in links(candidates(client, need), door) if CHANGES[code] in url][-1]
    page = client.get(url)
    assert "Le changement choisi est déjà rempli" in page.text
    assert ranking.offers_for(need) == []  # nothing is kept before somebody saves
    client.post(url, as_posted(page) | {"save": "yes"})
    assert [match.offer for match in ranking.offers_for(need)] == [offer]


@pytest.mark.parametrize("code", ["remote", "further", "dates"])
def test_whoever_offers_may_ask_or_change_their_offer(client, code):
    need, offer = GAPS[code]() if code != "remote" else (
        make_need(place="REMOTE"), make_offer(place="ON_SITE")
    )  # fmt: skip
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    (ask,) = links(
        page, f"{reverse('need-apply', args=[need.pk])}?offer={offer.pk}&question={code}"
    )
    form = client.get(ask).context["form"]
    assert form.initial["offer"] == offer
    assert form.initial["word"]
    change = links(page, f"{reverse('offer-edit', args=[offer.pk])}?")[-1]
    edit = client.get(change)
    client.post(change, as_posted(edit) | {"save": "yes"})
    assert [match.need for match in ranking.needs_for(offer)] == [need]


@pytest.mark.parametrize(
    ("code", "to_need", "to_offer"),
    [
        ("learn", "Inviter, avec le temps d’apprendre", "Demander du temps pour apprendre"),
        ("further", "Demander de venir jusque-là", "Proposer de venir de temps en temps"),
    ],
)
def test_a_button_says_what_its_reader_asks_for(client, maelle, code, to_need, to_offer):
    need, offer = GAPS[code]()
    page = candidates(client, need)
    assert to_need in page
    assert to_offer not in page
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert to_offer in page
    assert to_need not in page


def test_whoever_offers_isn_t_told_what_only_the_structure_could_do(client):
    need, offer = make_need(skills=["paie"]), make_offer(skills=["excel"])
    client.force_login(offer.person)
    page = client.get(need.get_absolute_url()).text
    assert "Manque" in page
    assert "Chercher quelqu’un d’autre" not in page


@pytest.mark.parametrize(
    ("code", "of_the_structure"),
    [("further", "Demander si la personne viendrait"), ("learn", "Accepter ce niveau")],
)
def test_whoever_offers_isn_t_told_to_ask_it_of_themselves(client, code, of_the_structure):
    need, offer = GAPS[code]()
    client.force_login(offer.person)
    for url in (need.get_absolute_url(), offer.get_absolute_url()):
        page = client.get(url).text
        assert links(page, reverse("need-apply", args=[need.pk]))
        assert of_the_structure not in page


def test_a_coordinator_who_looks_at_an_offer_asks_in_its_place(client, maelle):
    need, offer = GAPS["remote"]()
    page = client.get(offer.get_absolute_url()).text
    door = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert links(page, f"{door}?question=remote")
    assert not links(page, reverse("offer-edit", args=[offer.pk]))


def test_why_not_has_the_same_buttons(client, maelle):
    need, offer = GAPS["remote"]()
    for url in (
        reverse("need-why-pair", args=[need.pk, offer.pk]),
        reverse("need-why-not", args=[need.pk]) + f"?qui={offer.person.first_name}",
    ):
        assert links(client.get(url).text, reverse("need-ask-offer", args=[need.pk, offer.pk]))


def test_nobody_is_asked_whose_missions_are_all_taken(client, maelle):
    offer = make_offer(capacity=2)
    proposal = make_proposal(make_need(), offer)
    proposals.accept(proposal, side=Side.NEED, by=proposal.need.created_by)
    need = make_need()
    Offer.objects.filter(pk=offer.pk).update(capacity=1)
    ranking.changed(offer)
    assert ranking.near_misses_for_need(need)
    assert not links(candidates(client, need), reverse("need-ask-offer", args=[need.pk, offer.pk]))


# --- What a single change would bring -------------------------------------------------------


def test_nobody_is_asked_who_is_in_touch_by_another_offer(client, maelle):
    need, offer = GAPS["remote"]()
    ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert links(candidates(client, need), ask)
    make_proposal(need, make_offer(offer.person))
    assert not links(candidates(client, need), ask)


def test_a_single_change_is_one_click_away_for_who_may_make_it(client, maelle):
    need = make_need(member=make_user(), place="ON_SITE")
    make_offer(place="REMOTE")
    (url,) = links(candidates(client, need), reverse("need-edit", args=[need.pk]) + "?place=BOTH")[
        :1
    ]
    assert client.get(url).context["form"]["place"].value() == "BOTH"


def test_the_structure_asks_its_coordinators_for_the_change(client):
    aline = make_user()
    need = make_need(member=aline, place="ON_SITE", submitted_at=timezone.now())
    make_offer(place="REMOTE")
    client.force_login(aline)
    page = candidates(client, need)
    assert not links(page, reverse("need-edit", args=[need.pk]))
    words = unescape(re.search(r'name="begin" value="([^"]+)"', page)[1])
    assert "À distance aussi" in words
    answer = client.post(reverse("need-talk", args=[need.pk]), {"begin": words}, follow=True)
    assert "À distance aussi" in answer.text
    assert Draft.objects.get(user=aline).text == words


def test_what_a_link_suggests_is_left_out_when_it_makes_no_sense(client, maelle):
    need = make_need()
    url = reverse("need-edit", args=[need.pk])
    odd = {
        "place": "MOON",
        "ends_on": "tomorrow",
        "radius_km": "-4",
        "level": "x",
        "welcome": "9" * 30,
    }
    page = client.get(url, odd)
    assert page.status_code == 200
    assert "déjà rempli" not in page.text
    assert page.context["form"]["place"].value() == need.place


def test_a_change_that_brings_several_is_said_once_above_them_with_one_button(client, maelle):
    need = make_need(skills=["excel", "paie"])
    ada = make_offer(make_user("Ada", "Une"), skills=["excel"])
    for name in ("Lou", "Max"):
        make_offer(make_user(name, "Autre"), skills=["excel"])
    pay = reverse("need-edit", args=[need.pk]) + f"?welcome={make_skill('paie').pk}"
    page = candidates(client, need)
    assert links(page, pay) == [pay]
    said = page.replace("\u00a0", " ")
    assert "« paie » souhaitée plutôt qu’indispensable : 3 de plus" in said
    assert "« paie » dans une mission à part : 3 de plus" in said
    assert page.index(pay) < page.index("Elles conviendraient presque")
    assert len(links(page, reverse("need-split", args=[need.pk]))) == 1
    assert len(links(page, reverse("need-ask-offer", args=[need.pk, ada.pk]))) == 1  # of her own
    desk = client.get(reverse("desk-need", args=[need.pk])).text
    assert links(desk, pay) == [pay]
    for _turn in range(5):
        make_offer(skills=["excel", "paie"])  # enough of them: only what the cards share is said
    page = candidates(client, need)
    assert links(page, reverse("need-edit", args=[need.pk]) + "?") == [pay]
    assert page.count("de plus") == 2


def test_a_change_that_brings_one_is_a_button_of_theirs_and_not_said_above(client, maelle):
    need = make_need(skills=["excel", "paie"])
    make_offer(skills=["excel"])
    pay = reverse("need-edit", args=[need.pk]) + f"?welcome={make_skill('paie').pk}"
    page = candidates(client, need)
    assert links(page, pay) == [pay]
    assert "1 de plus" not in page.replace("\u00a0", " ")


def test_whoever_offers_reads_once_what_would_bring_several_needs(client):
    douai = make_commune("59178", "Douai", latitude=50.3714, longitude=3.0797)
    offer = make_offer(commune=douai, radius_km=20, place="ON_SITE")
    for _turn in range(2):
        make_need(place="ON_SITE")
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    changes = links(page, reverse("offer-edit", args=[offer.pk]) + "?radius_km=")
    assert len(changes) == len(set(changes))


def test_one_change_is_said_of_one_value_the_least_that_brings_as_much(client):
    """Not « Jusqu’à 30 km : 2 de plus » and, under it, « Jusqu’à 35 km : 2 de plus »."""
    douai = make_commune("59178", "Douai", latitude=50.3714, longitude=3.0797)
    offer = make_offer(commune=douai, radius_km=15, place="ON_SITE")
    for _turn in range(2):
        make_need(place="ON_SITE")
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    form = reverse("offer-edit", args=[offer.pk])
    assert links(page, f"{form}?radius_km=") == [f"{form}?radius_km=30"]
