"""Lycée 4.0: the *cadre de réponse* of the call (pedagogical project, project committee, evaluation), needs and documents."""

from calls.shipped.prices import KITS, price_list

DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet pédagogique",
            "help": "Le projet et sa place dans le projet d’établissement, les niveaux et les disciplines couverts.",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {
                    "key": "resume",
                    "kind": "long_text",
                    "label": "Le projet en quelques phrases",
                    "help": "Ce que les élèves feront autrement. 1 200 signes au plus.",
                    "required": True,
                    "max_length": 1200,
                    "criterion": "projet-etablissement",
                },
                {
                    "key": "projet_etablissement",
                    "kind": "long_text",
                    "label": "Sa place dans le projet d’établissement",
                    "required": True,
                    "max_length": 2000,
                    "criterion": "projet-etablissement",
                },
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
                {"key": "eleves", "kind": "number", "label": "Élèves concernés", "required": True, "minimum": 1, "maximum": 5000},
            ],
        },
        {
            "key": "comite",
            "title": "Comité de projet",
            "help": "L’organisation, et la part qu’y prennent la direction et les enseignants.",
            "questions": [
                {
                    "key": "organisation",
                    "kind": "long_text",
                    "label": "Organisation du comité de projet",
                    "required": True,
                    "max_length": 1500,
                    "criterion": "implication",
                },
                {"key": "enseignants", "kind": "number", "label": "Enseignants engagés", "required": True, "minimum": 1, "maximum": 400},
                {
                    "key": "referent",
                    "kind": "choice",
                    "label": "Un référent numérique est-il désigné ?",
                    "required": True,
                    "choices": [{"value": "oui", "label": "Oui"}, {"value": "non", "label": "Non"}],
                },
            ],
        },
        {
            "key": "evaluation",
            "title": "Évaluation",
            "help": "La méthode et les outils proposés.",
            "questions": [
                {
                    "key": "methode",
                    "kind": "long_text",
                    "label": "Méthode d’évaluation",
                    "required": True,
                    "max_length": 1500,
                    "criterion": "evaluation",
                },
                {
                    "key": "outils",
                    "kind": "long_text",
                    "label": "Outils de mesure des usages",
                    "required": True,
                    "max_length": 1000,
                    "criterion": "evaluation",
                },
            ],
        },
        {
            "key": "besoins",
            "title": "Besoins",
            "help": "Chaque ligne découle du projet. Les prix viennent du catalogue régional.",
            "questions": [
                {
                    "key": "justification",
                    "kind": "long_text",
                    "label": "En quoi ces besoins servent-ils le projet ?",
                    "help": "Citez les classes et les disciplines concernées. 1 200 signes au plus.",
                    "required": True,
                    "max_length": 1200,
                },
                {
                    "key": "besoins",
                    "kind": "needs",
                    "kits": KITS,
                    "label": "Équipements, câblage et réseau",
                    "required": True,
                    "ceiling": "140000.00",
                    "items": price_list(),
                },
                {
                    "key": "cofinancement",
                    "kind": "amount",
                    "label": "Part prise en charge par le lycée",
                    "help": "En euros TTC ; laissez vide s’il n’y en a pas.",
                    "required": False,
                    "minimum": "0.00",
                    "maximum": "500000.00",
                },
            ],
        },
        {
            "key": "pieces",
            "title": "Pièces jointes",
            "help": "PDF, 20 Mo au plus par pièce.",
            "questions": [
                {
                    "key": "deliberation",
                    "kind": "file",
                    "label": "Délibération du conseil d’administration",
                    "help": "Si le conseil n’a pas encore voté, joignez sa convocation : la Région demandera la délibération ensuite.",
                    "required": False,
                    "accept": ["pdf"],
                },
                {
                    "key": "plans",
                    "kind": "file",
                    "label": "Plan des locaux à câbler",
                    "required": False,
                    "multiple": True,
                    "accept": ["pdf", "png", "jpg"],
                },
            ],
        },
    ]
}
# The grid that goes with it: rated criteria weigh as the project, computed ones as the balance that the call states.
GRID = (
    {"key": "projet-etablissement", "group": "Projet", "label": "Inscription dans le projet d’établissement", "weight": 3},
    {"key": "implication", "group": "Projet", "label": "Implication de la direction et des équipes", "weight": 3},
    {"key": "evaluation", "group": "Projet", "label": "Méthode d’évaluation", "weight": 2},
    {"key": "territoire", "group": "Équilibres", "label": "Équilibre territorial", "weight": 1, "function": "territory"},
    {"key": "secteur", "group": "Équilibres", "label": "Statut public ou privé", "weight": 1, "function": "sector"},
    {"key": "voie", "group": "Équilibres", "label": "Voie de formation", "weight": 1, "function": "pathway"},
)
