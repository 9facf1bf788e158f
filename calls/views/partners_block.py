"""A question answered by partner schools, as a screen shows it."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from calls.checks import SECTION_NATURES
from calls.models import Application, Partnership
from calls.questions.partners import PartnersQuestion
from calls.rules import may_type
from portal.directory.models import Establishment
from portal.text.search import matching, tidy, words

MOST_FOUND = 20


@dataclass(frozen=True)
class PartnersBlock:
    """A question answered by partner schools, those named, and what a search has just found."""

    question: PartnersQuestion
    partnerships: tuple[Partnership, ...]
    editable: bool
    looked_for: str = ""
    found: tuple[Establishment, ...] = ()
    is_searched: bool = False
    already: tuple[Establishment, ...] = ()  # those that answer to the search and have been asked
    errors: tuple[str, ...] = ()  # what a request has just been refused

    @property
    def is_full(self) -> bool:
        return len(self.partnerships) >= self.question.most

    @property
    def is_cut(self) -> bool:
        """Whether more lycées answer than are shown."""
        return len(self.found) > MOST_FOUND

    @property
    def shown(self) -> tuple[Establishment, ...]:
        return self.found[:MOST_FOUND]


def partners_block(application: Application, question: PartnersQuestion, request: HttpRequest) -> PartnersBlock:
    """The block; `?chercher=<question>&lycee=…` looks for lycées to name. Two queries for a search, none otherwise."""
    named = [each for each in application.partnerships.all() if each.is_current and each.question_key == question.key]
    block = PartnersBlock(question, tuple(sorted(named, key=lambda each: each.pk)), may_type(application, question.key, request.user))
    if not block.editable or request.GET.get("chercher") != question.key:
        return block
    typed = tidy(request.GET.get("lycee"))
    taken = [application.establishment_id, *(each.establishment_id for each in named)]
    found = tuple(lycees_to_name(typed, taken)[: MOST_FOUND + 1]) if words(typed) else ()
    asked = [each.establishment_id for each in named]
    already = tuple(matching(Establishment.objects.filter(pk__in=asked), typed).order_by("name")) if asked and words(typed) else ()
    return PartnersBlock(question, block.partnerships, editable=True, looked_for=typed, found=found, is_searched=True, already=already)


def lycees_to_name(typed: str, taken: list[int]) -> QuerySet[Establishment]:
    """The open lycées of the Région that answer to what was typed (UAI, name, commune), but for those taken."""
    lycees = Establishment.objects.open().filter(region_code=settings.REGION_CODE).exclude(nature_code__in=SECTION_NATURES)
    return matching(lycees.exclude(pk__in=taken), typed).order_by("commune_name", "name")
