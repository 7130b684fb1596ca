"""Whatever people, coordinators and administrators do, the kept lists, the door and a full reading agree."""

from contextlib import suppress
from functools import partial
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import groups as account_groups
from accounts.actions import organisations
from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, GroupTie, Organisation
from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.desk import weights
from marketplace.actions.market import carriers, groups, needs, people, proposals, skill_edits
from marketplace.actions.missions import missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks
from marketplace.matching.definition import WEIGHTS
from marketplace.models import (
    Block,
    Carrier,
    FullRun,
    Mission,
    Need,
    Offer,
    Proposal,
    Side,
    Skill,
    StaleMark,
    Standing,
)
from marketplace.ranking import clock, full_run, index, search
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from tests import factories as make
from tests.at_once import together
from tests.marketplace.matching.test_matching_kept_lists import (
    SKILLS,
    TOWNS,
    Market,
    brute_force,
    everyone_open,
    from_the_door,
    kept_list,
)

pytestmark = pytest.mark.django_db


class Life(Market):
    """Everything else that may happen to a pair."""

    def __init__(self, seed, client):
        super().__init__(seed)
        self.client = client
        self.coordinator = make.make_coordinator(make.a_pole())
        self.company = make.make_organisation("COMPANY", member=make.make_user())
        self.admin = make.make_user(is_staff=True, is_superuser=True)

    def add_offer(self):
        super().add_offer()
        offer = Offer.objects.latest("pk")
        offer.capacity = self.chance.randrange(1, 4)
        if self.chance.random() < 0.4:
            offer.organisation, offer.time = self.company, "WORK"
        offer.save()
        ranking.changed(offer)

    def edit_need(self):
        if need := self._one(Need.objects.published()):
            chance = self.chance
            need.hours = chance.randrange(5, 80)
            need.places = chance.randrange(1, 3)
            need.starts_on = make.in_days(chance.randrange(-10, 60))
            chosen = [
                SimpleNamespace(
                    skill=make.make_skill(code),
                    level=chance.randrange(1, 4),
                    required=chance.random() < 0.5,
                )
                for code in chance.sample(SKILLS, chance.randrange(1, 4))
            ]
            needs.write(need, SimpleNamespace(save_m2m=lambda: None), chosen, by=self.coordinator)

    def let_go(self):
        if proposal := self._one(Proposal.objects.open()):
            proposal.move(ProposalStatus.UNANSWERED, by=None)
            ranking.changed(proposal.need, proposal.offer)

    def accept(self):
        try:
            super().accept()
        except NotYet:  # whoever would come isn't of the company
            return

    def late_yes(self):
        if let_go := self._one(Proposal.objects.filter(status=ProposalStatus.UNANSWERED)):
            side = self.chance.choice(let_go.silent_sides)
            try:
                proposals.say_yes_late(let_go, side=side, word="", by=let_go.need.created_by)
            except NotYet:
                return

    def interrupt(self):
        if mission := self._one(Mission.objects.live()):
            missions.interrupt(mission, reason="Non.", by=self.coordinator, now=timezone.now())

    def suspend(self):
        accepted = Organisation.objects.filter(
            kind="ESS", status=OrganisationStatus.ACCEPTED, needs__isnull=False
        ).distinct()
        if accepted.count() > 1:
            organisations.suspend(self._one(accepted), reason="À voir.", by=self.coordinator)

    def restore(self):
        if house := self._one(Organisation.objects.filter(status=OrganisationStatus.SUSPENDED)):
            organisations.restore(house, by=self.coordinator)

    def carry(self):
        """A structure of another town carries a need too."""
        if need := self._one(Need.objects.published()):
            house = self.chance.choice(self.structures)
            house.commune = make.make_commune(**self.chance.choice(TOWNS))
            house.save(update_fields=["commune"])
            asked = need.carriers.standing().filter(organisation=house)
            if house != need.organisation and not asked.exists():
                make.make_carrier(need, house)

    def carry_no_more(self):
        if carrier := self._one(Carrier.objects.agreed()):
            with suppress(NotYet):
                carriers.leave(carrier, word="Non.", by=self.coordinator)

    def move_house(self):
        """Of which no act tells the matching: the sweep finds it."""
        house = self.chance.choice(self.structures)
        house.commune = make.make_commune(**self.chance.choice(TOWNS))
        house.save(update_fields=["commune"])

    def other_legal_form(self):
        house = self.chance.choice(self.structures)
        house.refresh_from_db()
        before = house.identity
        house.legal_form = self.chance.choice(["ASSOCIATION", "SCIC"])
        organisations.edit(house, before=before, by=self.coordinator)

    def join_a_group(self):
        house, boss = self.chance.choice(self.structures), make.make_user()
        for one in (self.company, house):
            one.memberships.get_or_create(user=boss, defaults={"role": "ADMINISTRATOR"})
        now = timezone.now()
        try:
            tie = account_groups.ask(self.company, house, by=boss, now=now)
            groups.agree(tie, by=boss, now=now)
        except Refusal:
            return

    def leave_a_group(self):
        if tie := self._one(GroupTie.objects.agreed().filter(member=self.company)):
            try:
                groups.end(tie, by=tie.asked_by, now=timezone.now())
            except Refusal:
                return

    def keep_away(self):
        need, offer = self._one(Need.objects.published()), self._one(Offer.objects.published())
        if need and offer and offer.person != need.created_by:
            blocks.block(by=offer.person, organisation=need.organisation)

    def meet_again(self):
        if made := self._one(Block.objects.live()):
            blocks.unblock(made, by=made.by)

    def move_weights(self):
        need = dict(WEIGHTS["need"])
        need["skills"], need["place"] = self.chance.choice([(30, 20), (50, 0), (70, 10)])
        weights.set_weights(make.a_pole(), need=need, offer=WEIGHTS["offer"], by=self.coordinator)

    def relate_skills(self):
        one, other = self.chance.sample(list(Skill.objects.current()), 2)
        rings = one in Skill.objects.get(pk=other.pk).above  # each above the other: refused
        if self.chance.random() < 0.5 and not rings:
            self.in_the_back_room(one, broader=other.pk)
        else:
            self.in_the_back_room(one, close=[other.pk])

    def unrelate_skills(self):
        self.in_the_back_room(self._one(Skill.objects.current()), broader="", close=[])

    def in_the_back_room(self, skill, **changes):
        """As the page of the administrators does it."""
        skill.refresh_from_db()
        page = reverse("admin:marketplace_skill_change", args=[skill.pk])
        data = {
            "family": skill.family_id, "label_fr": skill.label_fr, "label_en": skill.label_en,
            "broader": skill.broader_id or "", "close": [s.pk for s in skill.close.all()],
            "rome_macro": "[]", "definition_fr": "x", "delivers_fr": "x", "definition_en": "x",
            "delivers_en": "x", "synonyms-TOTAL_FORMS": 0, "synonyms-INITIAL_FORMS": 0,
        } | changes  # fmt: skip
        self.client.force_login(self.admin)
        answer = self.client.post(page, data)
        assert answer.status_code == 302

    def merge_skills(self):
        current = list(Skill.objects.current())
        if len(current) > 3:
            skill, into = self.chance.sample(current, 2)
            skill_edits.merge(skill, into=into)

    def withdraw_skill(self):
        skill = self._one(Skill.objects.all())
        Skill.objects.filter(pk=skill.pk).update(withdrawn_at=timezone.now())

    def close_account(self):
        if offer := self._one(Offer.objects.published()):
            try:
                people.close_account(offer.person, now=timezone.now())
            except NotYet:
                return


ACTS = [
    "edit_need", "let_go", "late_yes", "interrupt", "suspend", "restore", "other_legal_form", "keep_away",
    "meet_again", "move_weights", "relate_skills", "unrelate_skills", "merge_skills", "withdraw_skill",
    "close_account", "join_a_group", "leave_a_group", "carry", "carry", "carry_no_more",
    "move_house", "add_need", "add_offer", "add_offer", "propose", "propose", "accept", "move_offer",
]  # fmt: skip


def the_three_agree(after: object) -> None:
    clock.refresh_due(now=timezone.now())
    for row in everyone_open():
        matches, misses = brute_force(row)
        assert from_the_door(row) == (matches, misses), (row, after)
        assert kept_list(row) == matches, (row, after)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_anybody_does_the_door_the_kept_lists_and_brute_force_agree(seed, client):
    life = Life(seed, client)
    for _ in range(6):
        life.add_need()
        life.add_offer()
    the_three_agree("the beginning")
    for _ in range(4):
        acts = [life.chance.choice(ACTS) for _ in range(8)]
        for act in acts:
            getattr(life, act)()
        the_three_agree(acts)


def test_a_relation_between_skills_drawn_in_the_back_room_reaches_the_kept_lists_within_a_minute(
    client,
):
    need, offer = make.make_need(skills=["paie"]), make.make_offer(skills=["excel"])
    the_three_agree("the beginning")
    assert kept_list(need) == []
    life = Life(1, client)
    paie, excel = make.make_skill("paie"), make.make_skill("excel")
    life.in_the_back_room(paie, broader="")
    life.in_the_back_room(paie, close=[excel.pk])
    the_three_agree("close to each other")
    assert [number for number, _score in kept_list(need)] == [offer.pk]
    life.in_the_back_room(paie, close=[])
    the_three_agree("no longer")
    assert kept_list(need) == []


def test_the_lists_are_made_anew_without_another_night(client):
    """What was shown fades once a night, however often the lists are made."""
    make.make_need(), make.make_offer()
    clock.refresh_due(now=timezone.now())
    before = list(Standing.objects.order_by("pk").values())
    skill_edits.relations_changed()
    assert FullRun.objects.get(finished_at=None).chunks.exists()
    clock.refresh_due(now=timezone.now())
    assert FullRun.objects.filter(finished_at__isnull=False).count() == 2
    assert list(Standing.objects.order_by("pk").values()) == before


def test_a_run_that_is_at_work_when_relations_change_gives_way():
    make.make_need(), make.make_need()
    now, today = timezone.now(), timezone.localdate()
    old = full_run.begin(now, today, chunk=1)
    work = full_run.work(old, timezone.now)
    next(work)
    skill_edits.relations_changed()
    assert list(work) == []
    clock.refresh_due(now=timezone.now())
    assert not FullRun.objects.filter(finished_at=None).exists()
    assert FullRun.objects.exclude(pk=old.pk).get().chunks.filter(done_at=None).count() == 0


def test_an_offer_has_the_hours_that_the_sheets_of_its_missions_leave():
    """“8 h of the 14 asked” was said of one with 14 left: its need had asked for 20, its sheet said 14."""
    need = make.make_need(member=make.make_user(), places=2, hours=40)
    proposal = make.make_proposal(need, make.make_offer(capacity=2, hours=60))
    mission = proposals.accept(proposal, side=Side.NEED, by=need.created_by)
    assert search.cards_of_offers([proposal.offer_id])["hours"].tolist() == [20]
    sheets.change(mission, {"hours": 10}, read=1, side=Side.NEED, by=need.created_by)
    assert search.cards_of_offers([proposal.offer_id])["hours"].tolist() == [50]
    assert StaleMark.objects.filter(side=Side.OFFER, number=proposal.offer_id).exists()
    need.refresh_from_db()
    need.hours = 30
    chosen = [SimpleNamespace(skill=make.make_skill(), level=2, required=True)]
    needs.write(need, SimpleNamespace(save_m2m=lambda: None), chosen, by=need.created_by)
    assert search.cards_of_offers([proposal.offer_id])["hours"].tolist() == [50]


def test_a_corrected_legal_form_reaches_the_index_and_the_lists():
    structure = make.make_organisation(legal_form="SCIC")
    company = make.make_organisation("COMPANY")
    need, _offer = make.make_need(structure), make.make_offer(organisation=company)
    the_three_agree("the beginning")
    (before,) = kept_list(need)
    identity = structure.identity
    structure.legal_form = "ASSOCIATION"
    organisations.edit(structure, before=identity, by=make.make_coordinator(make.a_pole()))
    the_three_agree("corrected")
    (after,) = kept_list(need)
    assert after[1] > before[1]
    assert index.reconcile() == ([], [])


# Of administrators, who are few; and edits that go by no act, which would put back an older state.
ALONE = {"relate_skills", "unrelate_skills", "merge_skills", "withdraw_skill", "move_offer"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_lives_at_once_meet_no_error_and_leave_no_promise_that_cannot_be_kept():
    lives = [Life(seed, Client()) for seed in range(4)]
    for life in lives:
        life.add_need()
        life.add_offer()
    acts = [act for act in ACTS if act not in ALONE]

    def live(life: Life) -> None:
        for _ in range(25):
            try:
                getattr(life, life.chance.choice(acts))()
            except (NotYet, ForbiddenMove, Refusal):
                continue

    sweep = partial(clock.refresh_due, now=timezone.now())
    together(*(partial(live, life) for life in lives), sweep)
    waiting = Proposal.objects.open()
    assert not waiting.exclude(need__status=NeedStatus.PUBLISHED).exists()
    assert not waiting.filter(offer__status__in=[OfferStatus.USED_UP, OfferStatus.EXPIRED]).exists()
    assert not Mission.objects.live().filter(offer__person__is_active=False).exists()
    for row in (*Need.objects.all(), *Offer.objects.all()):
        most = row.places if isinstance(row, Need) else row.capacity
        assert row.missions.taking_a_place().count() <= most
    the_three_agree("four lives")
    the_three_agree("what was marked while all was made anew")
