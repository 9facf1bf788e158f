"""News of the demonstration, one block of each sort among them, and two addresses that follow the calls."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from wagtail.images.models import AbstractImage

from calls.models import Programme
from cms.demo.clock import clock_at, days_from_now
from cms.demo.pictures import draw_all
from cms.models import NewsIndexPage, NewsPage, Subscription


@dataclass(frozen=True)
class Piece:
    """A piece of news: `days` before today, its picture and the blocks of its body."""

    days: int
    slug: str
    title: str
    intro: str
    picture: str
    alternative: str
    blocks: list


def _pieces(pictures: dict[str, AbstractImage]) -> list[Piece]:
    return [
        Piece(
            6, "reunion-d-information", "Lycée 4.0, vague 2 : la réunion d’information se revoit",
            "Deux heures de questions sur le projet, le formulaire et les besoins : la vidéo, sa transcription, et ce qu’il reste à faire.",
            "lesson", "", _meeting(),
        ),
        Piece(
            48, "chantiers-de-l-ete", "Les chantiers de câblage de l’été sont finis",
            "Les premiers lycées de la vague 1 ont leurs prises, leurs bornes et leur débit.",
            "cabinet", "Une baie de câblage aux ports allumés", _works(pictures["yard"]),
        ),
        Piece(
            79, "resultats-vague-1", "Les lycées retenus de la vague 1 sont connus",
            "La Commission permanente a voté : où sont les lycées retenus, et ce que chacun reçoit.",
            "yard", "Des élèves assis sous un préau", _results(),
        ),
    ]  # fmt: skip


def _meeting() -> list:
    video = {
        "title": "La réunion d’information en entier",
        "url": "https://videos.preau.example/reunion-vague-2",
        "duration": "1 heure 50",
        "transcript_url": "",
        "transcript": "<p>« Bonjour à toutes et à tous. Nous parlerons du projet, puis du formulaire, puis des besoins… »</p>",
    }
    steps = [
        {"when": "Cette semaine", "what": "Réunir l’équipe et lire le formulaire"},
        {"when": "Avant les congés", "what": "Écrire le projet, chiffrer les besoins"},
        {"when": "Une semaine avant la clôture", "what": "Demander le visa du chef d’établissement"},
    ]
    return [
        (
            "text",
            "<p>Cent vingt personnes ont suivi la réunion. Les questions les plus posées sont désormais au bas de la page de l’appel.</p>",
        ),
        ("video", video),
        ("steps", {"title": "D’ici la clôture", "steps": steps}),
        ("call_list", {"title": "Les appels ouverts", "group": "open", "programme": ""}),
        ("callout", {"title": "Une question ?", "text": "<p>Écrivez à l’adresse donnée au bas de la page de l’appel.</p>"}),
    ]


def _works(yard: AbstractImage) -> list:
    table = {
        "caption": "Ce qui a été posé pendant l’été",
        "columns": [{"type": "text", "heading": "Ouvrage"}, {"type": "number", "heading": "Quantité"}],
        "rows": [{"values": ["Prises RJ45", "1 240"]}, {"values": ["Bornes Wi-Fi", "186"]}, {"values": ["Baies de brassage", "31"]}],
    }
    quote = {
        "text": "Les élèves ont retrouvé des salles où tout marche dès la rentrée.",
        "author": "Une proviseure",
        "role": "lycée de la vague 1",
    }
    picture = {
        "image": {"image": yard.pk, "decorative": False, "alt_text": "Des élèves assis sous un préau"},
        "caption": "La cour, à la rentrée.",
        "credit": "dessin du portail",
    }
    return [
        ("figures", [{"figure": "1 240", "label": "prises posées"}, {"figure": "186", "label": "bornes Wi-Fi"}]),
        (
            "text",
            "<p>Les travaux ont suivi les vacances des lycées. Chacun a été reçu sur place, avec ses réserves quand il y en avait.</p>",
        ),
        ("quote", quote),
        ("table", table),
        ("picture", picture),
    ]


def _results() -> list:
    return [
        (
            "text",
            '<p>Chaque lycée a reçu sa décision et ses motifs, critère par critère. La liste complète est sur la <a href="/resultats/">page des résultats</a>.</p>',
        ),
        ("map", {"title": "Les lycées retenus", "programme": ""}),
    ]


def write_news() -> None:
    """Three pieces of news at their days, published then."""
    pictures, index = draw_all(), NewsIndexPage.objects.get()
    for piece in _pieces(pictures):
        with clock_at(days_from_now(-piece.days, 9)):
            page = NewsPage(
                title=piece.title, slug=piece.slug, intro=piece.intro, dated_on=timezone.localdate(), live=False,
                picture=pictures[piece.picture], picture_alt=piece.alternative, picture_is_decorative=not piece.alternative,
                body=json.dumps([{"type": kind, "value": value} for kind, value in piece.blocks]),
            )  # fmt: skip
            index.add_child(instance=page)
            page.save_revision(changed=False).publish(skip_permission_checks=True)


def follow_the_calls() -> None:
    """Two invented addresses follow the calls: one of all, one of a programme. Staff read how many, never whose."""
    confirmed_at = timezone.now() - timedelta(days=20)
    programme = Programme.objects.filter(calls__reference="L40-V2").first()
    Subscription.objects.get_or_create(email="abonnee.une@preau.example", defaults={"confirmed_at": confirmed_at})
    Subscription.objects.get_or_create(email="abonne.deux@preau.example", defaults={"confirmed_at": confirmed_at, "programme": programme})


def complete_site() -> None:
    """After the calls: what the site tells of them, and who follows them."""
    write_news()
    follow_the_calls()
