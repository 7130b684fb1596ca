"""Two coordinators keep rules at once, two clocks ring at once, somebody takes a need while a rule gives it."""

import pytest
from django.utils import timezone

from marketplace.actions.desk import dispatch
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Dispatched, DispatchRule, Need
from marketplace.rules.dispatch_reading import Rules
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_need
from tests.marketplace.desk.dispatching import (
    make_operator,
    make_rule,
    person_of,
    pole_of_two_departments,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 10


def test_of_two_who_keep_rules_at_once_one_is_told_to_look_again():
    pole = pole_of_two_departments()
    operator = make_operator(pole, "Coup de Pouce")
    for _round in range(ROUNDS):
        now, refused = Rules.of(pole), []

        def keep(code, now=now, refused=refused):
            rule = DispatchRule(pole=pole, departments=[code], operator=operator)
            try:
                dispatch.keep(pole, [rule], seen=now.seal, changed=rule, by=person_of(operator))
            except NotYet as refusal:
                refused.append(refusal)

        together(lambda keep=keep: keep("59"), lambda keep=keep: keep("62"))
        assert len(refused) == 1
        assert DispatchRule.objects.count() == 1


def test_two_clocks_give_and_tell_once():
    pole = pole_of_two_departments()
    operator = make_operator(pole, "Coup de Pouce")
    make_rule(operator)
    for count in range(1, ROUNDS + 1):
        make_need(ranked=False)
        make_need(ranked=False)

        def ring():
            dispatch.dispatch_waiting(timezone.now())

        together(ring, ring, ring)
        assert Dispatched.objects.count() == 2 * count
        told = Notification.objects.filter(kind="needs_dispatched")
        assert sum(int(letter.subject.split()[0]) for letter in told) == 2 * count


def test_whoever_takes_a_need_while_a_rule_gives_it_keeps_it():
    pole = pole_of_two_departments()
    operator, other = make_operator(pole, "Coup de Pouce"), make_operator(pole, "Relais Nord")
    make_rule(operator)
    for _round in range(ROUNDS):
        need = make_need(ranked=False)
        together(
            lambda: dispatch.dispatch_waiting(timezone.now()),
            lambda need=need: needs.take_charge(need, by=person_of(other)),
        )
        kept = Need.objects.get(pk=need.pk)
        assert (kept.coordinator, kept.operator) == (person_of(other), None)
