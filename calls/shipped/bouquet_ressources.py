"""Bouquet de ressources numériques: services, not equipment, for lycées whose board commits."""

DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Ressources choisies",
            "help": "Les services demandés et l’usage que l’équipe en fera.",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {
                    "key": "disciplines",
                    "kind": "long_text",
                    "label": "Disciplines et classes",
                    "required": True,
                    "max_length": 1500,
                    "criterion": "usage",
                },
                {"key": "licences", "kind": "number", "label": "Licences demandées", "required": True, "minimum": 1, "maximum": 5000},
                {
                    "key": "cout",
                    "kind": "amount",
                    "label": "Coût estimé TTC",
                    "required": True,
                    "minimum": "0.00",
                    "maximum": "60000.00",
                    "requested": True,
                },
            ],
        },
        {
            "key": "engagements",
            "title": "Engagements de l’établissement",
            "help": "Votés par le conseil d’administration, qui peut décliner.",
            "questions": [
                {
                    "key": "engagements",
                    "kind": "commitments",
                    "label": "Le lycée s’engage à",
                    "required": True,
                    "commitments": [
                        {"key": "distribution", "label": "aider à la distribution"},
                        {"key": "listes", "label": "tenir à jour les listes d’élèves"},
                        {"key": "cadre", "label": "encadrer l’usage sur place"},
                        {"key": "wifi", "label": "faciliter le déploiement du Wi-Fi"},
                    ],
                },
                {
                    "key": "vote",
                    "kind": "board_vote",
                    "label": "Vote du conseil d’administration",
                    "help": "Le conseil vote l’adhésion et les engagements ci-dessus.",
                    "required": True,
                    "accept": ["pdf"],
                },
            ],
        },
    ]
}
GRID = ({"key": "usage", "group": "Projet", "label": "Usage pédagogique", "weight": 1},)
