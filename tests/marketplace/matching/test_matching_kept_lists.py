"""The index, the kept lists and a full reading agree, whatever happened before."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.states import OrganisationStatus
from marketplace import ranking
from marketplace.actions.market import offers, proposals
from marketplace.matching.kernel import Rules, Verdict
from marketplace.models import (
    FullRun,
    KeptMatch,
    Need,
    NeedSkill,
    Offer,
    OfferPosting,
    OfferSkill,
    Place,
    Proposal,
    Side,
    StaleMark,
)
from marketplace.ranking import cards, clock, full_run, index, search, snapshot, stored_lists
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from tests import factories as make

pytestmark = pytest.mark.django_db
SKILLS = ["site-web", "excel", "paie", "logo", "juridique"]
TOWNS = [
    {"insee": "59350", "name": "Lille", "latitude": 50.6311, "longitude": 3.0468},
    {"insee": "59512", "name": "Roubaix", "latitude": 50.6893, "longitude": 3.1750},
    {"insee": "59178", "name": "Douai", "latitude": 50.3714, "longitude": 3.0797},
    {"insee": "80021", "name": "Amiens", "latitude": 49.8987, "longitude": 2.2847},
]


def brute_force(row):
    """Every live card judged: no index, no filter."""
    shared, today = snapshot.read(), timezone.localdate().toordinal()
    rules = Rules(shared.skill_graph, today, shared.weights_of(row.pole_id))
    if isinstance(row, Need):
        own, others = Need.objects.filter(pk=row.pk), Offer.objects.published()
        needs = cards.of_needs(own)[0]
        theirs = cards.of_offers(others)[0]
        verdict = Verdict(needs, theirs.but(search.answers("need_id", row.pk, "offer_id")), rules)
        found = verdict.offers
    else:
        own, others = Offer.objects.filter(pk=row.pk), Need.objects.published()
        mine = cards.of_offers(own)[0]
        needs = cards.of_needs(others)[0]
        verdict = Verdict(needs.but(search.answers("offer_id", row.pk, "need_id")), mine, rules)
        found = verdict.needs

    def pairs(rows):
        return [(int(found.rows["id"][place]), int(verdict.score[place])) for place in rows]

    return pairs(verdict.matches(20)), pairs(verdict.near_misses(10))


def from_the_door(row):
    matches, misses = ranking.numbers_for(row, top=20, near=10)
    side = "offer_id" if isinstance(row, Need) else "need_id"
    return (
        [(getattr(match, side), match.score) for match in matches],
        [(getattr(match, side), match.score) for match in misses],
    )


def kept_list(row):
    half = stored_lists.NEEDS if isinstance(row, Need) else stored_lists.OFFERS
    lines = stored_lists.read(half, [row.pk])[row.pk]
    order = sorted(lines, key=lambda other: (-lines[other][0], other))
    return [(other, lines[other][0]) for other in order]


def everyone_open():
    return [*Need.objects.published(), *Offer.objects.published()]


class Market:
    """A small market that lives: each step is something that people do."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.structures = [make.make_organisation() for _ in range(3)]
        for narrower, broader in (("paie", "excel"), ("juridique", "excel")):
            row = make.make_skill(narrower)
            row.broader = make.make_skill(broader)
            row.save()
        make.make_skill("logo").close.add(make.make_skill("site-web"))
        self.causes = [make.make_cause("reemploi"), make.make_cause("culture")]

    def add_need(self):
        chance = self.chance
        need = make.make_need(
            chance.choice(self.structures),
            skills=[],
            place=chance.choice(list(Place)),
            commune=make.make_commune(**chance.choice(TOWNS)),
            starts_on=make.in_days(chance.randrange(-10, 60)),
            ends_on=make.in_days(chance.randrange(60, 120)),
            hours=chance.randrange(5, 80),
            cause=chance.choice(self.causes),
        )
        for code in chance.sample(SKILLS, chance.randrange(1, 4)):
            NeedSkill.objects.create(
                need=need,
                skill=make.make_skill(code),
                level=chance.randrange(1, 4),
                required=chance.random() < 0.6,
            )
        ranking.changed(need)

    def add_offer(self):
        chance = self.chance
        offer = make.make_offer(
            skills=[],
            place=chance.choice(list(Place)),
            commune=make.make_commune(**chance.choice(TOWNS)),
            radius_km=chance.choice([0, 20, 60]),
            starts_on=make.in_days(chance.randrange(-10, 60)),
            ends_on=make.in_days(chance.randrange(60, 120)),
            hours=chance.randrange(5, 80),
            weekdays=chance.randrange(1, 128),
        )
        offer.causes.set(chance.sample(self.causes, chance.randrange(0, 2)))
        for code in chance.sample(SKILLS, chance.randrange(1, 5)):
            OfferSkill.objects.create(
                offer=offer, skill=make.make_skill(code), level=chance.randrange(1, 4)
            )
        ranking.changed(offer)

    def move_offer(self):
        if offer := self._one(Offer.objects.published()):
            offer.commune = make.make_commune(**self.chance.choice(TOWNS))
            offer.radius_km = self.chance.choice([0, 20, 60])
            offer.save()
            ranking.changed(offer)

    def pause_offer(self):
        if offer := self._one(Offer.objects.published()):
            offer.move(OfferStatus.PAUSED, by=offer.created_by)
            ranking.changed(offer)

    def close_need(self):
        if need := self._one(Need.objects.published()):
            need.move(NeedStatus.CLOSED, by=need.created_by)
            ranking.changed(need)

    def propose(self):
        need, offer = self._one(Need.objects.published()), self._one(Offer.objects.published())
        if need and offer and not need.proposals.filter(offer=offer).exists():
            status = self.chance.choice([ProposalStatus.OPEN, ProposalStatus.DECLINED])
            make.make_proposal(need, offer, status=status)
            ranking.changed(need, offer)

    def accept(self):
        """Both say yes, through the real act: a place less, a mission less, and what is full closes."""
        live = {"need__status": NeedStatus.PUBLISHED, "offer__status": OfferStatus.PUBLISHED}
        if proposal := self._one(Proposal.objects.open().filter(**live)):
            proposals.accept(proposal, side=Side.NEED, by=proposal.need.created_by)

    def expire(self):
        if offer := self._one(Offer.objects.published()):
            offers.expire(offer)

    def _one(self, rows):
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def live(self, steps):
        acts = [self.add_need, self.add_offer, self.add_offer, self.move_offer, self.pause_offer]
        acts += [self.close_need, self.propose, self.propose, self.accept, self.expire]
        for _ in range(steps):
            self.chance.choice(acts)()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happened_the_door_the_kept_lists_and_brute_force_agree(seed, monkeypatch):
    market = Market(seed)
    for _ in range(6):
        market.add_need()
        market.add_offer()
    for _ in range(4):
        market.live(8)
        clock.refresh_marked(now=timezone.now())
        for row in everyone_open():
            matches, misses = brute_force(row)
            assert from_the_door(row) == (matches, misses), row
            assert kept_list(row) == matches, row


def test_as_days_pass_lists_lose_what_is_over_and_gain_nothing_false():
    market, begun = Market(11), timezone.now()
    for _ in range(6):
        market.add_need()
        market.add_offer()
    for days in (0, 25, 50, 75):
        with time_machine.travel(begun + timedelta(days=days), tick=True):
            market.live(4)
            clock.refresh_due(now=timezone.now())
            for row in everyone_open():
                matches, misses = brute_force(row)
                assert from_the_door(row) == (matches, misses), (days, row)
                assert kept_list(row) == matches, (days, row)


@pytest.mark.parametrize("seed", range(2))
def test_short_lists_that_lose_a_member_are_filled_again(seed, monkeypatch):
    monkeypatch.setattr(stored_lists, "TOP", 3)
    monkeypatch.setattr(stored_lists, "SPARE", 1)
    market = Market(seed)
    for _ in range(3):
        market.add_need()
    for _ in range(14):
        market.add_offer()
    for _ in range(5):
        market.live(6)
        clock.refresh_marked(now=timezone.now())
        for row in everyone_open():
            assert kept_list(row)[:3] == brute_force(row)[0][:3], row
            assert len(kept_list(row)) <= 4


def test_a_full_run_makes_the_same_lists_as_the_edits_did():
    market = Market(7)
    for _ in range(8):
        market.add_need()
        market.add_offer()
    clock.refresh_marked(now=timezone.now())
    rows = list(KeptMatch.objects.order_by("side", "need", "offer").values_list(
        "side", "need", "offer", "score", "reasons"
    ))  # fmt: skip
    assert rows
    KeptMatch.objects.all().delete()
    call_command("match", all=True)
    assert rows == list(KeptMatch.objects.order_by("side", "need", "offer").values_list(
        "side", "need", "offer", "score", "reasons"
    ))  # fmt: skip


def test_a_full_run_that_was_cut_short_is_taken_up_where_it_stopped():
    for _ in range(3):
        make.make_need()
    make.make_offer()
    now, today = timezone.now(), timezone.localdate()
    first = full_run.begin(now, today, chunk=1)
    next(full_run.work(first, timezone.now))
    assert first.chunks.exclude(done_at=None).count() == 1
    again = full_run.begin(now, today)
    assert again == first
    later = now + full_run.CLAIM_LASTS * 2
    done = list(full_run.work(again, lambda: later))
    assert len(done) == 3
    assert FullRun.objects.get().finished_at == later


def test_a_chunk_that_a_worker_holds_is_not_taken_by_another():
    make.make_need()
    full = full_run.begin(timezone.now(), timezone.localdate())
    full.chunks.update(claimed_at=timezone.now())
    assert list(full_run.work(full, timezone.now)) == []
    assert FullRun.objects.get().finished_at is None


def test_yesterdays_unfinished_run_gives_way_to_todays():
    make.make_need()
    now, today = timezone.now(), timezone.localdate()
    old = full_run.begin(now, today - timedelta(days=1))
    new = full_run.begin(now, today)
    old.refresh_from_db()
    assert (old.finished_at, new.day) == (now, today)


def test_a_run_that_the_database_refuses_says_why(db):
    """It isn't taken for another one at work, again and again."""
    with pytest.raises(IntegrityError):
        full_run.begin(timezone.now(), None)


def test_what_was_edited_while_a_full_run_was_at_work_has_the_last_word():
    """The run's worker read everything before the edit, and writes its lists after it."""
    need, offer = make.make_need(), make.make_offer()
    full = full_run.begin(timezone.now(), timezone.localdate())
    read_before = full_run.Everything(stored_lists.NEEDS, timezone.localdate())
    offer.held.update(skill=make.make_skill("paie"))
    ranking.changed(offer)
    clock.refresh_marked(now=timezone.now())
    assert kept_list(need) == []
    full_run.make_lists(read_before, 0, need.pk)
    assert kept_list(need) != []
    full.chunks.update(done_at=timezone.now())
    list(full_run.work(full, timezone.now))
    clock.refresh_marked(now=timezone.now())
    assert kept_list(need) == []
    assert not StaleMark.objects.exists()


def test_a_mark_made_once_more_while_its_list_is_made_stays(monkeypatch):
    need = make.make_need()
    StaleMark.objects.all().delete()
    ranking.changed(need)
    genuine = stored_lists.refresh

    def refresh_while_someone_edits(half, number):
        genuine(half, number)
        ranking.changed(need)

    monkeypatch.setattr(stored_lists, "refresh", refresh_while_someone_edits)
    stored_lists.refresh_marks()
    assert StaleMark.objects.filter(side=Side.NEED, number=need.pk).exists()


def test_only_differences_are_written(django_assert_num_queries):
    need = make.make_need()
    make.make_offer()
    clock.refresh_marked(now=timezone.now())
    lines = stored_lists.read(stored_lists.NEEDS, [need.pk])
    assert lines[need.pk]
    assert stored_lists.write(stored_lists.NEEDS, lines) == 0


def test_a_company_suspended_behind_our_back_drops_out_at_once_and_from_the_index_at_the_sweep():
    company = make.make_organisation(kind="COMPANY")
    need, offer = make.make_need(), make.make_offer(organisation=company)
    assert [match.offer for match in ranking.offers_for(need)] == [offer]
    company.status = OrganisationStatus.SUSPENDED
    company.save()
    assert ranking.offers_for(need) == []
    assert OfferPosting.objects.exists()
    clock.refresh_due(now=timezone.now())
    assert not OfferPosting.objects.exists()


def test_the_sweep_finds_an_edit_that_nobody_told():
    need, offer = make.make_need(place=Place.ON_SITE), make.make_offer(radius_km=0)
    assert len(ranking.offers_for(need)) == 1
    offer.commune = make.make_commune(**TOWNS[3])
    offer.save()
    clock.refresh_due(now=timezone.now())
    assert ranking.offers_for(need) == []
    assert index.reconcile() == ([], [])


def test_the_sweep_makes_all_lists_once_a_day():
    make.make_need(), make.make_offer()
    clock.refresh_due(now=timezone.now())
    assert FullRun.objects.get().finished_at
    clock.refresh_due(now=timezone.now())
    assert FullRun.objects.count() == 1
