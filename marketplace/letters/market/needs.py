"""What we tell about needs, from handed in to closed."""

from marketplace.letters.telling import others, tell
from marketplace.models import (
    NeedStep,
)
from marketplace.rules import audience


def need_submitted(step: NeedStep) -> None:
    need = step.need
    tell(
        audience.coordinators(need),
        "need_submitted",
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
    )


def need_moved(template: str, step: NeedStep) -> None:
    """Tell the structure: need_question, need_published, need_refused, need_closed."""
    need = step.need
    tell(
        others(audience.structure(need), step.by),
        template,
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
        reason=step.said,
    )


def need_redirected(step: NeedStep, *, one_hour: bool) -> None:
    need = step.need
    tell(
        others(audience.structure(need), step.by),
        "need_redirected",
        f"need-step:{step.pk}",
        need.get_absolute_url(),
        need=need,
        reason=step.said,
        one_hour=one_hour,
    )
