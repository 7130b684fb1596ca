"""What somebody has to do next for a mission is read from rows of many kinds, asked here with the missions themselves."""

from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, StringAgg, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from marketplace.states import DocumentStatus


class WithCourse[M: models.Model](models.QuerySet[M]):
    def with_served(self) -> Self:
        """Adds the names that `Mission.for_whom` says, one a line."""
        first = Coalesce(OuterRef("apart_for"), OuterRef("need__organisation"))
        rows = apps.get_model("marketplace", "Served").objects.filter(mission=OuterRef("pk"))
        named = rows.exclude(organisation=first).order_by().values("mission")
        listed = named.annotate(all=StringAgg("organisation__name", Value("\n"), order_by=["pk"]))
        return self.annotate(served_list=Subquery(listed.values("all"), output_field=CharField()))

    def with_pieces(self) -> Self:
        """Adds which of the things that a message may point at it has, and whether anything is to be done about it: the page of
        a conversation asks no more where there is nothing."""
        rows = {
            "has_milestones": "Milestone",
            "has_deliverables": "Deliverable",
            "has_papers": "Document",
            "has_tasks": "Task",
        }
        return self._with_which(rows)

    def with_parts(self, today: date | None = None) -> Self:
        """The same of all that a mission's own page shows, and its hours in all; `coordinator_is_away` of who isn't there, or
        coordinates no more. `today` as in `with_course`."""
        rows = {
            "has_agreements": "Agreement",
            "has_reviews": "Review",
            "has_follow_ups": "FollowUp",
            "has_notes": "Note",
            "has_tags": "Tag",
        }
        model, this = apps.get_model, OuterRef("pk")
        hours = model("marketplace", "HoursEntry").objects.filter(mission=this).order_by()
        total = hours.values("mission").annotate(all=Sum("hours")).values("all")
        moved = Q(departure__mission=this) | Q(proposal=OuterRef("proposal"))
        transfers = model("marketplace", "Transfer").objects.filter(moved).order_by()
        absences = model("marketplace", "Absence").objects
        away = absences.on(today or timezone.localdate()).order_by()
        return (
            self.with_pieces()
            ._with_which(rows)
            .annotate(
                hours_in_all=Subquery(total),
                has_transfers=Exists(transfers),
                coordinator_is_away=Exists(
                    away.filter(person=OuterRef("coordinator"), pole=OuterRef("need__pole"))
                ),
                is_renewed=Exists(self.model._default_manager.filter(renewed_from=this).order_by()),
            )
        )

    def _with_which(self, rows: dict[str, str]) -> Self:
        found = {}
        for name, model in rows.items():
            those = apps.get_model("marketplace", model)._default_manager
            found[name] = Exists(those.filter(mission=OuterRef("pk")).order_by())
        return self.annotate(**found)

    def with_transfers(self) -> Self:
        """Adds whether a colleague is asked to take the mission over, the proposal that the structure answers then, and
        since when they are asked, or have let it go."""
        every = apps.get_model("marketplace", "Transfer").objects
        transfers = every.filter(departure__mission=OuterRef("pk"), departure__settled_at=None)
        return self.annotate(
            transfer_asked=Exists(transfers.waiting()),
            transfer_proposed=Subquery(
                transfers.filter(proposal__status="OPEN").order_by().values("proposal")[:1]
            ),
            transfer_since=Subquery(every.last_since()),
        )

    def with_course(self, today: date | None = None) -> Self:
        """Adds what `next_act` reads: the sheet, the agreements, the documents, and the hours and amendment that
        wait; also the reviews, if the mission was delivered. `today`: for a question that is prepared."""
        structure = Coalesce(OuterRef("apart_for"), OuterRef("need__organisation"))
        hours = apps.get_model("marketplace", "HoursEntry").objects.filter(mission=OuterRef("pk"))
        contested = hours.contested().order_by("contested_at")
        documents = (
            apps.get_model("marketplace", "Document")
            .objects.filter(mission=OuterRef("pk"))
            .exclude(~Q(organisation=structure), kind="RECEIPT")
            .order_by()
            .values("mission")
            .annotate(all=StringAgg(Concat("kind", Value(" "), "status"), Value(",")))
        )
        signed = (
            apps.get_model("marketplace", "Signature")
            .objects.filter(
                document__mission=OuterRef("pk"),
                document__status=DocumentStatus.TO_SIGN,
            )
            .order_by()
            .values("document__mission")
            .annotate(all=StringAgg(Concat("document__kind", Value(" "), "party"), Value(",")))
        )
        kept = [DocumentStatus.SIGNED, DocumentStatus.ISSUED]
        last_signature = (
            apps.get_model("marketplace", "Signature")
            .objects.filter(
                document__mission=OuterRef("pk"),
                document__amendment=None,
                document__status__in=kept,
            )
            .order_by("-at")
        )
        amendments = apps.get_model("marketplace", "Amendment").objects.open()
        departures = apps.get_model("marketplace", "Departure").objects
        eligibilities = apps.get_model("marketplace", "Eligibility").objects
        served = apps.get_model("marketplace", "Served").objects.filter(mission=OuterRef("pk"))
        return (
            self.select_related("sheet")
            .prefetch_related("agreements")
            .annotate(
                hours_since=Subquery(
                    hours.to_confirm()
                    .of_the_first()
                    .order_by("created_at")
                    .values("created_at")[:1]
                ),
                contested_since=Subquery(contested.values("contested_at")[:1]),
                hours_written=Subquery(
                    hours.order_by().values("mission").annotate(all=Sum("hours")).values("all")
                ),
                has_team=Exists(
                    apps.get_model("marketplace", "TeamMember").objects.filter(
                        mission=OuterRef("pk")
                    )
                ),
                serves_several=Exists(served.beside_the_lead()),
                leaver_writes=Exists(
                    departures.writing(today or timezone.localdate())
                    .filter(mission=OuterRef("pk"))
                    .order_by()
                ),
                has_confirmed_hours=Exists(hours.confirmed()),
                document_kinds_made=Subquery(documents.values("all"), output_field=CharField()),
                amendment_open=Subquery(
                    amendments.filter(mission=OuterRef("pk")).order_by().values("pk")[:1]
                ),
                amendment_since=Subquery(
                    amendments.filter(mission=OuterRef("pk")).order_by().values("proposed_at")[:1]
                ),
                document_kinds_signed=Subquery(signed.values("all"), output_field=CharField()),
                signed_last_at=Subquery(last_signature.values("at")[:1]),
                before_receipt=Subquery(
                    eligibilities.before_receipt_of(structure, today or timezone.localdate())
                ),
            )
            .with_transfers()
        )
