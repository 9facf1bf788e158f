"""The withdrawal of a filed file, asked by its team: one page, where it is asked, answered, taken back."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import rules
from calls.actions.withdrawals import agree_to_withdrawal, ask_withdrawal, refuse_withdrawal, take_back_request
from calls.enums import ApplicationState, ReasonUse
from calls.forms.reasons import ReasonsForm
from calls.models import Application, WithdrawalRequest
from calls.queries.people import signers_of
from calls.views.frame import school_file
from portal.accounts.models import User
from portal.signing import SignedAct, mention
from portal.workflow.forms import ReasonForm
from portal.workflow.views import attempt, attempt_form, form_page

ASKED = "Le retrait est demandé à qui signe pour le lycée, qui en est prévenu par courriel. Rien ne change d’ici là."


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows what is asked, or the form to ask. POST asks (a reason), or does `do`: "agree", "refuse" (a reason), "take_back"."""
    application = school_file(request, reference)
    asked = application.withdrawal_requests.still_open().select_related("asked_by").first()
    do = request.POST.get("do", "")
    data = request.POST if request.method == "POST" and do not in ("agree", "take_back") else None
    refuses = do == "refuse" if request.method == "POST" else asked is not None
    form = _refusal_form(data) if refuses else ReasonsForm(data, application=application, use=ReasonUse.WITHDRAWAL, required=True)
    if request.method == "POST" and do in ("agree", "take_back"):
        return _press(request, application, asked or _latest(application), do)
    answer = _refuse(request, application, asked, form) if do == "refuse" else _ask(request, application, form)
    context = {
        "application": application,
        "call": application.call,
        "asked": asked,
        "latest": None if asked else application.withdrawal_requests.select_related("ended_by").first(),
        "may_ask": rules.asks_withdrawal(application, request.user),
        "signs": rules.signs_withdrawal(application, request.user),
        "possible": application.state in ApplicationState.WITHDRAWABLE,
        "signers": signers_of(application, SignedAct.WITHDRAWAL),
        "signature": mention(request.user, application.establishment, SignedAct.WITHDRAWAL, application).get("delegation", ""),
    }
    return answer or form_page(request, "calls/applicant/withdrawal.html", form, context)


def _refusal_form(data: QueryDict | None) -> ReasonForm:
    form = ReasonForm(data, required=True)
    form.fields["reason"].label = "Motif du refus"
    form.fields["reason"].error_messages["required"] = "Indiquez le motif : la personne concernée le lit."
    return form


def _latest(application: Application) -> WithdrawalRequest:
    """What a press on an old page is about: the request that has ended since."""
    return application.withdrawal_requests.first() or WithdrawalRequest(application=application)


def _ask(request: HttpRequest, application: Application, form: ReasonsForm) -> HttpResponse | None:
    return attempt_form(
        request, application, "Demander le retrait", form,
        lambda: ask_withdrawal(application=application, reason=form.text, chosen=form.wording.kept, actor=request.user),
        success=ASKED, then=application,
    )  # fmt: skip


def _refuse(request: HttpRequest, application: Application, asked: WithdrawalRequest | None, form: ReasonForm) -> HttpResponse | None:
    about = asked or _latest(application)
    return attempt_form(
        request, application, "Refuser le retrait", form,
        lambda: refuse_withdrawal(asked=about, reason=form.cleaned_data["reason"], actor=request.user),
        success="Le retrait est refusé : le dossier reste déposé, l’équipe en est prévenue.", then=application,
    )  # fmt: skip


def _press(request: HttpRequest, application: Application, asked: WithdrawalRequest, do: str) -> HttpResponse:
    back = reverse("calls:withdrawal", args=[application.reference])
    if do == "agree":
        return attempt(
            request, application, "Accepter le retrait", lambda: agree_to_withdrawal(asked=asked, actor=request.user),
            success="Le dossier est retiré. La Région en est prévenue.", names=("withdraw_filed",), back=back,
        )  # fmt: skip
    return attempt(
        request, application, "Ne plus demander le retrait", lambda: take_back_request(asked=asked, actor=request.user),
        success="Le retrait n’est plus demandé : le dossier reste déposé.", back=back,
    )  # fmt: skip


def withdrawal_context(application: Application, user: User) -> dict:
    """What the page of a file says of its withdrawal: the request still open, who may ask or answer. One query, for a filed file alone."""
    if application.state not in ApplicationState.WITHDRAWABLE:
        return {"asked": None, "signs": False, "may_ask": False}
    asked = application.withdrawal_requests.still_open().select_related("asked_by").first()
    may_ask = asked is None and rules.asks_withdrawal(application, user)
    return {"asked": asked, "signs": rules.signs_withdrawal(application, user), "may_ask": may_ask}
