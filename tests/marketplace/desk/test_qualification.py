"""The sheet of four questions, and the five ways it ends: each tells the structure."""

import pytest
from django.urls import reverse

from marketplace.actions.desk import qualification
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Format, Qualification
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_need, make_offer, make_user
from tests.marketplace.desk.desk_people import elsewhere, make_colleague

READY = {"scope": "YES", "transfer": "YES", "team": "DOUBT", "urgency": "YES"}


@pytest.fixture
def need():
    return make_need(member=make_user(), status=NeedStatus.SUBMITTED)


@pytest.fixture
def coordinator(need):
    return make_coordinator(need.pole, first_name="Maëlle", last_name="Vandamme")


@pytest.fixture
def desk(client, coordinator):
    """The coordinator's browser on the sheet."""
    client.force_login(coordinator)
    return client


def post(client, need, *, end=True, read=0, **answers):
    data = {"read": read, "end" if end else "keep": "yes"} | answers
    return client.post(reverse("need-qualify", args=[need.pk]), data, follow=True)


def told(need, kind) -> str:
    return Notification.objects.get(recipient=need.organisation.members.get(), kind=kind).text


def test_the_sheet_is_kept_and_found_again(desk, need, coordinator):
    post(desk, need, end=False, scope="DOUBT", scope_words="Deux projets en un.", met="VISIT",
         met_on=in_days(-2))  # fmt: skip
    page = desk.get(reverse("need-qualify", args=[need.pk])).content.decode()
    assert "Deux projets en un." in page
    need.refresh_from_db()
    assert (need.status, need.coordinator) == (NeedStatus.SUBMITTED, coordinator)


def test_ready_it_is_published(desk, need):
    post(desk, need, **READY, outcome="PUBLISH")
    need.refresh_from_db()
    assert (need.status, need.is_listed) == (NeedStatus.PUBLISHED, True)
    assert "est publié" in told(need, "need_published")
    assert need.qualification.outcome == "PUBLISH"


def test_a_question_without_an_answer_holds_the_publication_back(desk, need):
    page = post(desk, need, scope="YES", scope_words="Un site.", outcome="PUBLISH").content.decode()
    assert page.count("Répondez d’abord à cette question.") == 2 * 3, "in the summary and beside it"
    assert "Un site." in page, "what was typed is still there"
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    post(desk, need, read=1, **READY, outcome="PUBLISH")
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED


def test_what_publishing_needs_is_not_called_optional(desk, need):
    page = desk.get(reverse("need-qualify", args=[need.pk])).text
    assert "L’équipe saura-t-elle continuer seule une fois la mission finie\u00a0?</legend>" in page
    assert "Qu’en faisons-nous\u00a0?</legend>" in page
    assert page.count("(facultatif)") == 4 + 3, "what was seen, and the meeting"


def test_deciding_without_a_decision_says_so_beside_it(desk, need):
    page = post(desk, need, **READY).text
    assert page.count("Choisissez l’une des cinq.") == 2
    assert need.qualification.scope == "YES", "the sheet is kept all the same"
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_a_no_holds_the_publication_back(desk, need):
    page = post(desk, need, **READY | {"team": "NO"}, outcome="PRIVATE").content.decode()
    assert page.count("Vous avez répondu «\u00a0non\u00a0»\u00a0: ") == 2
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_proposed_privately_it_is_in_nobody_s_catalogue(desk, need):
    offer = make_offer()
    post(desk, need, **READY, outcome="PRIVATE")
    need.refresh_from_db()
    assert (need.status, need.is_listed) == (NeedStatus.PUBLISHED, False)
    assert "pas au catalogue" in told(need, "need_private")
    desk.logout()
    assert need.title not in desk.get(reverse("needs")).content.decode()
    assert desk.get(reverse("need", args=[need.pk])).status_code == 404
    desk.force_login(offer.person)
    assert desk.get(reverse("need", args=[need.pk])).status_code == 404


def test_whoever_is_asked_privately_sees_it_and_may_answer(desk, need):
    offer = make_offer()
    post(desk, need, **READY, outcome="PRIVATE")
    desk.post(reverse("need-ask-offer", args=[need.pk, offer.pk]), {"word": "Pour vous ?"})
    proposal = need.proposals.get()
    desk.force_login(offer.person)
    assert desk.get(reverse("need", args=[need.pk])).status_code == 200
    desk.post(reverse("proposal-accept", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.offer_said_yes_at


def test_a_private_one_goes_into_the_catalogue_once(desk, need):
    post(desk, need, **READY, outcome="PRIVATE")
    desk.post(reverse("need-list", args=[need.pk]))
    assert need.title in desk.get(reverse("needs")).content.decode()
    page = desk.post(reverse("need-list", args=[need.pk]), follow=True).content.decode()
    assert "déjà au catalogue" in page


def test_nothing_that_is_over_goes_into_the_catalogue(desk, need, coordinator):
    post(desk, need, **READY, outcome="PRIVATE")
    need.refresh_from_db()
    needs.close(need, reason="Pourvu.", by=coordinator)
    page = desk.post(reverse("need-list", args=[need.pk]), follow=True).content.decode()
    assert "déjà au catalogue" in page
    need.refresh_from_db()
    assert not need.is_listed


def test_one_hour_of_advice_is_one_click_away_for_the_structure(desk, need):
    post(desk, need, outcome="ONE_HOUR", words="Parlez d’abord à une comptable.")
    letter = told(need, "need_redirected")
    assert "Parlez d’abord à une comptable." in letter
    assert "demande d’une heure" in letter
    desk.force_login(need.organisation.members.get())
    assert "Parlez d’abord" in desk.get(need.get_absolute_url()).content.decode()
    desk.post(reverse("need-one-hour", args=[need.pk]))
    need.refresh_from_db()
    assert (need.status, need.format, need.hours) == (NeedStatus.DRAFT, Format.ONE_HOUR, 1)
    page = desk.post(reverse("need-one-hour", args=[need.pk]), follow=True).content.decode()
    assert "Trop tard" in page


def test_a_resource_is_named(desk, need):
    post(desk, need, outcome="RESOURCE", words="Le dispositif local d’accompagnement.")
    assert "Le dispositif local d’accompagnement." in told(need, "need_redirected")
    need.refresh_from_db()
    assert need.status == NeedStatus.REDIRECTED


def test_a_refusal_wants_words(desk, need):
    page = post(desk, need, outcome="REFUSE", words=" ").content.decode()
    assert "Dites pourquoi" in page
    post(desk, need, read=1, outcome="REFUSE", words="Ce serait un poste salarié.")
    assert "Ce serait un poste salarié." in told(need, "need_refused")


def test_two_on_one_sheet_do_not_write_over_each_other(client, need, coordinator):
    karim = make_colleague(coordinator, first_name="Karim", last_name="Benali")
    client.force_login(karim)
    post(client, need, end=False, scope="NO", scope_words="Trop vaste.")
    client.force_login(coordinator)
    page = post(client, need, end=False, scope="YES", scope_words="Très clair.").content.decode()
    assert "Karim Benali a écrit sur cette fiche" in page
    assert "Très clair." in page
    assert "Trop vaste." in page
    assert Qualification.objects.get().scope == "NO"
    post(client, need, end=False, read=1, scope="YES", scope_words="Très clair.")
    assert Qualification.objects.get().scope == "YES"


def test_too_late_it_is_said_what_became_of_it(desk, need):
    post(desk, need, **READY, outcome="PUBLISH")
    page = post(desk, need, read=1, **READY, outcome="REFUSE", words="Non.").content.decode()
    assert "n’est pas à qualifier" in page
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    assert not Notification.objects.filter(kind="need_refused").exists()


def sheet_of(need, coordinator, **answers):
    sheet = qualification.sheet_of(need, by=coordinator)
    for name, value in answers.items():
        setattr(sheet, name, value)
    return sheet


def test_a_sheet_that_comes_after_the_decision_of_a_colleague_is_not_kept(need, coordinator):
    """Both had the form before them: the other has published meanwhile."""
    sheet = sheet_of(need, coordinator, **READY | {"team": "NO"})
    needs.publish(need, by=make_colleague(coordinator))
    with pytest.raises(NotYet, match="ce besoin est maintenant"):
        qualification.save(sheet, read=0, by=coordinator)
    assert not Qualification.objects.exists()


@pytest.mark.parametrize("outcome", Qualification.OPENING)
@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (READY | {"urgency": ""}, "Répondez d’abord aux quatre questions"),
        (READY | {"scope": "NO"}, "Vous avez répondu « non »"),
    ],
)
def test_whatever_door_it_comes_by_nothing_opens_before_the_four_answers(
    need, coordinator, outcome, answers, sentence
):
    sheet = sheet_of(need, coordinator, **answers)
    qualification.save(sheet, read=0, by=coordinator)
    with pytest.raises(NotYet) as refused:
        qualification.conclude(sheet, outcome=outcome, words="", by=coordinator)
    assert sentence in str(refused.value).replace("\xa0", " ")
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


@pytest.mark.parametrize("outcome", sorted(set(Qualification.Outcome) - set(Qualification.OPENING)))
def test_whatever_door_it_comes_by_nothing_is_turned_down_without_a_word(
    need, coordinator, outcome
):
    sheet = qualification.save(sheet_of(need, coordinator, **READY), read=0, by=coordinator)
    with pytest.raises(NotYet, match="Dites pourquoi"):
        qualification.conclude(sheet, outcome=outcome, words=" \n", by=coordinator)
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_a_visit_is_not_in_the_future(desk, need):
    page = post(desk, need, end=False, met="VISIT", met_on=in_days(3)).content.decode()
    assert "Cette date n’est pas encore passée" in page


@pytest.mark.parametrize("name", ["need-qualify", "desk-need", "need-list"])
def test_strangers_the_structure_and_nobody_stay_outside(client, need, coordinator, name):
    address = reverse(name, args=[need.pk])
    assert client.post(address)["Location"].startswith("/compte/")
    client.force_login(need.organisation.members.get())
    assert client.post(address).status_code == 403
    client.force_login(elsewhere())
    assert client.post(address).status_code == 404


def test_only_the_structure_asks_for_one_hour(client, need, coordinator):
    client.force_login(coordinator)
    assert client.post(reverse("need-one-hour", args=[need.pk])).status_code == 403


@pytest.mark.parametrize(
    ("outcome", "kind"), [("PUBLISH", "need_published"), ("PRIVATE", "need_private")]
)
def test_the_word_for_the_structure_reaches_it_as_the_form_says(desk, need, outcome, kind):
    """« La structure le lit tel que vous l’écrivez » stood under a field whose words were lost."""
    post(desk, need, **READY, outcome=outcome, words="Nous cherchons d’abord près de chez vous.")
    assert "Nous cherchons d’abord près de chez vous." in told(need, kind)
