"""The invented pôle is one that the code itself has let happen: loaded once, and asked."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.test.utils import override_settings
from django.utils import timezone

from accounts.models import Membership, Organisation, Pole, Seat, User
from accounts.models.moves import Step
from accounts.permissions import enters_by_own_yes
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.documents import documents, verification
from marketplace.actions.missions.agreements import employee_of
from marketplace.actions.missions.quotas import quota_of
from marketplace.figures import exchanges
from marketplace.figures.comparison import plus
from marketplace.figures.exchanges import Exchanges
from marketplace.models import (
    Amendment,
    AskedPole,
    Case,
    Contract,
    Departure,
    Document,
    Duty,
    Eligibility,
    Employee,
    Gathering,
    HoursEntry,
    Joining,
    Message,
    Mission,
    MissionSheet,
    MonthFigures,
    Need,
    NeedStep,
    Offer,
    OfferStep,
    Pair,
    Party,
    Proposal,
    Regime,
    Review,
    Signature,
    Time,
    Transfer,
    Waiter,
)
from marketplace.models.documents.documents import kinds_before
from marketplace.rules import own_yes, permissions, shown_families, worked_with
from marketplace.states import JoiningStatus, MissionStatus, NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification, Status
from tests.marketplace.demo.year import rises_and_falls

pytestmark = pytest.mark.both
REFERENCE = ("Commune", "CommuneKey", "SkillSynonym")  # not the demo's, and long
MADE = [
    model
    for label in ("accounts", "marketplace", "notifications")
    for model in apps.get_app_config(label).get_models()
    if model.__name__ not in REFERENCE
]
AFTER_THE_PAPERS = (
    MissionStatus.RUNNING, MissionStatus.LEFT, MissionStatus.DELIVERED, MissionStatus.REVIEWED,
    MissionStatus.VALUED, MissionStatus.CLOSED,
)  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for all these tests, in a transaction that is taken back (docs/benchmarks.md says what it costs)."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEBUG=True, VAR_DIR=folder, MEDIA_ROOT=folder / "media"):
            for command in ("load_places", "load_skills", "load_causes", "load_demo"):
                call_command(command, stdout=io.StringIO())
            yield Pole.objects.get(slug="hauts-de-france")
        transaction.set_rollback(True)


@pytest.mark.parametrize("regime", list(Regime))
def test_each_legal_frame_is_told_to_its_last_page(world, regime):
    closed = Mission.objects.filter(regime=regime, status=MissionStatus.CLOSED)
    assert closed.exists()
    for mission in closed:
        made = {document.kind for document in mission.documents.all()}
        assert made >= set(kinds_before(regime))
        assert mission.hours.confirmed().exists()
        assert mission.reviews.count() >= 2


def test_nothing_runs_without_its_papers(world):
    for mission in Mission.objects.filter(status__in=AFTER_THE_PAPERS):
        assert documents.left_to_sign(mission) == [], mission
    assert list(verification.faults()) == []


def test_who_signed_may_sign(world):
    for document in Document.objects.filter(signatures__isnull=False).distinct():
        for signature in document.signatures.all():
            assert signature.party in _may_sign(signature.user, document), (document, signature)


def _may_sign(user, document):
    mission = document.mission
    if mission.offer.brings(user):
        yield Party.PERSON
    if permissions.may_sign_for(user, mission.need.organisation):
        yield Party.STRUCTURE
    if permissions.may_sign_for(user, mission.offer.organisation):
        yield Party.EMPLOYER


def test_nobody_stands_for_their_own_employer(world):
    """Whoever is lent signs as themselves alone: somebody else is asked, and signs, for the employer."""
    for mission in Mission.objects.filter(offer__time=Time.WORK).select_related("offer__person"):
        person = mission.offer.person
        assert not mission.agreements.filter(answered_by=person).exists(), mission
        signed = Signature.objects.filter(document__mission=mission, party=Party.EMPLOYER)
        assert not signed.filter(user=person).exists(), mission
    for employee in Employee.objects.select_related("organisation"):
        public = employee.contract == Contract.PUBLIC
        assert public == employee.organisation.is_public, "an agent has no contract of a company"
    named = Employee.objects.exclude(manager_name="")
    managers = named.values_list("manager_name", "organisation").distinct()
    assert len(managers) == len({name for name, _company in managers})


def test_every_organisation_that_has_people_has_somebody_who_administers_it(world):
    for organisation in Organisation.objects.filter(memberships__isnull=False).distinct():
        assert organisation.memberships.administrators().exists(), organisation


def test_who_is_named_has_agreed_themselves(world):
    for offer in Offer.objects.exclude(status__in=("DRAFT", "PAUSED", "USED_UP", "EXPIRED")):
        assert own_yes.stands(offer), offer
    for mission in Mission.objects.all():
        assert own_yes.agreed_to(mission.proposal), mission


def test_nobodys_name_is_in_the_directory_without_their_yes(world):
    listed = Organisation.objects.in_directory(timezone.localdate())
    assert listed.count() > 30
    assert [one.name for one in listed if enters_by_own_yes(one)] == []


def test_a_cooperative_an_association_and_a_commune_carry_one_need_and_confirm_their_own_hours(
    world,
):
    need = Need.objects.get(carriers__status="AGREED", carriers__organisation__level="COMMUNE")
    beside = [one.organisation for one in need.carriers.agreed().select_related("organisation")]
    houses = [need.organisation, *beside]
    assert sorted(house.legal_form for house in houses) == ["ASSOCIATION", "PUBLIC", "SCIC"]
    (mission,) = need.missions.filter(renewed_from=None, apart_for=None)
    confirmed = HoursEntry.objects.confirmed().filter(mission=mission)
    assert {entry.structure for entry in confirmed} == {*houses}
    capacities = mission.served.exclude(capacity="").values_list("capacity", flat=True)
    assert {*capacities} == {"présidente", "maire"}


def test_organisations_are_known_by_whom_they_worked_with_and_by_what_is_known_there(world):
    known = list(Organisation.objects.values_list("pk", flat=True))
    together, families = worked_with.numbers(known), shown_families.families_of(known)
    kinds = Organisation.objects.filter(pk__in=together).values_list("kind", flat=True)
    assert {"ESS", "COMPANY", "AUTHORITY"} <= set(kinds)
    assert len(families) > 5
    at_work = Mission.objects.filter(pk__in=worked_with.missions().values("pk"))
    assert {one.offer.time for one in at_work.select_related("offer")} == {Time.WORK}


def test_an_organisation_to_verify_shows_and_does_nothing(world):
    waiting = Organisation.objects.filter(status=OrganisationStatus.SUBMITTED)
    assert waiting.count() == 2
    for organisation in waiting:
        assert not Need.objects.of(organisation).published().exists()
        assert not Offer.objects.filter(organisation=organisation).exclude(status="DRAFT").exists()
        assert not Mission.objects.filter(need__organisation=organisation).exists()


def test_an_amendment_a_departure_and_receipts_are_there(world):
    assert Amendment.objects.filter(status="IN_FORCE", documents__status="SIGNED").exists()
    departure = Departure.objects.get(mission__status=MissionStatus.LEFT)
    assert Transfer.objects.get(departure=departure).proposal.status == ProposalStatus.OPEN
    assert Document.objects.receipts().standing().count() >= 3


def test_what_was_added_by_the_amendment_has_been_given(world):
    amended = Amendment.objects.get(status="IN_FORCE").mission
    assert amended.hours.confirmed().total() == amended.sheet.hours


def test_nothing_is_left_open_about_a_mission_that_went_well(world):
    assert not Case.objects.open().filter(mission__status=MissionStatus.CLOSED).exists()


def test_no_receipt_was_given_before_the_structure_could(world):
    for receipt in Document.objects.receipts().standing():
        said = Eligibility.objects.filter(organisation=receipt.organisation)
        assert said.filter(verified_at__lt=receipt.made_at).exists(), receipt


def test_whoever_signs_does_it_in_a_capacity_of_their_own(world):
    """No paper is signed by « présidente ou président », nor by a president who is its director."""
    for duty in Duty.objects.filter(kind=Duty.Kind.SIGNATORY).select_related("membership__user"):
        assert duty.capacity.casefold() == duty.membership.user.trade.casefold()
    for receipt in Document.objects.filter(kind="RECEIPT").select_related("made_by"):
        assert receipt.made_by.trade.casefold() in str(receipt.facts).casefold()


def test_a_programme_has_given_days_and_has_some_left(world):
    done = Mission.objects.filter(programme__isnull=False, status=MissionStatus.CLOSED)
    assert done
    for mission in done:
        year = mission.ends_on.year
        quota = quota_of(mission, mission.programme, employee_of(mission), year)
        assert quota.refusals == [], mission
        assert mission.offer.organisation.years.filter(year=timezone.localdate().year).exists()


def test_the_pole_next_door_is_asked_for_help(world):
    asked = AskedPole.objects.get()
    assert asked.need.pole == world != asked.pole
    coordinator = User.objects.get(memberships__organisation__pole=asked.pole)
    assert Need.objects.visible_to(coordinator).filter(pk=asked.need_id).exists()
    assert asked.need.published_at < asked.at
    assert AskedPole.objects.waiting().looked_into_by(coordinator).get() == asked


def test_the_pole_next_door_isn_t_told_that_nobody_is_free_while_somebody_is(world):
    for asked in AskedPole.objects.select_related("need"):
        if ranking.offers_for(asked.need):
            assert "ersonne" not in asked.word


def test_operators_have_doors_by_which_people_came_and_bring_things_to_each_other(world):
    seats = Seat.objects.coordinating().filter(pole=world).select_related("operator__door")
    assert len(seats) == 3
    assert all(seat.role and seat.operator.door.words for seat in seats)
    kept = exchanges.count(world)
    found = Exchanges.read(kept, (plus(timezone.localdate().replace(day=1), -n) for n in range(24)))
    crossed, known, others = found.crossed()
    assert 0 < crossed < known
    assert others
    for seat in seats:
        assert found.by_door("needs", str(seat.operator_id))
        assert User.objects.filter(came_through=seat.operator).exists()


def _by_month(days):
    """How many in each of the twelve months before this one and in this one, the oldest first."""
    this, found = timezone.localdate().replace(day=1), Counter(day.replace(day=1) for day in days)
    return [found[plus(this, -ago)] for ago in range(12, -1, -1)]


@pytest.mark.parametrize("model", [Need, Offer, Proposal, Mission])
def test_a_year_rises_and_falls(world, model):
    moments = model.objects.values_list("created_at", flat=True)
    many = _by_month(timezone.localdate(at) for at in moments)
    assert rises_and_falls(many[:-1]), many
    assert sum(many) > len(moments) * 0.9, "the year holds nearly all of them"
    if model is not Proposal:  # what waits for an answer is young
        assert max(many) <= 0.27 * sum(many), many


@pytest.mark.parametrize("name", ["posted", "qualified", "missions", "reviews"])
def test_the_figures_rise_and_fall(world, name):
    rows = MonthFigures.objects.filter(pole=world, slice="")
    many = _by_month(row.month for row in rows for _one in range(row.counts.get(name, 0)))
    assert rises_and_falls(many[:-1]), many
    assert max(many) <= 0.27 * sum(many), many


def test_what_is_open_is_many_and_none_of_it_waits_for_ever(world):
    """Half a year at the most, and what is older than two months has been said to be true since."""
    assert Need.objects.in_the_catalogue().count() >= 45
    assert Offer.objects.published().count() >= 100
    half_a_year_ago = timezone.localtime() - timedelta(days=190)
    assert not Need.objects.published().filter(created_at__lt=half_a_year_ago).exists()
    two_months_ago = timezone.localtime() - timedelta(days=58)
    for rows in (Need.objects.published(), Offer.objects.published()):
        true = rows.annotate(true_at=Coalesce("confirmed_at", "published_at"))
        assert not true.filter(true_at__lt=two_months_ago).exists()


def test_a_need_ends_in_each_way_that_there_is(world):
    ends = {*NeedStatus} - {NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED}
    assert ends <= {*Need.objects.values_list("status", flat=True)}
    gone = Offer.objects.filter(status=OfferStatus.EXPIRED)
    assert gone.count() > 5
    assert not gone.filter(ends_on__gte=timezone.localdate()).exists()


def test_all_of_it_has_happened_and_every_letter_has_left(world):
    now = timezone.now()
    for model in (Need, Proposal, Mission, Review, Document):
        field = {Document: "made_at"}.get(model, "created_at")
        assert not model.objects.filter(**{f"{field}__gt": now}).exists(), model
    assert not Notification.objects.exclude(status=Status.SENT).exists()


def test_nothing_precedes_the_organisation_that_did_it(world):
    """A structure had sent its need the day before it was registered."""
    for rows in (Need.objects.all(), Offer.objects.exclude(organisation=None)):
        early = rows.filter(created_at__lt=F("organisation__created_at"))
        assert not early.exists(), [f"{row}, {row.organisation}" for row in early]
    sent = NeedStep.objects.filter(after=NeedStatus.SUBMITTED)
    for step in sent.filter(need__status=NeedStatus.SUBMITTED).select_related("need"):
        assert step.need.created_at <= step.at == step.need.submitted_at, step.need


def test_nobody_did_or_was_told_anything_before_they_signed_up(world):
    for rows, field in (
        (Offer.objects.all(), "created_by"),
        (Need.objects.all(), "created_by"),
        (Membership.objects.all(), "user"),
        (Message.objects.all(), "author"),
        (Notification.objects.exclude(recipient=None), "recipient"),
    ):
        early = rows.filter(created_at__lt=F(f"{field}__date_joined"))
        assert not early.exists(), [str(row) for row in early]
    months = User.objects.dates("date_joined", "month")
    assert len(months) > 3


def test_what_a_programmes_people_have_given_is_counted_in_it(world):
    lent = Mission.objects.filter(offer__organisation__name="Octet & Fils")
    lent = lent.filter(status=MissionStatus.CLOSED)
    assert lent
    assert all(mission.programme is not None for mission in lent)


def test_sessions_waiting_lists_a_pair_and_needs_put_together_are_there(world):
    full = Gathering.objects.get(seats=6)
    assert full.attendances.filter(status="WAITING").exists()
    assert full.attendances.seated().count() == full.seats
    held = Gathering.objects.get(kind="TRAINING", seats=12, status="TOOK_PLACE")
    came = held.attendances.came()
    assert 1 < came.count() < held.attendances.count() <= held.seats
    assert came.exclude(uses="").exists()
    ended = Need.objects.get(status=NeedStatus.SERVED_BY_GATHERING)
    assert came.filter(serves=True, organisation=ended.organisation).exists()
    (pair,) = Pair.objects.all()
    assert pair.need.missions.count() == 2
    waiting = Waiter.objects.waiting()
    assert waiting.filter(need__status=NeedStatus.FILLED).values("need").distinct().count() == 1
    assert waiting.filter(offer__status=OfferStatus.USED_UP).exists()
    joining = Joining.objects.get()
    assert (joining.status, joining.younger.status) == (JoiningStatus.DONE, NeedStatus.CLOSED)
    (asking,) = Need.objects.exclude(questions="")
    assert asking.proposals.get().answers.count() == len(asking.question_list) == 2


def test_nothing_in_it_would_be_refused_by_the_model_that_holds_it(world):
    """What keys and constraints keep, the database has kept."""
    in_the_making = {sheet.pk for sheet in MissionSheet.objects.filter(mission__status="FRAMING")}
    for model in MADE:
        keys = [field.name for field in model._meta.fields if field.is_relation]
        for row in model._base_manager.all():
            if model is MissionSheet and row.pk in in_the_making:
                continue  # nothing is written on it yet
            row.full_clean(exclude=keys, validate_unique=False, validate_constraints=False)


def test_each_step_is_one_that_may_be_taken(world):
    for model in (one for one in MADE if issubclass(one, Step)):
        owner = model._meta.get_field(_owner(model)).related_model
        steps = model.objects.order_by().values_list("before", "after").distinct()
        for before, after in steps:
            ways = owner.MOVES.get(before, set()) | getattr(owner, "WAYS_BACK", {}).get(
                before, set()
            )
            assert before in {"", after} or after in ways, (model, before, after)
    for steps in (NeedStep, OfferStep):  # those that the site begins otherwise say why
        begun = steps.objects.filter(before="", reason="")
        assert {*begun.values_list("after", flat=True)} == {"DRAFT"}


def _owner(model):
    return next(
        one.name for one in model._meta.fields if one.is_relation and one.remote_field.related_name == "steps"
    )  # fmt: skip


def test_what_is_open_can_still_be_done(world):
    today = timezone.localdate()
    for need in Need.objects.filter(status=NeedStatus.PUBLISHED):
        assert not need.is_over(today), need
    for proposal in Proposal.objects.open():
        assert proposal.need.status == NeedStatus.PUBLISHED or proposal.origin == "TRANSFER"
        assert proposal.created_at > timezone.now() - timedelta(days=30)
