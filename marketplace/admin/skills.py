"""The admin of the skills: synonyms that work at once, merges whose effect is shown before they are done."""

from typing import TYPE_CHECKING, Any, TypedDict

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Count, ForeignKey, Q, QuerySet
from django.forms import BaseModelFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.actions.market import skill_edits
from marketplace.forms.fields import field_of
from marketplace.models.market.skills import Skill, SkillFamily, SkillProposal, SkillSynonym

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Ways(TypedDict):
    ways: int


class SynonymInline(admin.TabularInline):
    model = SkillSynonym
    extra = 2
    fields = ("lang", "text", "withdrawn_at")


@admin.register(SkillFamily)
class SkillFamilyAdmin(admin.ModelAdmin):
    list_display = ("label_fr", "label_en", "position")
    list_editable = ("position",)


class MergeForm(forms.Form):
    """Into which skill to merge. It is sent twice: first to see the effect, then to do it."""

    into = forms.ModelChoiceField(Skill.objects.current(), label=gettext_lazy("Merge into"))

    def __init__(self, *args: Any, skill: Skill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = field_of(self, "into", forms.ModelChoiceField)
        into.queryset = Skill.objects.current().exclude(pk=skill.pk)
        into.widget = AutocompleteSelect(Skill._meta.get_field("merged_into"), admin.site)
        into.widget.choices = into.choices


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ("label_fr", "label_en", "family", "said_in", "withdrawn_at")
    list_filter = ("family", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("code", "label_fr", "label_en", "synonyms__text")
    ordering = ("label_fr", "pk")  # the one of the model is lost once the ways are counted
    autocomplete_fields = ("broader", "close")
    readonly_fields = ("merged_into",)
    inlines = (SynonymInline,)
    actions = ("withdraw",)
    change_form_template = "admin/marketplace/skill/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        alive = Count("synonyms", filter=Q(synonyms__withdrawn_at=None), distinct=True)
        return super().get_queryset(request).select_related("family").annotate(ways=alive)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Skill], search_term: str
    ) -> tuple[QuerySet[Skill], bool]:
        """Leave out withdrawn skills where another field names a skill."""
        found, twice = super().get_search_results(request, queryset, search_term)
        match = request.resolver_match
        chosen_from = match is not None and match.view_name == "admin:autocomplete"
        return (found.filter(withdrawn_at=None) if chosen_from else found), twice

    def get_readonly_fields(
        self, request: HttpRequest, obj: Skill | None = None
    ) -> tuple[str, ...]:
        """The code can't be changed: files and links name a skill by it."""
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Skill | None = None) -> bool:
        """Never: a skill is withdrawn or merged, so that the rows that name it keep it."""
        return False

    @admin.display(description=gettext_lazy("ways to say it"), ordering="ways")
    def said_in(self, skill: "WithAnnotations[Skill, Ways]") -> int:
        return skill.ways

    @admin.action(description=gettext_lazy("Withdraw the chosen skills"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Skill]) -> None:
        numbers = list(queryset.values_list("pk", flat=True))
        Skill.objects.filter(pk__in=numbers, withdrawn_at=None).update(withdrawn_at=timezone.now())
        self.message_user(request, _("Withdrawn: they are offered no more, their links remain."))

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if {"broader", "close"} & set(form.changed_data):
            skill_edits.relations_changed()

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool
    ) -> None:
        """Withdraw a synonym that comes from our files instead of deleting it, so that the next load doesn't bring
        it back."""
        formset.save(commit=False)
        for synonym in formset.deleted_objects:
            if synonym.from_file:
                synonym.withdrawn_at = timezone.now()
                synonym.save(update_fields=["withdrawn_at"])
            else:
                synonym.delete()
        for synonym, _changed in formset.changed_objects:
            synonym.save()
        for synonym in formset.new_objects:
            synonym.save()

    def get_urls(self) -> list[URLPattern]:
        merge = path("<int:pk>/merge/", self.admin_site.admin_view(self.merge), name="skill-merge")
        return [merge, *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the effect of a merge, then do it."""
        skill = get_object_or_404(Skill, pk=pk)
        if not self.has_change_permission(request, skill):
            raise PermissionDenied
        form = MergeForm(request.POST or None, skill=skill)
        effect = None
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            try:
                if "do" in request.POST:
                    skill_edits.merge(skill, into=into)
                    self.log_change(request, skill, f"merged into {into.code}")
                    messages.success(request, _("Merged into “%(skill)s”.") % {"skill": into})
                    return redirect(reverse("admin:marketplace_skill_change", args=[into.pk]))
                effect = skill_edits.effect_of_merging(skill, into)
            except skill_edits.ImpossibleMerge as refusal:
                form.add_error("into", str(refusal))
        context = self.admin_site.each_context(request) | {
            "title": _("Merge “%(skill)s”") % {"skill": skill},
            "opts": Skill._meta,
            "skill": skill,
            "form": form,
            "effect": effect,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/marketplace/skill/merge.html", context)


@admin.register(SkillProposal)
class SkillProposalAdmin(admin.ModelAdmin):
    """The proposals of skills. Choosing a skill and saving makes the words its synonym; proposals are declined from
    the list."""

    list_display = ("text", "proposed_by", "proposed_at", "answer", "skill")
    list_filter = ("answer",)
    search_fields = ("text",)
    autocomplete_fields = ("skill",)
    fields = ("text", "context", "proposed_by", "proposed_at", "skill", "answer", "answered_at")
    readonly_fields = ("context", "proposed_by", "proposed_at", "answer", "answered_at")
    actions = ("decline",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "skill":
            kwargs["queryset"] = Skill.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: SkillProposal, form: ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if obj.skill and "skill" in form.changed_data:
            skill_edits.accept_as_synonym(obj, skill=obj.skill)
            self.message_user(request, _("“%(text)s” now means %(skill)s.")
                              % {"text": obj.text, "skill": obj.skill})  # fmt: skip

    @admin.action(description=gettext_lazy("Decline the chosen proposals"), permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[SkillProposal]) -> None:
        for proposal in queryset.filter(answer=SkillProposal.Answer.WAITING):
            skill_edits.decline(proposal)
