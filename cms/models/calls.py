from datetime import datetime

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from calls.enums import CallState
from calls.models import Call
from calls.queries.calls import eligible_establishments
from cms.blocks import CallBodyBlock, MilestoneBlock, StandardBodyBlock
from cms.forms import CallPageForm
from cms.models.kept import KeptWithItsCall, PublicationNotice
from cms.models.listed import Listed
from cms.queries import calls
from cms.queries.timeline import timeline
from cms.structured import call_data
from cms.topics import Topic
from portal.text.dates import day
from portal.text.search import LONGEST, tidy
from portal.text.typography import typo
from portal.ui.share_picture import SharePicture
from scoring.queries.amounts import public_amounts
from scoring.queries.call_rules import public_rules
from scoring.queries.envelope import announcements_of


class CallIndexPage(Listed, Page):
    """Every call that is public, by what one can do with it now."""

    intro = StreamField(StandardBodyBlock(required=False), verbose_name="introduction", blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CallPage"]
    max_count = 1
    template = "cms/call_index.html"

    class Meta:
        verbose_name = "liste des appels"

    def changes_at(self) -> list[datetime]:
        return calls.next_changes(timezone.now())

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        search = calls.CallSearch.from_query(request.GET)
        return super().get_context(request, *args, **kwargs) | {
            "search": search,
            "groups": calls.call_groups(search),
            "programmes": list(calls.programmes_with_calls()),
            "group_choices": calls.CALL_GROUPS.items(),
            "subscription_topics": Topic.choices,
        }


class CallPage(KeptWithItsCall, Listed, Page):
    """The public page of one call. Title and address are those of the call: nothing is typed twice."""

    call = models.OneToOneField(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="page")
    body = StreamField(CallBodyBlock(required=False), verbose_name="contenu", blank=True)
    milestones = StreamField(
        [("milestone", MilestoneBlock())],
        verbose_name="autres étapes du calendrier",
        blank=True,
        help_text="L’ouverture, la clôture, le jury et les résultats viennent de l’appel.",
    )
    contact = models.CharField(
        "qui répond aux questions",
        max_length=200,
        blank=True,
        help_text="Par exemple : Mission numérique éducatif, 03 87 00 00 00, du lundi au vendredi de 9 h à 17 h",
    )

    base_form_class = CallPageForm
    content_panels = [PublicationNotice(), FieldPanel("call"), FieldPanel("body"), FieldPanel("milestones"), FieldPanel("contact")]
    promote_panels = [MultiFieldPanel(["seo_title", "search_description"], heading="Pour les moteurs de recherche")]
    parent_page_types = ["cms.CallIndexPage"]
    subpage_types: list[str] = []
    template = "cms/call.html"

    class Meta:
        verbose_name = "page d’un appel"
        verbose_name_plural = "pages d’appels"

    def full_clean(self, *args, **kwargs) -> None:
        self._follow_call()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self._follow_call()
        super().minimal_clean()

    def _follow_call(self) -> None:
        """Title and address of the call. Wagtail cleans drafts and live pages by two methods: both call this one."""
        if self.call_id:
            self.title = self.draft_title = self.call.title
            self.slug = self.call.slug

    @property
    def in_a_sentence(self) -> str:
        return self.search_description or self.call.summary

    @property
    def share_words(self) -> SharePicture:
        dates = f"Dépôts du {day(self.call.opens_at)} au {day(self.call.closes_at)}"
        return SharePicture("Appel à projets de la Région et de ses lycées", typo(self.call.title), dates)

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.call.state == CallState.DRAFT and not getattr(request, "is_preview", False):
            raise Http404("call is a draft")
        return super().serve(request, *args, **kwargs)

    def changes_at(self) -> tuple[datetime, datetime]:
        return self.call.opens_at, self.call.closes_at

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        now, (live_code, live_label) = timezone.now(), self.call.live_state
        who = calls.who_may_apply(self.call)
        searched = tidy(request.GET.get("q"))[:LONGEST]
        return super().get_context(request, *args, **kwargs) | {
            "call": self.call,
            "live_code": live_code,
            "live_label": live_label,
            "searched": searched,
            "countdown": calls.countdown(self.call, now),
            "timeline": timeline(self.call, self.milestones, now),
            "who": who,
            "linked_data": call_data(self.call, categories=who.categories),
            "eligible_total": eligible_establishments(self.call).count(),
            "schools": calls.schools_explained(self.call, request.user, searched),
            "criteria": calls.criteria_shares(self.call),
            "amounts": public_amounts(self.call),
            "announced": announcements_of(self.call),
            "balance": public_rules(self.call).rules,
            "has_form": self.call.questionnaires.exists(),
            "now": now,
            "subscription_topics": Topic.choices,
        }

    def blocks_of(self, kind: str) -> list:
        """The values of every block of this kind, lists flattened."""
        return [item for block in self.body if block.block_type == kind for item in block.value]

    @property
    def presentation(self) -> list:
        """What the editor wrote, without what the page puts at places of its own."""
        return [block for block in self.body if block.block_type not in CallBodyBlock.ELSEWHERE]

    @property
    def figures(self) -> list:
        return self.blocks_of("figures")

    @property
    def documents(self) -> list:
        return self.blocks_of("documents")

    @property
    def questions(self) -> list:
        return self.blocks_of("faq")
