from django.db import models
from wagtail.models import Page


class SearchedText(models.Model):
    """What the search of the site reads of a published page: the page whole, and each of its questions with its answer.

    It says nothing of who may read: each search asks again which pages are public.
    """

    class Kind(models.TextChoices):
        CALL = "appels", "Appels à projets"
        NEWS = "actualites", "Actualités"
        RESULTS = "resultats", "Résultats"
        FAQ = "questions", "Questions fréquentes"
        PAGE = "pages", "Pages"

    page = models.ForeignKey(Page, verbose_name="page", on_delete=models.CASCADE, related_name="searched_texts")
    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField("rang dans la page", default=0)
    title = models.CharField("titre", max_length=255)
    text = models.TextField("texte", blank=True)
    folded_title = models.TextField("titre cherché")
    folded = models.TextField("texte cherché")  # title and text, as portal.text.search folds them
    told_at = models.DateTimeField("date", null=True)

    class Meta:
        verbose_name = "texte cherché"
        verbose_name_plural = "textes cherchés"
        constraints = [models.UniqueConstraint(fields=["page", "kind", "position"], name="searched_text_once")]

    def __str__(self):
        return self.title
