"""Programmes and calls in the editing site; forms are written in the portal. The public page of a call is a Wagtail page beside them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column as ListedColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.log_actions import registry as log_registry

from calls.models import Call, Programme
from cms import actions, subscribing
from cms.admin.forms import CallForm
from cms.admin.policy import EditorPolicy
from cms.forms import EditorForm
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.workflow.seen import Authored, Written
from portal.workflow.watched import StaleForm

WHO_MAY_APPLY = "Statuts, voies, nombre de dossiers par lycée et condition se choisissent sur la page de l’appel, dans le pilotage."


@dataclass(frozen=True)
class Words:
    """How French says a kind of record: Wagtail's own sentences do not know its gender ("Nouvel(le)", "créé(e)")."""

    new: str  # "Nouvel appel à projets"
    add: str  # "Ajouter un appel à projets"
    the: str  # "L’appel à projets"
    edit: str = "Modifier"


class EditorIndexView(generic.IndexView):
    words: Words | None = None

    @cached_property
    def add_item_label(self) -> str:
        return self.words.add


class EditorCreateView(generic.CreateView):
    words: Words | None = None
    submit_button_label = "Créer"

    def get_page_title(self) -> str:
        return self.words.new

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict]:
        *above, here = super().get_breadcrumbs_items()
        return [*above, here | {"label": self.words.new}]

    def get_success_message(self, instance: Model) -> str:
        return f"{self.words.the} « {instance} » est créé."

    def get_error_message(self) -> str:
        return (
            f"{self.words.the} n’est pas encore créé : corrigez ce qui est signalé ci-dessous. Rien de ce que vous avez saisi n’est perdu."
        )


class EditorEditView(generic.EditView):
    words: Words | None = None

    def get_page_title(self) -> str:
        return self.words.edit

    def get_success_message(self) -> str:
        return f"{self.words.the} « {self.object} » est enregistré."

    def get_error_message(self) -> str:
        return (
            f"{self.words.the} n’est pas enregistré : corrigez ce qui est signalé ci-dessous. Rien de ce que vous avez saisi n’est perdu."
        )

    def get_form(self, form_class: type[EditorForm] | None = None) -> EditorForm:
        """Watched: two editors may have the same page open."""
        form = super().get_form(form_class)
        row, kind, reader = self.object, type(form), self.request.user
        form.watch_row(lambda: kind(instance=self.model._base_manager.get(pk=row.pk), for_user=reader), lambda: self.last_writing(row))
        return form

    def last_writing(self, row: Model) -> Authored | None:
        """Who wrote this row last, and when."""
        line = log_registry.get_logs_for_instance(row).select_related("user").first()
        return Written(str(line.user), line.timestamp) if line and line.user else None

    def form_valid(self, form: EditorForm) -> HttpResponse:
        """Store, unless somebody else has written since the page was opened: then the page comes back, with both."""
        try:
            with transaction.atomic():
                self.model._base_manager.select_for_update(of=("self",)).only("pk").get(pk=self.object.pk)
                form.check()
                return super().form_valid(form)
        except StaleForm as refusal:
            form.tell(refusal)
            self.produced_error_message = f"{self.words.the} n’est pas enregistré : quelqu’un l’a changé après l’ouverture de votre page."
            response = self.form_invalid(form)
            response.status_code = 409
            return response


class EditorViewSet(ModelViewSet):
    """Lists and forms for editors; nothing is deleted nor copied as it stands."""

    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = EditorIndexView
    add_view_class = EditorCreateView
    edit_view_class = EditorEditView
    words: Words

    def get_index_view_kwargs(self, **kwargs) -> dict:
        return super().get_index_view_kwargs(**kwargs) | {"words": self.words}

    def get_add_view_kwargs(self, **kwargs) -> dict:
        return super().get_add_view_kwargs(**kwargs) | {"words": self.words}

    def get_edit_view_kwargs(self, **kwargs) -> dict:
        return super().get_edit_view_kwargs(**kwargs) | {"words": self.words}

    @property
    def permission_policy(self) -> EditorPolicy:
        return EditorPolicy(self.model)

    def register_permissions(self) -> None:
        """None: the roles decide, not the groups of Wagtail."""


class ProgrammeViewSet(EditorViewSet):
    model = Programme
    words = Words("Nouveau programme", "Ajouter un programme", "Le programme")
    icon = "folder-open-inverse"
    menu_label = "Programmes"
    name = "programmes"
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    edit_handler = ObjectList([FieldPanel(name) for name in ("name", "code", "summary", "legal_basis")], base_form_class=EditorForm)


@require_admin_access
def to_the_models(request: HttpRequest) -> HttpResponse:
    """A call begins in one place, the models of the steering: a blank one is among them."""
    return redirect("calls:models" if request.user.may_edit_calls else "wagtailadmin_home")


class CallEditView(EditorEditView):
    def last_writing(self, row: Call) -> Authored | None:
        return last_act(row, "edit", "create", "extend_closing")

    def save_instance(self) -> Call:
        changed = {name: self.form.cleaned_data.get(name) for name in self.form.changed_data}
        call = super().save_instance()
        if changed:
            recorder.record(call, "edit", actor=self.request.user, data=changed)
            actions.follow_call(call=call)
            if "jury_on" in changed or "results_on" in changed:
                subscribing.announce_dates(call=call, actor=self.request.user)
        return call


class CallViewSet(EditorViewSet):
    model = Call
    words = Words("Nouvel appel à projets", "Ajouter un appel à projets", "L’appel à projets")
    icon = "calendar-alt"
    menu_label = "Appels à projets"
    name = "appels"
    list_display = ["title", "reference", "programme", ListedColumn("get_state_display", label="État"), "opens_at", "closes_at"]
    search_fields = ["title", "reference"]
    ordering = ["-opens_at"]
    edit_view_class = CallEditView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("programme"), FieldRowPanel(["reference", "wave"]), "title", "slug", "summary", "contact_email"],
                heading="L’appel",
            ),
            MultiFieldPanel(
                [FieldRowPanel(["opens_at", "closes_at"]), "grace_minutes", FieldRowPanel(["jury_on", "results_on"])],
                heading="Calendrier (heure de Paris)",
            ),
            MultiFieldPanel([FieldRowPanel(["budget_amount", "ceiling_amount"])], heading="Montants, en euros"),
            MultiFieldPanel(["requires_approval", HelpPanel(content=WHO_MAY_APPLY)], heading="Qui peut déposer un dossier"),
            MultiFieldPanel(["sealed"], heading="Confidentialité des dossiers"),
            MultiFieldPanel(["own_scores_first"], heading="Notation"),
        ],
        base_form_class=CallForm,
    )

    @property
    def add_view(self) -> Callable[..., HttpResponse]:
        return to_the_models


class CallsGroup(ModelViewSetGroup):
    items = (CallViewSet, ProgrammeViewSet)
    menu_label = "Appels"
    menu_icon = "calendar-alt"
    menu_order = 150
