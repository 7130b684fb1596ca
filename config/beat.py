"""The clock: Celery's beat, which asks the database when each act last ran through.

Celery keeps that in a file of one machine. Without the file, on a new machine or after a restore, each act would wait for its
whole period anew: one of an hour for an hour, during which the health page rightly says that it is late.
"""

from celery.beat import Scheduler
from django.db import DatabaseError, InterfaceError

from notifications.models import ClockAct


class ClockFromDatabase(Scheduler):
    """`celery beat` with `CELERY_BEAT_SCHEDULER`. Where no database answers at the start, or none that is laid out, each act
    waits for its period."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        try:
            for act in ClockAct.objects.filter(name__in=self.schedule):
                self.schedule[act.name].last_run_at = act.passed_at or act.known_at
        except (DatabaseError, InterfaceError) as error:
            self.logger.warning("The clock begins without knowing what has run when: %s", error)
