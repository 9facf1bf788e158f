"""Programmes, calls and questionnaires in the editing site. The public page of a call is a Wagtail page beside them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column as ListedColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.log_actions import registry as log_registry

from calls import rules
from calls.actions.steering import freeze_questionnaire, renew_questionnaire
from calls.models import Call, Programme, Questionnaire
from calls.queries.knowledge import with_known
from cms import actions, subscribing
from cms.admin.forms import CallForm, QuestionnaireForm, starting_definition
from cms.admin.policy import EditorPolicy
from cms.admin.questionnaire_stream import stream_of
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


class CallCreateView(EditorCreateView):
    def save_instance(self) -> Call:
        call = super().save_instance()
        recorder.record(call, "create", actor=self.request.user)
        actions.draft_call_page(call=call, actor=self.request.user)
        if definition := starting_definition(self.form.cleaned_data["starting_form"]):
            Questionnaire.objects.create(call=call, definition=with_known(call, definition))
        return call

    def get_success_message(self, instance: Call) -> str:
        return f"L’appel « {instance} » est créé, et sa page publique est prête en brouillon. Écrivez maintenant son formulaire."

    def get_success_url(self) -> str:
        return reverse("calls:form", args=[self.object.reference])


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
    add_view_class = CallCreateView
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
            MultiFieldPanel(["own_scores_first"], heading="Notation"),
            MultiFieldPanel([FieldPanel("starting_form")], heading="Questionnaire"),
        ],
        base_form_class=CallForm,
    )


class QuestionnaireCreateView(EditorCreateView):
    def get_initial(self) -> dict:
        """`?call=` chooses the call, `?depuis=` starts from the questionnaire of another call."""
        initial = super().get_initial()
        asked, source = self.request.GET.get("call", ""), self.request.GET.get("depuis", "")
        if asked.isdecimal():
            initial["call"] = int(asked)
        if source.isdecimal() and (found := Questionnaire.objects.filter(pk=int(source)).first()):
            initial["sections"] = stream_of(found.definition)
            initial["limits"] = found.definition.get("limits")
        return initial

    def save_instance(self) -> Questionnaire:
        questionnaire = super().save_instance()
        recorder.record(questionnaire.call, "edit_questionnaire", actor=self.request.user, data={"version": questionnaire.version})
        return questionnaire


class QuestionnaireEditView(EditorEditView):
    def last_writing(self, row: Questionnaire) -> Authored | None:
        return last_act(row.call, "edit_questionnaire", "renew_questionnaire")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        questionnaire = self.get_object()
        if questionnaire.call.is_model:
            raise Http404("the form of a model")
        if questionnaire.frozen_at:
            if request.method == "POST":
                messages.error(request, "Ce questionnaire est figé : rien n’a été changé. Préparez une nouvelle version.")
            return redirect("questionnaires:inspect", questionnaire.pk)
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self) -> Questionnaire:
        questionnaire = super().save_instance()
        recorder.record(questionnaire.call, "edit_questionnaire", actor=self.request.user, data={"version": questionnaire.version})
        return questionnaire


class QuestionnaireViewSet(EditorViewSet):
    model = Questionnaire
    words = Words("Nouveau questionnaire", "Ajouter un questionnaire", "Le questionnaire")
    icon = "form"
    menu_label = "Questionnaires"
    name = "questionnaires"
    list_display = ["__str__", "version", "frozen_at"]
    ordering = ["-call__opens_at", "-version"]
    inspect_view_enabled = True
    inspect_template_name = "cms/admin/questionnaire.html"
    add_view_class = QuestionnaireCreateView
    edit_view_class = QuestionnaireEditView
    edit_handler = ObjectList(
        [FieldPanel("call", heading="Appel"), FieldPanel("sections"), FieldPanel("limits")], base_form_class=QuestionnaireForm
    )

    @cached_property
    def search_fields(self) -> list[str]:
        return ["call__title", "call__reference"]

    def get_index_view_kwargs(self, **kwargs) -> dict:
        """Those of calls: what a model holds is read on its own page."""
        return super().get_index_view_kwargs(**kwargs) | {"queryset": Questionnaire.objects.filter(call__is_model=False)}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("nouvelle-version/<int:pk>/", require_POST(renew), name="renew"),
            path("mettre-en-vigueur/<int:pk>/", require_POST(put_in_force), name="put_in_force"),
        ]


@require_admin_access
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a new version of a frozen questionnaire."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("call"), pk=pk)
    if not rules.manages_call(questionnaire.call, request.user):
        raise PermissionDenied("renew")
    renewed = renew_questionnaire(questionnaire=questionnaire, actor=request.user)
    messages.success(request, f"La version {renewed.version} est prête à être modifiée. Elle ne servira qu’une fois mise en vigueur.")
    return redirect("questionnaires:edit", renewed.pk)


@require_admin_access
def put_in_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the version being edited of a published call: the files opened from now on use it."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("call"), pk=pk)
    if not rules.manages_call(questionnaire.call, request.user):
        raise PermissionDenied("put_in_force")
    freeze_questionnaire(call=questionnaire.call, actor=request.user)
    messages.success(request, f"La version {questionnaire.version} est en vigueur : les dossiers ouverts désormais l’utilisent.")
    return redirect("questionnaires:inspect", questionnaire.pk)


class CallsGroup(ModelViewSetGroup):
    items = (CallViewSet, QuestionnaireViewSet, ProgrammeViewSet)
    menu_label = "Appels"
    menu_icon = "calendar-alt"
    menu_order = 150
