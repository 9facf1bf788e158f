"""Pack numérique lycéen: a lycée joins by a vote of its board, takes commitments, and tells what its Wi-Fi works meet.

Works are put in order by the date of the vote, technical feasibility and expected use: the three criteria of its grid.
"""

JOINS = {"answer": "adhere", "equals": True}

DEFINITION = {
    "limits": [
        {
            "key": "vote-favorable",
            "condition": {"any": [{"answer": "adhere", "equals": False}, {"answer": "vote", "equals": True}]},
            "message": "Le lycée adhère, et le vote du conseil d’administration est défavorable : corrigez l’un ou l’autre.",
        }
    ],
    "sections": [
        {
            "key": "adhesion",
            "title": "Adhésion du lycée",
            "help": "Le conseil d’administration adhère, ou décline ; dans les deux cas, envoyez sa délibération.",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {"key": "adhere", "kind": "yes_no", "label": "Le lycée adhère au pack numérique", "required": True},
                {
                    "key": "vote",
                    "kind": "board_vote",
                    "label": "Vote du conseil d’administration",
                    "help": "Le vote porte sur l’adhésion et sur les engagements. Si le lycée décline, c’est le vote qui le décide.",
                    "required": True,
                    "accept": ["pdf"],
                    "criterion": "date-du-vote",
                },
                {
                    "key": "engagements",
                    "kind": "commitments",
                    "label": "Le lycée s’engage à",
                    "required": True,
                    "shown_if": JOINS,
                    "commitments": [
                        {"key": "distribution", "label": "aider à la distribution des équipements"},
                        {"key": "listes", "label": "tenir à jour les listes d’élèves"},
                        {"key": "cadre", "label": "encadrer l’usage sur place"},
                        {"key": "wifi", "label": "faciliter le déploiement du Wi-Fi"},
                    ],
                },
            ],
        },
        {
            "key": "usage",
            "title": "Usage attendu",
            "help": "Ce que les élèves feront de leur équipement, et quand.",
            "shown_if": JOINS,
            "questions": [
                {"key": "eleves", "kind": "number", "label": "Élèves concernés", "required": True, "minimum": 1, "maximum": 5000},
                {
                    "key": "niveaux",
                    "kind": "choices",
                    "label": "Niveaux concernés",
                    "required": True,
                    "choices": [
                        {"value": "seconde", "label": "Seconde"},
                        {"value": "premiere", "label": "Première"},
                        {"value": "terminale", "label": "Terminale"},
                        {"value": "cap", "label": "CAP"},
                    ],
                },
                {
                    "key": "usages",
                    "kind": "long_text",
                    "label": "Usages prévus en classe et hors de la classe",
                    "required": True,
                    "max_length": 2000,
                    "criterion": "usage",
                },
            ],
        },
        {
            "key": "wifi",
            "title": "Wi-Fi : ce que les travaux rencontreront",
            "help": "Un bâtiment par ligne. Ce qui n’est pas connu se laisse vide.",
            "shown_if": JOINS,
            "questions": [
                {
                    "key": "prix",
                    "kind": "notice",
                    "label": "Qui paie quoi",
                    "text": "Les bornes, leur pose et le câblage sont à la charge de la Région. Le lycée n’a rien à chiffrer.",
                },
                {
                    "key": "batiments",
                    "kind": "group",
                    "label": "Bâtiments à couvrir",
                    "required": True,
                    "least": 1,
                    "most": 20,
                    "columns": [
                        {"key": "nom", "kind": "text", "label": "Bâtiment", "required": True},
                        {"key": "salles", "kind": "number", "label": "Salles", "required": True},
                        {"key": "cable", "kind": "yes_no", "label": "Déjà câblé"},
                        {"key": "amiante", "kind": "yes_no", "label": "Amiante repérée"},
                    ],
                },
                {
                    "key": "salles",
                    "kind": "computed",
                    "label": "Salles en tout",
                    "operation": "sum",
                    "terms": ["batiments.salles"],
                    "unit": "number",
                },
                {"key": "libre", "kind": "date", "label": "Locaux disponibles pour les travaux à partir du", "required": False},
                {
                    "key": "contraintes",
                    "kind": "long_text",
                    "label": "Contraintes connues",
                    "help": "Travaux en cours, accès, internat, plateaux techniques.",
                    "required": False,
                    "max_length": 1500,
                    "criterion": "faisabilite",
                },
            ],
        },
    ],
}
GRID = (
    {
        "key": "date-du-vote",
        "group": "Adhésion",
        "label": "Date du vote du conseil d’administration",
        "weight": 2,
        "function": "board_vote",
    },
    {"key": "faisabilite", "group": "Travaux", "label": "Faisabilité technique", "weight": 2},
    {"key": "usage", "group": "Usage", "label": "Usage attendu", "weight": 1},
)
