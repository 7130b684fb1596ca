"""The kinds of lines, one in each file, in the order of the chips. To add one: write its file, its place here, its
name in French."""

from django.utils.translation import gettext_lazy as _

from marketplace.desk.kind import Kind
from marketplace.desk.kinds import (
    alone,
    amendment,
    asked,
    below_cost,
    case,
    claim,
    help,
    in_place,
    in_turn,
    joining,
    mail_domain,
    mission,
    need,
    organisation,
    proposal,
    receipts,
    report,
    round,
    silence,
    task,
    unreachable,
    visit,
    waiter,
)

KINDS: tuple[Kind, ...] = (
    case.KIND,
    help.KIND,
    report.KIND,
    visit.KIND,
    need.KIND,
    organisation.KIND,
    mail_domain.KIND,
    claim.KIND,
    in_place.KIND,
    proposal.KIND,
    silence.KIND,
    mission.KIND,
    task.KIND,
    in_turn.KIND,
    joining.KIND,
    alone.KIND,
    waiter.KIND,
    asked.KIND,
    round.KIND,
    unreachable.KIND,
    below_cost.KIND,
    amendment.KIND,
    receipts.KIND,
)
BY_CODE = {kind.code: kind for kind in KINDS}
LABELS = {"": _("All"), **{kind.code: kind.label for kind in KINDS}}
