"""Who comes by a need offers their help in four questions, and it leaves with their first offer, by their own click."""

import pytest
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import coming
from accounts.actions import invitations
from accounts.models import Coming, Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import helping
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.helping import HelpForm, PublishedForm
from marketplace.models import Offer, Proposal, Time, Welcome
from marketplace.models.missions.places import Places
from marketplace.states import NeedStatus
from tests.accounts.at_work_people import by_sign_in, link, sign_in_of
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_department,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
    verify,
)

pytestmark = pytest.mark.django_db
WORD = "Je fais des sites depuis dix ans."
SIGN_UP = {
    "first_name": "Aline",
    "last_name": "Moreau",
    "email": "aline.moreau@example.org",
    "password1": "une phrase de passe longue",
    "terms": "on",
}


@pytest.fixture
def need():
    make_skill("site-web", "Site internet")
    make_skill("redaction", "Rédaction")
    made = make_need(skills=("site-web", "redaction"), title="Refaire notre site", hours=21)
    make_need(skills=("site-web",), title="Un autre site")
    return made


def typed(**fields):
    return {
        "skills": ["site-web"],
        "word": WORD,
        "when": "WEEKEND",
        "commune": "Lille",
    } | fields


def keeps(client, need, **fields):
    return client.post(reverse("need-help", args=[need.pk]), typed(**fields))


def sends(client, need):
    return client.post(reverse("need-help-send", args=[need.pk]), follow=True)


def signed_in(client, **fields):
    user = make_user(**fields)
    client.force_login(user)
    return user


def test_a_visitor_is_asked_four_things_and_no_more(client, need):
    form = client.get(need.get_absolute_url()).context["help_form"]
    assert list(form.fields) == ["skills", "word", "when", "commune"]


def test_a_visitor_who_offers_help_finds_it_again_behind_the_account_and_sends_it_in_one_click(
    client, need
):
    to_sign_up = keeps(client, need)
    assert to_sign_up.url.startswith(reverse("account_signup"))
    sign_up = client.get(to_sign_up.url)
    assert "Refaire notre site" in sign_up.text
    assert "comes_for" not in sign_up.context["form"].fields, "they have said it"
    checks = client.post(reverse("account_signup"), SIGN_UP, follow=True)
    assert "Refaire notre site" in checks.text, "on the page that says to look into the mailbox"
    assert Coming.objects.get().about == need.pk
    assert not Offer.objects.exists()

    user = verify(Coming.objects.get().user)
    arrived = client.post(
        reverse("account_login"),
        {"login": user.email, "password": SIGN_UP["password1"]},
        follow=True,
    )
    assert arrived.redirect_chain[-1][0] == reverse("need-help-send", args=[need.pk])
    for told in (WORD, "Site internet", "Refaire notre site", "Lille", "3 jours"):
        assert told in arrived.text
    assert "Rédaction" not in arrived.text, "it wasn't ticked"
    assert not Proposal.objects.exists(), "nothing leaves before their click"

    there = sends(client, need)
    proposal = Proposal.objects.get()
    assert there.redirect_chain[-1][0] == proposal.get_absolute_url()
    offer = proposal.offer
    assert (proposal.need, proposal.word, proposal.created_by) == (need, WORD, user)
    assert (offer.person, offer.time) == (user, Time.OWN)
    assert (offer.weekdays, offer.hours, offer.title) == (0b1100000, 21, "Site internet")
    assert [one.skill.code for one in offer.held.all()] == ["site-web"]
    assert not Coming.objects.exists()
    assert "Refaire notre site" not in client.get(reverse("how-it-works")).text


def test_the_letter_s_page_says_what_for_even_in_another_browser(client, need):
    keeps(client, need)
    client.post(reverse("account_signup"), SIGN_UP)
    client.cookies.clear()
    page = client.get(confirmation_address())
    assert "Refaire notre site" in page.text
    assert reverse("coming-put-aside") not in page.text, "this browser holds nothing"


def confirmation_address():
    row = EmailAddress.objects.get(email=SIGN_UP["email"])
    return reverse("account_confirm_email", args=[get_emailconfirmation_model().create(row).key])


def test_it_is_on_each_page_until_it_is_put_aside(client, need):
    signed_in(client)
    keeps(client, need)
    page = client.get(reverse("how-it-works"))
    assert "Refaire notre site" in page.text
    assert reverse("need-help-send", args=[need.pk]) in page.text
    client.post(reverse("coming-put-aside"))
    assert "Refaire notre site" not in client.get(reverse("how-it-works")).text
    assert not Coming.objects.exists()


@pytest.mark.parametrize("has_account", [True, False])
def test_what_is_put_aside_by_one_tap_is_taken_up_again_by_another(client, need, has_account):
    if has_account:
        signed_in(client)
    keeps(client, need)
    aside, elsewhere = reverse("coming-put-aside"), reverse("how-it-works")
    assert "Reprendre" in client.post(aside, follow=True).text
    back = client.post(aside, {"again": "yes"}, follow=True)
    assert "Refaire notre site" in back.text
    assert "Reprendre" not in back.text
    assert "Refaire notre site" in client.get(elsewhere).text
    held = Coming.objects.get().text if has_account else client.session[coming.SLOT]["text"]
    assert held == WORD
    client.post(aside, follow=True)
    client.get(elsewhere)
    assert coming.ASIDE not in client.session, "kept until the next page alone"


def test_all_that_leaves_is_shown_with_who_reads_it_and_may_be_changed(client, need):
    signed_in(client)
    keeps(client, need)
    page = client.get(reverse("need-help-send", args=[need.pk]))
    for told in ("Site internet (à l’aise)", "jusqu’à 30 km", "Seules cette structure"):
        assert told in page.text
    assert page.text.index("Seules cette structure") < page.text.index("Envoyer mon aide")
    level = f"level-{make_skill('site-web').pk}"
    client.post(page.request["PATH_INFO"], {level: "3", "radius_km": "12"})
    offer = Offer.objects.get()
    assert (offer.radius_km, offer.held.get().level) == (12, 3)


@pytest.mark.parametrize(
    ("radius", "level"), [("-1", "2"), ("4000", "2"), ("loin", "2"), ("3", "9")]
)
def test_what_can_t_be_published_is_said_and_nothing_leaves(client, need, radius, level):
    signed_in(client)
    keeps(client, need)
    said = {"radius_km": radius, f"level-{make_skill('site-web').pk}": level}
    page = client.post(reverse("need-help-send", args=[need.pk]), said)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Offer.objects.exists()


def test_a_second_click_sends_nothing_twice(client, need):
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    again = sends(client, need)
    assert again.redirect_chain[-1][0] == Proposal.objects.get().get_absolute_url()
    assert Offer.objects.count() == 1


def test_the_act_itself_refuses_what_is_no_longer_kept(client, need):
    user = make_user()
    form = HelpForm(typed(), need=need, wanted=[make_skill("site-web")])
    make_commune()
    assert form.is_valid(), form.errors
    published = PublishedForm({}, skills=form.brought, need=need)
    assert published.is_valid()
    with pytest.raises(NotYet):
        helping.help(need, form.helping(published), by=user)
    assert not Offer.objects.exists()


def test_what_is_missing_is_said_beside_it_and_what_was_typed_stays(client, need):
    page = keeps(client, need, skills=[], when="")
    assert set(page.context["help_form"].errors) == {"skills", "when"}
    assert WORD in page.text
    assert coming.SLOT not in client.session


@pytest.mark.parametrize(
    "fields",
    [
        {"skills": ["\0", "conduite"]},
        {"when": "TOUJOURS"},
        {"commune": "\0"},
        {"commune": "Nulle-part-les-Bains"},
        {"word": "Écrivez-moi : aline@example.org"},
        {"word": "x" * 9_000},
    ],
)
def test_nonsense_is_refused_in_a_sentence(client, need, fields):
    page = keeps(client, need, **fields)
    assert page.status_code == 200
    assert page.context["help_form"].errors


def test_a_commune_that_no_pole_of_the_need_covers_is_told_before_an_account_is_made(client, need):
    make_pole("Pôle du Sud", departments=("13",))
    make_commune("13055", "Marseille", department=make_department("13", "Bouches-du-Rhône"))
    page = keeps(client, need, commune="Marseille", **{"commune-code": "13055"})
    assert "Pôle des Hauts" in page.context["help_form"].errors["commune"][0]


@pytest.mark.parametrize("status", [NeedStatus.CLOSED, NeedStatus.WITHDRAWN])
def test_a_need_that_no_longer_waits_leaves_them_their_words_and_needs_like_it(
    client, need, status
):
    signed_in(client)
    keeps(client, need)
    type(need).objects.filter(pk=need.pk).update(status=status)
    page = client.get(reverse("need-help-send", args=[need.pk]))
    assert "Un autre site" in page.text
    assert "Refaire notre site" not in page.text
    assert Coming.objects.exists()
    begun = client.get(reverse("offer-new"))
    assert [one.skill.code for one in begun.context["picker"].chosen] == ["site-web"]
    assert begun.context["form"].initial["days"] == [5, 6]
    assert sends(client, need).status_code == 200
    assert not Offer.objects.exists()


def test_a_full_need_found_at_the_last_click_keeps_everything(client, need, monkeypatch):
    signed_in(client)
    keeps(client, need)
    full = Places(left=0, kept=())
    monkeypatch.setattr("marketplace.models.missions.places.of_need", lambda _need: full)
    sends(client, need)
    assert Coming.objects.exists()
    assert not Offer.objects.exists()


@pytest.mark.parametrize("status", [NeedStatus.DRAFT, NeedStatus.SUBMITTED])
def test_a_need_that_isn_t_public_is_found_by_nobody(client, need, status):
    type(need).objects.filter(pk=need.pk).update(status=status)
    assert keeps(client, need).status_code == 404
    type(need).objects.filter(pk=need.pk).update(status=NeedStatus.PUBLISHED, is_listed=False)
    assert keeps(client, need).status_code == 404
    signed_in(client)
    assert keeps(client, need).status_code == 404
    assert client.get(reverse("need-help-send", args=[need.pk])).status_code == 404


def test_who_has_an_offer_chooses_it_and_finds_their_word_there(client, need):
    user = signed_in(client)
    offer = make_offer(user)
    keeps(client, need)
    page = client.get(reverse("need-help-send", args=[need.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("need-apply", args=[need.pk])
    assert page.context["form"].initial == {"word": WORD, "offer": offer}
    client.post(reverse("need-apply", args=[need.pk]), {"offer": offer.pk, "word": WORD})
    assert Proposal.objects.get().offer == offer
    assert not Coming.objects.exists()


def test_who_has_an_offer_sees_no_form_on_the_page(client, need):
    user = signed_in(client)
    make_offer(user)
    assert client.get(need.get_absolute_url()).context["help_form"] is None


def test_a_member_of_the_structure_offers_it_nothing(client, need):
    member = need.organisation.members.first()
    client.force_login(member)
    assert client.get(need.get_absolute_url()).context["help_form"] is None
    assert keeps(client, need).status_code == 403
    Coming.objects.create(user=member, kind="APPLY", about=need.pk)
    session = client.session
    session[coming.SLOT] = True
    session.save()
    page = client.get(reverse("need-help-send", args=[need.pk]), follow=True)
    assert page.redirect_chain[-1][0] == need.get_absolute_url()


def test_a_coordinator_of_the_pole_sees_no_form(client, need):
    client.force_login(make_coordinator(need.pole))
    assert client.get(need.get_absolute_url()).context["help_form"] is None


def test_a_need_of_a_suspended_structure_is_found_by_nobody(client, need):
    signed_in(client)
    Organisation.objects.filter(pk=need.organisation_id).update(status=OrganisationStatus.SUSPENDED)
    assert keeps(client, need).status_code == 404


def test_where_working_time_alone_is_wanted_no_own_time_is_asked_for(client, need):
    type(need).objects.filter(pk=need.pk).update(time=Welcome.WORK)
    assert client.get(need.get_absolute_url()).context["help_form"] is None


def test_no_own_time_is_sent_for_a_need_of_working_time_alone(client, need):
    signed_in(client)
    keeps(client, need)
    need.time = Welcome.WORK
    need.save()
    assert keeps(client, need, word="Encore").url == need.get_absolute_url()
    assert "temps de travail" in sends(client, need).text
    with pytest.raises(NotYet):
        helping.help(need, None, by=Coming.objects.get().user)
    assert not Offer.objects.exists()
    assert Coming.objects.get().text == WORD, "what was said stays theirs"


def test_an_employee_writes_their_offer_first_and_comes_back_to_the_need(client, need):
    user = signed_in(client)
    company = make_organisation(Organisation.Kind.COMPANY)
    Membership.objects.create(user=user, organisation=company, role="EMPLOYEE")
    assert client.get(need.get_absolute_url()).context["help_form"] is None
    client.post(reverse("need-help", args=[need.pk]), {"first": "offer"})
    page = client.get(reverse("offer-new"))
    assert "Refaire notre site" in page.text
    make_offer(user, organisation=company)
    back = client.get(reverse("need-help-send", args=[need.pk]))
    assert back.url == reverse("need-apply", args=[need.pk])


def test_somebody_else_s_words_are_nobody_s(client, need):
    signed_in(client)
    keeps(client, need)
    client.logout()
    signed_in(client)
    assert client.get(reverse("need-help-send", args=[need.pk])).url == need.get_absolute_url()
    sends(client, need)
    assert not Proposal.objects.exists()


def test_a_need_over_since_yesterday_waits_for_nobody(client, need):
    type(need).objects.filter(pk=need.pk).update(starts_on=in_days(-9), ends_on=in_days(-1))
    assert client.get(need.get_absolute_url()).context["help_form"] is None
    assert keeps(client, need).url == need.get_absolute_url()
    assert not mail.outbox


def test_an_invitation_followed_on_the_way_loses_nothing(client, need):
    boss = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    now = timezone.now()
    _row, secret = invitations.invite(
        company, email=SIGN_UP["email"], role="EMPLOYEE", by=boss, now=now
    )
    keeps(client, need)
    door = client.post(reverse("invitation-sign-up", args=[secret])).url
    client.post(door, SIGN_UP | {"next": reverse("invitation", args=[secret])})
    client.post(reverse("invitation", args=[secret]))
    assert Membership.objects.get(organisation=company, role="EMPLOYEE").user.coming
    page = client.get(reverse("how-it-works"))
    assert reverse("need-help-send", args=[need.pk]) in page.text
    assert WORD in client.get(reverse("need-help-send", args=[need.pk])).text


def test_a_session_that_a_company_has_opened_shows_nothing_of_it(client, need):
    user, boss = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    Membership.objects.create(user=user, organisation=company, role="EMPLOYEE")
    sign_in = sign_in_of(company, boss)
    link(user, sign_in, "v@verreries-du-nord.fr")
    Coming.objects.create(user=user, kind="APPLY", about=need.pk, text=WORD)
    browser = by_sign_in(user, sign_in)
    session = browser.session
    session[coming.SLOT] = True
    session.save()
    assert "Refaire notre site" not in browser.get(reverse("how-it-works")).text
    assert browser.get(need.get_absolute_url()).context["help_form"] is None
    sent_away = browser.get(reverse("need-help-send", args=[need.pk]))
    assert sent_away.url.startswith(reverse("own-time"))
