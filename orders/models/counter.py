from django.db import models


class NumberCounter(models.Model):
    """The last number given in a series and a year. Its row is the lock: two orders opened at once never share a number."""

    series = models.CharField("série", max_length=4)  # "BC", "TX"
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        constraints = [models.UniqueConstraint(name="counter_once_per_year", fields=["series", "year"])]

    def __str__(self):
        return f"{self.series}-{self.year}"
