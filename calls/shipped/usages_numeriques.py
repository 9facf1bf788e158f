"""Usages numériques: a call to teams for innovative practice, one envelope, amounts that follow quality."""

from calls.shipped.prices import price_list

DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Usage proposé",
            "help": "Une pratique que les élèves pourront voir et que d’autres lycées pourront reprendre.",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {
                    "key": "thematique",
                    "kind": "choice",
                    "label": "Thématique",
                    "required": True,
                    "choices": [
                        {"value": "terminaux", "label": "Nouveaux terminaux mobiles"},
                        {"value": "ressources", "label": "Services et ressources numériques"},
                        {"value": "collaboration", "label": "Travail collaboratif et pédagogie différenciée"},
                    ],
                },
                {
                    "key": "description",
                    "kind": "long_text",
                    "label": "L’usage, en classe et hors la classe",
                    "required": True,
                    "max_length": 3000,
                    "criterion": "innovation",
                },
                {
                    "key": "objectifs",
                    "kind": "long_text",
                    "label": "Ce que les élèves y gagnent",
                    "required": True,
                    "max_length": 1500,
                    "criterion": "pedagogie",
                },
                {"key": "eleves", "kind": "number", "label": "Élèves concernés", "required": True, "minimum": 1, "maximum": 3000},
            ],
        },
        {
            "key": "partage",
            "title": "Partage et évaluation",
            "help": "",
            "questions": [
                {
                    "key": "diffusion",
                    "kind": "long_text",
                    "label": "Comment l’expérience sera-t-elle partagée ?",
                    "required": True,
                    "max_length": 1500,
                    "criterion": "partage",
                },
                {
                    "key": "bilan",
                    "kind": "long_text",
                    "label": "Bilan prévu",
                    "required": False,
                    "max_length": 1000,
                    "criterion": "partage",
                },
            ],
        },
        {
            "key": "besoins",
            "title": "Besoins",
            "help": "Les mêmes documents techniques valent pour les lycées publics et privés.",
            "questions": [
                {
                    "key": "besoins",
                    "kind": "needs",
                    "label": "Équipements",
                    "required": True,
                    "ceiling": "45000.00",
                    "items": price_list(cabling=False),
                }
            ],
        },
    ]
}
GRID = (
    {"key": "innovation", "group": "Projet", "label": "Usage innovant", "weight": 3},
    {"key": "pedagogie", "group": "Projet", "label": "Apport pédagogique", "weight": 3},
    {"key": "partage", "group": "Projet", "label": "Partage et évaluation", "weight": 2},
    {"key": "secteur", "group": "Équilibres", "label": "Statut public ou privé", "weight": 1, "function": "sector"},
    {"key": "voie", "group": "Équilibres", "label": "Voie de formation", "weight": 1, "function": "pathway"},
)
# The envelope is shared: « les projets seront financés en fonction de leur qualité et du nombre de dossiers retenus ».
AMOUNTS = {
    "way": "shared",
    "weight_by": "bands",
    "bands": [["80.00", 4], ["70.00", 3], ["60.00", 2], ["50.00", 1]],
    "step": 1000,
    "floor": "part",
    "floor_percent": 25,
}
