"""What a person reads when something goes wrong: what happened, what was kept, what to do, and a reference to quote."""

import sys
import uuid

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.signing import NotSigned

logger = structlog.get_logger(__name__)
RETRY_AFTER = 30  # seconds

TEXTS = {
    400: ("Demande incorrecte", "L’adresse ou le formulaire envoyé n’est pas lisible. Rien n’a été changé."),
    403: (
        "Vous n’avez pas accès à cette page",
        "Votre rôle ne permet pas cet acte, ou pas à ce moment. Rien n’a été changé. Si vous pensez qu’il s’agit d’une erreur, écrivez-nous.",
    ),
    404: (
        "Page introuvable",
        "L’adresse est fausse, la page a été retirée, ou elle ne vous est pas destinée. Vérifiez l’adresse, ou repartez de votre espace.",
    ),
    500: (
        "Une erreur est survenue",
        "La faute vient du portail, pas de vous. Ce qui était enregistré l’est toujours ; la dernière action n’a pas été prise en compte.",
    ),
    503: (
        "Le portail est momentanément indisponible",
        "Ce qui était enregistré est gardé. Réessayez dans quelques instants.",
    ),
}
READS_ONLY = (
    "Vous lisez sans écrire",
    "Vous lisez les dossiers, les aides et les commandes de votre lycée, sans y écrire : une personne de l’équipe peut faire cet acte. "
    "Rien n’a été changé.",
)
NOT_SIGNED = "Votre délégation ne donne pas cet acte"
EXPIRED_FORM = (
    "Le formulaire a expiré",
    "Vous vous êtes reconnecté, ou la page était ouverte depuis longtemps. Rien n’a été enregistré. "
    "Revenez à la page précédente : votre navigateur y garde en général ce que vous avez tapé. Copiez-le, rechargez la page, puis envoyez à nouveau.",
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Who only reads in a school is told so: whatever they asked, that is why. Who signs other acts than this one is told which."""
    if isinstance(exception, NotSigned):
        return _framed(request, 403, (NOT_SIGNED, f"{exception} Rien n’a été changé."))
    return _framed(request, 403, READS_ONLY if getattr(request.user, "reads_only", False) else TEXTS[403])


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _framed(request, 404, TEXTS[404])


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unforeseen error, drawn without the database; a database that is away or too busy gives 503."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _bare(500)


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = _bare(503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form opened before signing in again; the script of the page knows it by the header and takes a new token."""
    response = _framed(request, 403, EXPIRED_FORM)
    response["X-Form"] = "expired"
    return response


def reference() -> str:
    """The identifier of the request under way, the one that the logs carry."""
    known = structlog.contextvars.get_contextvars().get("request_id")
    return str(known or uuid.uuid4())[:40]


def _framed(request: HttpRequest, status: int, text: tuple[str, str]) -> HttpResponse:
    """Inside the frame of the portal, with the reader's menu."""
    context = _context(status, text)
    response = render(request, "ui/error.html", context, status=status)
    response["X-Reference"] = context["reference"]
    return response


def _bare(status: int) -> HttpResponse:
    """Without context processors: no session, no account, no query."""
    context = {**_context(status, TEXTS[status]), "user": AnonymousUser()}
    response = HttpResponse(render_to_string("ui/error_bare.html", context), status=status)
    response["X-Reference"] = context["reference"]
    return response


def _context(status: int, text: tuple[str, str]) -> dict:
    title, explanation = text
    found = reference()
    if status >= 500:
        logger.error("error_page", status=status, reference=found)
    return {
        "status": status,
        "title": title,
        "explanation": explanation,
        "reference": found,
        "region_name": settings.REGION_NAME,
        "is_demo": settings.DEMO,
    }
