"""The texts of the other pages that an installation begins with."""

from cms.starter import legal

HOME_TITLE = "Les appels à projets de la Région et de ses lycées"
HOME_LEDE = (
    "Un appel publié, un dossier écrit par une équipe, un jury qui rend compte, un équipement livré : tout se suit ici, "
    "du premier brouillon à la dernière réception."
)

OPEN_DATA = [
    (
        "text",
        """
<p>La {region} publie les aides attribuées à la suite de ses appels à projets, pour que chacun puisse les lire et les
réutiliser.</p>
<h2>Ce qui est publié</h2>
<ul>
<li><b>Résultats de chaque appel</b>, lisibles à l’écran : le lycée, son projet et le montant accordé. <a href="/resultats/">Voir les résultats</a>.</li>
<li><b>Calendrier des appels</b>, à l’écran, en fil RSS et au format iCalendar.</li>
</ul>
<p>Le portail ne propose pas de fichier à télécharger. Rien n’est publié avant que les décisions soient votées et notifiées. Aucune
donnée personnelle n’y figure.</p>
<h2>Licence</h2>
<p>Ces données sont réutilisables gratuitement sous la Licence Ouverte / Open Licence version 2.0. Citez « {region}, portail
Préau » et la date de votre lecture.</p>
<h2>Suivre les publications</h2>
<p>Vous pouvez <a href="/abonnement/">suivre les appels par courriel</a>. Le <a href="/appels/flux.rss">fil RSS</a> annonce les appels ; <a href="/appels/calendrier.ics">un agenda</a> donne
toutes leurs dates au format iCalendar, et chaque appel les siennes.</p>
""",
    ),
]

SITE_MAP = [
    ("site_map", None),
    (
        "text",
        """
<h2>Espaces réservés</h2>
<ul>
<li><a href="/espace/">Ce qui m’attend</a></li>
<li><a href="/dossiers/">Dossiers</a></li>
<li><a href="/compte/">Mon compte</a></li>
</ul>
""",
    ),
]

CONTACT = [
    (
        "text",
        """
<p>Pour une question sur un appel, écrivez à l’adresse donnée au bas de sa page : l’équipe qui le suit vous répondra plus
vite. Pour le reste :</p>
""",
    ),
    ("contacts", None),
    (
        "text",
        """
<h2>Avant d’écrire</h2>
<ul>
<li>Indiquez la référence du dossier, par exemple L40-V2-0147, et le nom du lycée.</li>
<li>Choisissez quand les courriels du portail vous arrivent, tout de suite ou dans un résumé du jour, depuis « Mon compte ».</li>
<li>N’envoyez pas de pièce par courriel : une pièce se dépose dans le dossier, où elle est contrôlée et conservée.</li>
<li>N’envoyez jamais votre mot de passe ; personne ne vous le demandera.</li>
</ul>
""",
    ),
]

HELP = [
    (
        "faq",
        [
            (
                "Comment créer un compte ?",
                "<p>Choisissez « Se connecter », puis « Créer un compte », avec votre adresse professionnelle. Vous demandez ensuite à "
                "rejoindre votre lycée : votre chef d’établissement vous accepte sur le portail, ou par le lien envoyé à l’adresse de l’établissement.</p>",
            ),
            (
                "Qui peut écrire dans un dossier ?",
                "<p>Tous les membres de l’équipe du lycée, à plusieurs et en même temps. Le dossier appartient à l’établissement : si son "
                "auteur change de poste, ses collègues le gardent.</p>",
            ),
            (
                "À quoi sert le visa du chef d’établissement ?",
                "<p>Il porte sur une version figée du dossier : ce qu’il a lu est exactement ce qui est déposé. S’il rend le dossier à "
                "l’équipe, ses remarques se lisent sur la page du dossier.</p>",
            ),
            (
                "Comment savoir que mon dossier est déposé ?",
                "<p>Son état est « Déposé », la date et l’heure sont affichées, et un accusé de réception est envoyé à l’équipe et au chef "
                "d’établissement. Tant que l’état dit « Brouillon », rien n’est déposé.</p>",
            ),
            (
                "On nous demande des compléments : que faire ?",
                "<p>Seuls les points demandés se modifient. Complétez-les puis choisissez « Envoyer les compléments » avant la date indiquée.</p>",
            ),
            (
                "Quand saurons-nous si nous sommes retenus ?",
                "<p>Après le vote de la Commission permanente : chaque lycée reçoit sa décision, avec les motifs critère par critère, et les "
                "résultats sont publiés le même jour.</p>",
            ),
            (
                "Que devient notre dossier ensuite ?",
                "<p>Il se lit et s’imprime pendant la durée que dit la page « Données personnelles ». Ensuite, ses réponses et ses pièces "
                "peuvent être effacées, par deux agents de la Région ensemble ; sa page le dit, et la décision reste.</p>",
            ),
        ],
    ),
    ("text", '<p>Vous ne trouvez pas votre réponse ? <a href="/contact/">Écrivez-nous</a>.</p>'),
]

# (address, title, body): the pages under the home page, in the order of the site map.
STANDARD_PAGES = [
    ("aide", "Aide", HELP),
    ("contact", "Nous écrire", CONTACT),
    ("donnees-ouvertes", "Données ouvertes", OPEN_DATA),
    ("accessibilite", "Déclaration d’accessibilité", legal.ACCESSIBILITY),
    ("mentions-legales", "Mentions légales", legal.LEGAL_NOTICE),
    ("donnees-personnelles", "Données personnelles", legal.PERSONAL_DATA),
    ("plan-du-site", "Plan du site", SITE_MAP),
]
ACCESSIBILITY_PLAN_PAGE = ("schema-pluriannuel", "Schéma pluriannuel d’accessibilité", legal.ACCESSIBILITY_PLAN)
