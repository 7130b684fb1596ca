"""An organisation sets up its own sign-in: who may, in which order, and what each step takes back."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.utils import timezone

from accounts.actions import arrivals, memberships, people, sign_ins
from accounts.actions.refusals import Refusal
from accounts.models import SignIn
from notifications.models import Notification
from tests.accounts.domain_people import DOMAIN, agreed, proven, with_address
from tests.accounts.sign_in_people import ISSUER, an_identity, open_house, opened, set_up, tried
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(head, boss, coordinator):
    return agreed(head, boss, coordinator)


@pytest.fixture
def row(domain, head, boss):
    return opened(head, boss)


def told(kind="sign_in_changed"):
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def fresh(row):
    return SignIn.objects.select_related("organisation", "app").get(pk=row.pk)


def change(row, by, **said):
    said = {"issuer": ISSUER, "client_id": "site", "vouched": False} | said
    sign_ins.change(row, **said, by=by, now=timezone.now())


ACTS = [
    lambda row, by, now: set_up(row.organisation, by),
    lambda row, by, now: change(row, by),
    lambda row, by, now: sign_ins.note_tried(row, an_identity(), by=by, now=now),
    *(
        lambda row, by, now, act=act: act(row, by=by, now=now)
        for act in (
            sign_ins.open_to_all,
            sign_ins.shut,
            sign_ins.require,
            sign_ins.lift,
            sign_ins.end,
        )
    ),
]


# --- who may --------------------------------------------------------------------------------
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger", "employee", "gone"])
def test_nobody_else_decides(request, row, head, boss, colleague, act, who):
    if who == "employee":
        person = verify(make_user())
        head.memberships.create(user=person, role="EMPLOYEE")
    elif who == "gone":
        head.memberships.filter(user=colleague).update(role="ADMINISTRATOR")
        memberships.leave(head.memberships.get(user=boss))
        person = boss
    else:
        person = request.getfixturevalue(who)
    before = fresh(row)
    with pytest.raises(Refusal):
        act(row, person, timezone.now())
    assert fresh(row).opened_at == before.opened_at
    assert fresh(row).app.client_id == "site"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
def test_nothing_is_decided_for_an_organisation_that_is_not_verified(row, head, boss, act, status):
    head.status = status
    head.save()
    with pytest.raises(Refusal):
        act(row, boss, timezone.now())


@pytest.mark.parametrize("act", ACTS[1:])
def test_nothing_is_decided_of_one_that_has_ended(row, boss, act):
    sign_ins.end(row, by=boss, now=timezone.now())
    with pytest.raises(Refusal, match="terminé"):
        act(row, boss, timezone.now())


def test_another_organisations_administrator_decides_nothing(row):
    other = verify(make_user())
    make_organisation("COMPANY", administrator=other)
    with pytest.raises(Refusal):
        sign_ins.end(row, by=other, now=timezone.now())


# --- setting it up --------------------------------------------------------------------------
def test_it_needs_a_domain_that_opens_alone(head, boss):
    with pytest.raises(Refusal, match="domaine"):
        set_up(head, boss)
    proven(head, boss)
    with pytest.raises(Refusal, match="domaine"):
        set_up(head, boss)
    assert not SocialApp.objects.exists()


def test_what_is_written_opens_nothing(domain, head, boss):
    row = set_up(head, boss)
    assert not SignIn.objects.working(timezone.now()).exists()
    assert row.app.settings == {"server_url": ISSUER}
    assert (row.app.provider, len(row.app.provider_id)) == ("openid_connect", 12)
    assert row.app.provider_id == sign_ins.slug_for(head)


def test_a_double_click_sets_it_up_once_and_another_one_is_refused(domain, head, boss):
    assert set_up(head, boss).pk == set_up(head, boss).pk
    with pytest.raises(Refusal, match="rechargez"):
        set_up(head, boss, client_id="autre")
    assert SocialApp.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f" {ISSUER}/.well-known/openid-configuration ", ISSUER),
        ("https://Verreries.EU.auth0.com/", "https://verreries.eu.auth0.com/"),
        (
            "https://login.microsoftonline.com/abc/v2.0",
            "https://login.microsoftonline.com/abc/v2.0",
        ),
        ("https://clefs.fr:8443/realms/Verreries", "https://clefs.fr:8443/realms/Verreries"),
        ("http://connexion.fr", ""),
        ("connexion.fr", ""),
        ("https://connexion.fr?x=1", ""),
        ("https://connexion.fr#x", ""),
        ("https://moi:secret@connexion.fr", ""),
        ("https://[::1", ""),
        ("https://connexion.fr:99999", ""),
        ("https://conne xion.fr", ""),
        ("https://connexion.fr/\n", "https://connexion.fr/"),
        ("https://connexion.fr/a\nb", ""),
        ("https://é.fr", ""),
        ("https://", ""),
        ("\0", ""),
        ("", ""),
    ],
)
def test_the_providers_address_is_read_as_it_is_copied(typed, kept):
    assert sign_ins.issuer_of(typed) == kept


def test_to_try_things_out_a_provider_of_this_machine_is_written_by_http(settings):
    assert sign_ins.issuer_of("http://localhost:8080/realms/essai") == ""
    settings.OPENID_LOOPBACK = True
    assert sign_ins.issuer_of("http://localhost:8080/realms/essai") == (
        "http://localhost:8080/realms/essai"
    )


# --- changing it ----------------------------------------------------------------------------
def test_a_new_secret_alone_takes_nothing_back(row, boss):
    change(row, boss, secret="autre")
    assert fresh(row).opened_at
    assert fresh(row).app.secret == "autre"
    change(row, boss)
    assert fresh(row).app.secret == "autre", "an empty one keeps it"


def test_another_identifier_is_tried_and_opened_again_and_the_links_stay(row, boss, head):
    arrivals.newcomer(
        row, an_identity(), first_name="Léa", last_name="Roux", language="fr", now=timezone.now()
    )
    sign_ins.require(row, by=boss, now=timezone.now())
    Notification.objects.all().delete()
    change(row, boss, client_id="autre")
    changed = fresh(row)
    assert (changed.tried_at, changed.tried_by) == (None, None)
    assert (changed.opened_at, changed.required_at) == (None, None)
    assert SocialAccount.objects.count() == 1
    assert told() == {boss.pk}, "whoever has decided it too"


def test_another_provider_knows_nobody(row, boss):
    arrivals.newcomer(
        row, an_identity(), first_name="Léa", last_name="Roux", language="fr", now=timezone.now()
    )
    slug = row.app.provider_id
    change(row, boss, issuer="https://autre.fr")
    assert not SocialAccount.objects.exists()
    assert not fresh(row).opened_at
    assert fresh(row).app.settings == {"server_url": "https://autre.fr"}
    assert fresh(row).app.provider_id == slug, "the return address stays"


# --- trying, opening, requiring -------------------------------------------------------------
@pytest.mark.parametrize(
    ("identity", "vouched", "counts"),
    [
        (an_identity(), False, True),
        (an_identity(verified=None), False, False),
        (an_identity(verified=None), True, True),
        (an_identity(verified=False), True, False),
        (an_identity(email="lea@autre.fr"), True, False),
        (an_identity(email=f"lea@x.{DOMAIN}"), True, False),
        (an_identity(email=f"lea@{DOMAIN}.evil.org"), True, False),
        (an_identity(email=f"l é a@{DOMAIN}"), True, False),
        (an_identity(email=""), True, False),
        (an_identity(sub=""), True, False),
        (an_identity(sub="x" * 192), True, False),
    ],
)
def test_what_counts_as_tried(domain, head, boss, identity, vouched, counts):
    row, now = set_up(head, boss, vouched=vouched), timezone.now()
    if counts:
        sign_ins.note_tried(row, identity, by=boss, now=now)
    else:
        with pytest.raises(Refusal):
            sign_ins.note_tried(row, identity, by=boss, now=now)
    assert bool(fresh(row).tried_at) == counts
    assert not SocialAccount.objects.exists(), "it links nobody"


def test_nothing_opens_before_it_is_tried(domain, head, boss):
    row = set_up(head, boss)
    with pytest.raises(Refusal, match="Essayez"):
        sign_ins.open_to_all(row, by=boss, now=timezone.now())
    assert not fresh(row).opened_at


def test_opening_it_tells_all_the_administrators_once(domain, head, boss):
    other = verify(make_user())
    head.memberships.create(user=other, role="ADMINISTRATOR")
    row = tried(head, boss)
    for _click in range(2):
        sign_ins.open_to_all(row, by=boss, now=timezone.now())
    assert told() == {boss.pk, other.pk}
    assert Notification.objects.filter(kind="sign_in_changed").count() == 2
    assert "ouverte à tous" in Notification.objects.filter(kind="sign_in_changed").first().text


def test_it_does_not_open_once_the_domain_has_fallen_back(domain, head, boss):
    row = tried(head, boss)
    domain.agreed_until = timezone.now()
    domain.save()
    with pytest.raises(Refusal, match="domaine"):
        sign_ins.open_to_all(row, by=boss, now=timezone.now())


def test_it_is_required_by_an_administrator_who_has_just_used_it(row, head, boss):
    other, now = with_address(), timezone.now()
    head.memberships.create(user=other, role="ADMINISTRATOR")
    with pytest.raises(Refusal, match="un jour"):
        sign_ins.require(row, by=other, now=now)
    with pytest.raises(Refusal, match="un jour"):
        sign_ins.require(row, by=boss, now=now + timedelta(days=2))
    arrivals.link(row, an_identity(), user=other, now=now)
    sign_ins.require(row, by=other, now=now)
    assert SignIn.objects.required(now).exists()
    sign_ins.lift(row, by=boss, now=now + timedelta(days=9))
    assert not fresh(row).required_at


def test_it_is_not_required_before_it_is_open(domain, head, boss):
    row = tried(head, boss)
    with pytest.raises(Refusal, match="Ouvrez"):
        sign_ins.require(row, by=boss, now=timezone.now())


def test_shutting_it_takes_the_requirement_back_and_keeps_the_links(row, boss):
    arrivals.link(row, an_identity(), user=with_address(), now=timezone.now())
    sign_ins.require(row, by=boss, now=timezone.now())
    for _click in range(2):
        sign_ins.shut(row, by=boss, now=timezone.now())
    assert (fresh(row).opened_at, fresh(row).required_at) == (None, None)
    assert SocialAccount.objects.exists()
    assert arrivals.arrive(fresh(row), an_identity(), now=timezone.now()).what == "refused"


def test_each_decision_is_told(row, boss):
    now = timezone.now()
    sign_ins.require(row, by=boss, now=now)
    sign_ins.lift(row, by=boss, now=now)
    sign_ins.end(row, by=boss, now=now)
    assert Notification.objects.filter(kind="sign_in_changed").count() == 4


# --- the end --------------------------------------------------------------------------------
def test_its_end_deletes_the_secret_and_the_links_and_it_may_be_set_up_again(row, head, boss):
    lea = with_address()
    arrivals.link(row, an_identity(), user=lea, now=timezone.now())
    sign_ins.end(row, by=boss, now=timezone.now())
    assert not SocialApp.objects.exists()
    assert not SocialAccount.objects.exists()
    assert lea.works_for(head), "the accounts stay"
    again = set_up(head, boss)
    assert again.app.provider_id == sign_ins.slug_for(head)
    assert again.pk != row.pk


def test_the_link_goes_with_the_member(row, head, boss):
    lea, paul = with_address(), with_address(f"paul@{DOMAIN}")
    now = timezone.now()
    arrivals.link(row, an_identity(), user=lea, now=now)
    arrivals.link(row, an_identity("sub-paul", paul.email), user=paul, now=now)
    memberships.remove(head.memberships.get(user=lea), by=boss)
    assert SocialAccount.objects.get().user == paul
    memberships.leave(head.memberships.get(user=paul))
    assert not SocialAccount.objects.exists()


def test_the_links_to_other_organisations_stay(row, head, boss, structure, coordinator):
    other = verify(make_user())
    company = make_organisation("COMPANY", administrator=other, pole=head.pole)
    elsewhere = open_house(company, other, coordinator, "autre-maison.fr")
    lea = with_address()
    verified = verify(make_user(email="lea@autre-maison.fr"))
    arrivals.link(row, an_identity(), user=lea, now=timezone.now())
    arrivals.link(
        elsewhere, an_identity("sub-lea", verified.email), user=verified, now=timezone.now()
    )
    memberships.leave(head.memberships.get(user=lea))
    assert SocialAccount.objects.get().user == verified, "the same sub, of two providers"


def test_it_ends_with_its_organisation_and_with_an_account(row, head, boss, colleague):
    lea = with_address()
    arrivals.link(row, an_identity(), user=lea, now=timezone.now())
    people.forget(lea, now=timezone.now())
    assert not SocialAccount.objects.exists()
    memberships.leave(head.memberships.get(user=colleague))
    people.forget(boss, now=timezone.now())
    assert not SocialApp.objects.exists()
    assert not SignIn.objects.live().exists()


def test_faults_are_kept_one_a_minute(row):
    now = timezone.now()
    sign_ins.note_fault(row, "FIRST", now=now)
    sign_ins.note_fault(row, "SECOND", now=now + timedelta(seconds=30))
    assert fresh(row).fault == "FIRST"
    sign_ins.note_fault(row, "SECOND", now=now + timedelta(minutes=2))
    assert fresh(row).fault == "SECOND"
