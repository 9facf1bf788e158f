"""What the public site answers beside its pages: feed, diary, site map for search engines. Open to all."""

import csv
import hashlib
import io
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views import static
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap as sitemap_view
from wagtail.documents.views.serve import serve as serve_document
from wagtail.query import PageQuerySet

from calls.models import Call
from cms.calendar import DatedCall, calendar_of
from cms.queries import calls, dates, site
from cms.queries.results import retained_files
from scoring.models import GridErratum, SelectionPublication
from scoring.queries.amounts import public_amounts
from scoring.queries.call_rules import public_rules
from scoring.queries.publication import public_selection, retained_keys


class PublicPages(Sitemap):
    """The addresses that each public page gives of itself."""

    def items(self) -> PageQuerySet:
        return site.listed_pages(self.request).defer_streamfields().specific()


@login_not_required
@require_safe
def call_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of one public call, as a file that a diary opens."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    return _diary(request, dates.dated_calls(call), name=call.title, filename=f"{call.slug}.ics", opened_as="attachment")


@login_not_required
@require_safe
def calls_calendar(request: HttpRequest) -> HttpResponse:
    """The dates of every public call, at an address that a diary follows."""
    return _diary(request, dates.dated_calls(), name="Appels à projets de la Région", filename="appels.ics", opened_as="inline")


def _diary(request: HttpRequest, calls: list[DatedCall], *, name: str, filename: str, opened_as: str) -> HttpResponse:
    content = calendar_of(calls, name=name, base_url=settings.BASE_URL)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(
        content, content_type="text/calendar; charset=utf-8", headers={"ETag": etag, "Cache-Control": "public, no-cache"}
    )
    response["Content-Disposition"] = f'{opened_as}; filename="{filename}"'
    return get_conditional_response(request, etag=etag, response=response) or response


@login_not_required
@require_safe
def call_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions of a public call, to read or print before having an account or a school. 404 while it has no form."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    if call.questionnaire is None:
        raise Http404("the call has no form")
    definition = call.questionnaire.schema.told_to_all
    rules = definition.rules
    sections = [
        (section, rules.of_section(section.key), [(part, rules.of_question(part.key)) for part in section.parts])
        for section in definition.sections
    ]
    return render(
        request,
        "cms/call_form.html",
        {"call": call, "definition": definition, "sections": sections, "max_upload": settings.UPLOAD_MAX_BYTES},
    )


@login_not_required
@require_safe
def call_grid(request: HttpRequest, slug: str) -> HttpResponse:
    """The grid of a public call with the levels of each criterion and the rule of those that are computed. 404 without a grid."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    criteria = calls.criteria_explained(call)
    if not criteria:
        raise Http404("the call has no grid")
    is_conditional = any(row.condition for row in criteria)
    context = {"call": call, "criteria": criteria, "scale": call.grid.scale, "is_conditional": is_conditional}
    return render(request, "cms/call_grid.html", context)


@login_not_required
@require_safe
def call_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of balance of a public call, what their groups mean, and how amounts are set."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    errata = list(GridErratum.objects.filter(grid__call=call))
    context = {"call": call, "read": public_rules(call), "amounts": public_amounts(call), "errata": errata}
    return render(request, "cms/call_rules.html", context)


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages, for search engines: live, without restriction, and no call before its publication."""
    return sitemap_view(request, {"pages": PublicPages})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/robots.txt", {"base_url": settings.BASE_URL}, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def site_document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """A document of the public site, once its editor says it public or a page that everybody reads shows it; to its editors before.

    Served by Wagtail, without the header that says its encoding is "None".
    """
    if not (request.user.is_authenticated and request.user.may_edit_site) and not site.is_open(document_id):
        raise Http404("document of no public page")
    response = serve_document(request, document_id, filename)
    if response.get("Content-Encoding") == "None":
        del response["Content-Encoding"]
    return response


@login_not_required
@require_safe
def site_image(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of the public site, where files are on this machine. Documents have their own view; nothing else is served."""
    return static.serve(request, path, document_root=default_storage.location)


TYPES = {"instance.json": "application/json", "resultat.json": "application/json", "retenus.csv": "text/csv; charset=utf-8"}


@login_not_required
@require_safe
def public_selection_file(request: HttpRequest, slug: str, part: str) -> HttpResponseBase:
    """One of the three files, as it is now: 404 before the release, without a checkable selection, and once it is withdrawn."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    shown = public_selection(call)
    if shown is None or part not in TYPES:
        raise Http404("no checkable selection")
    content = _content(call, shown.publication, part).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type=TYPES[part], headers={"ETag": etag, "Cache-Control": "public, no-cache"})
    response["Content-Disposition"] = f'attachment; filename="{part}"'
    return get_conditional_response(request, etag=etag, response=response) or response


def _content(call: Call, publication: SelectionPublication, part: str) -> str:
    if part != "retenus.csv":
        return json.dumps(publication.instance if part == "instance.json" else publication.result, ensure_ascii=False, indent=1)
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(["cle", "uai", "lycee", "commune"])
    for key, file in retained_keys(publication, {file.pk: file for file in retained_files(call)}):
        rows.writerow([key, file.establishment.uai, file.establishment.name, file.establishment.commune_name])
    return written.getvalue()
