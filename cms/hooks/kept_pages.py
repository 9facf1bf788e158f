"""What public pages say is drawn again as soon as it is written.

What is counted there of the directory, written by thousands of rows at once, waits for the minute that each page announces to caches.
"""

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished

from calls.models import Call, Programme, Questionnaire, RetentionPeriod
from portal.ui.kept_pages import forget
from scoring.models import AmountPolicy, AnnouncedAmount, CallIpsBands, CallRule, Criterion, Grid, GridErratum, SelectionPublication

SAID = (
    *(Page, Site, AbstractDocument, AbstractImage),
    *(Call, Programme, Questionnaire, RetentionPeriod),
    *(Grid, GridErratum, Criterion, AmountPolicy, AnnouncedAmount, CallRule, CallIpsBands, SelectionPublication),
)


@receiver([post_save, post_delete], dispatch_uid="cms.forget_kept_pages")
@receiver([page_published, page_unpublished], dispatch_uid="cms.forget_kept_pages_of_site")
def forget_what_was_said(sender: type, instance: Model, **kwargs) -> None:
    if isinstance(instance, SAID):
        forget()
