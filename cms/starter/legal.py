"""The texts of the legal pages, as an installation begins with them. `{region}`, `{url}` and `{today}` are filled in once."""

LEGAL_NOTICE = [
    (
        "text",
        """
<p>Le portail Préau est le service en ligne par lequel la {region} publie ses appels à projets destinés aux lycées,
reçoit et instruit leurs dossiers, publie les résultats et suit les équipements et les travaux qui en découlent.</p>
<h2>Éditeur et hébergement</h2>
""",
    ),
    ("publisher", None),
    (
        "text",
        """
<h2>Propriété intellectuelle et réutilisation</h2>
<p>Les textes des appels et les résultats publiés sont des informations publiques : leur réutilisation est libre et
gratuite, sous la <b>Licence Ouverte / Open Licence version 2.0</b>, à condition d’en citer la source et la date de mise à jour.
Les logos et les marques de la Région, des académies et des lycées n’en font pas partie.</p>
<p>Les données relatives aux établissements viennent de l’annuaire de l’éducation et de l’indice de position sociale
publiés par le ministère de l’Éducation nationale, ainsi que de la grille de densité de l’INSEE, sous Licence Ouverte.</p>
<p>Les contours des départements, sur les cartes, viennent de <a href="https://mapsvg.com/maps/france-departments">MapSVG</a>,
par le projet <a href="https://github.com/VictorCazanave/svg-maps">svg-maps</a>, sous licence
<a href="https://creativecommons.org/licenses/by/4.0/deed.fr">Creative Commons Attribution 4.0</a> ; ils sont simplifiés.</p>
<h2>Disponibilité du service</h2>
<p>Le portail est ouvert jour et nuit. Les heures affichées sont celles de Paris ; l’heure du serveur fait foi pour les
dépôts. En cas d’indisponibilité à l’approche d’une clôture, la Région peut prolonger l’appel ; la prolongation est
annoncée sur sa page et par courriel aux équipes dont le dossier est ouvert.</p>
<h2>Sécurité</h2>
<p>Le portail est un téléservice au sens de l’ordonnance n° 2005-1516 du 8 décembre 2005. Les échanges sont chiffrés,
les pièces déposées sont contrôlées et ne sont remises qu’aux personnes habilitées, et chaque acte est inscrit dans
un journal qui ne peut être modifié. Une vulnérabilité peut être signalée aux adresses de la page
<a href="/contact/">Nous écrire</a>.</p>
<h2>Droit applicable</h2>
<p>Ces mentions sont régies par le droit français. Les décisions prises sur les dossiers peuvent être contestées dans
les délais et devant le tribunal administratif qu’indique leur notification.</p>
""",
    ),
]

PERSONAL_DATA = [
    (
        "text",
        """
<p>Cette page vous informe, en application des articles 13 et 14 du règlement général sur la protection des données
(RGPD), de ce que le portail Préau fait de vos données personnelles.</p>
<h2>Qui en répond</h2>
<p>Le responsable du traitement est la {region}. Pour la notation des dossiers, elle en répond conjointement avec les
rectorats des académies et la direction régionale de l’alimentation, de l’agriculture et de la forêt (DRAAF), qui
siègent au jury (article 26). Vos demandes sont reçues par le délégué à la protection des données de la Région :</p>
""",
    ),
    ("contacts", None),
    (
        "text",
        """
<h2>Pourquoi, et sur quel fondement</h2>
<p>Le traitement est nécessaire à l’exécution d’une mission d’intérêt public (article 6.1.e du RGPD) : la Région a la
charge des lycées (article L214-6 du code de l’éducation) et attribue les aides de ses programmes. Il sert à :</p>
<ul>
<li>ouvrir un compte et vérifier le rattachement d’une personne à un établissement ;</li>
<li>écrire, viser, déposer et instruire les dossiers, demander des compléments ;</li>
<li>organiser le jury, noter, prévenir les conflits d’intérêts, délibérer ;</li>
<li>notifier les décisions, publier les résultats, commander et réceptionner les équipements et les travaux ;</li>
<li>annoncer par courriel les appels, leurs dates et leurs résultats à qui le demande. Cet envoi repose sur votre consentement (article
6.1.a), que le lien de chaque message retire ;</li>
<li>tenir le journal des actes, qui garantit l’égalité de traitement et permet de répondre à un recours.</li>
</ul>
<h2>Quelles données</h2>
<ul>
<li><b>Votre compte :</b> nom, prénom, adresse électronique professionnelle, fonction, établissement, rôles, moyens de
connexion ; le mot de passe n’est conservé que sous une forme qui ne permet pas de le relire.</li>
<li><b>Vos actes :</b> ce que vous avez écrit, déposé, visé, noté ou décidé, avec la date et l’heure.</li>
<li><b>Vos messages :</b> ceux que le portail vous a écrits, quand vous voulez les recevoir, ceux que vous avez lus dans le portail, et si
un serveur a répondu que votre adresse n’existe plus. Aucun courriel ne dit s’il a été ouvert.</li>
<li><b>Votre abonnement aux appels par courriel :</b> l’adresse, ce qu’elle suit et la date de la confirmation. Personne ne la voit : les
agents lisent seulement le nombre d’abonnés.</li>
<li><b>Données techniques :</b> adresse IP et navigateur de vos sessions, pour la sécurité.</li>
</ul>
<p>Les dossiers ne comportent <b>aucun nom d’élève</b> : n’en mettez ni dans les réponses ni dans les pièces jointes. Les
données des établissements proviennent de répertoires publics.</p>
<h2>Qui les voit</h2>
<ul>
<li>l’équipe et le chef d’établissement, pour les dossiers de leur lycée ;</li>
<li>les agents habilités de la Région, dans leur périmètre ;</li>
<li>les membres du jury, pour les dossiers qui leur sont confiés et sans conflit d’intérêts ;</li>
<li>les personnes des académies et de la DRAAF dont la Région demande l’avis, pour ces dossiers seuls et sans conflit d’intérêts ;</li>
<li>les fournisseurs, pour l’adresse de livraison et le contact du lycée, une fois l’aide décidée ;</li>
<li>le public, pour le nom des lycées retenus et le montant des aides. Aucun nom de personne n’est publié.</li>
</ul>
<p>Aucune donnée n’est transférée hors de l’Union européenne, vendue ni utilisée à des fins publicitaires. Aucune
décision n’est prise par un traitement entièrement automatisé : les critères calculés et les simulations de sélection
éclairent le jury, qui délibère.</p>
""",
    ),
    ("retention", None),
    (
        "text",
        """
<h2>Cookies</h2>
<p>Le portail ne dépose que les cookies indispensables à son fonctionnement (session, protection des
formulaires, navigateur où vous vous êtes déjà connecté, pour que les essais d’un tiers ne vous ferment pas la porte). Ils ne
demandent pas de consentement. Il n’y a ni mesure d’audience ni ressource chargée depuis un autre site. Ce que vous tapez dans un dossier
reste dans votre navigateur jusqu’à ce que le portail l’ait reçu, et en est effacé quand vous vous déconnectez.</p>
<h2>Vos droits</h2>
<p>Vous pouvez demander à accéder à vos données, à les rectifier, à en limiter l’usage, à vous y opposer pour des raisons
tenant à votre situation, et à les effacer quand la loi n’impose pas de les conserver. La page
<a href="/compte/">Mon compte</a> permet de corriger vous-même votre nom et votre fonction, et d’exporter vos données :
une archive avec une page lisible, les mêmes données pour une machine (JSON) et les fichiers que vous avez envoyés. Quand vous n’avez plus
rien à terminer sur le portail, votre identité s’efface à votre demande : un pseudonyme la remplace dans votre compte, le journal, les
courriels et les échanges ; les dossiers gardent ce que vous y avez écrit, et les documents déjà émis ne changent pas. Pour le reste, écrivez au
délégué à la protection des données, à l’adresse donnée plus haut ; il répond dans le délai d’un mois.</p>
<p>Si vous estimez, après nous avoir contactés, que vos droits ne sont pas respectés, vous pouvez adresser une
réclamation à la Commission nationale de l’informatique et des libertés (CNIL), 3 place de Fontenoy, TSA 80715,
75334 Paris CEDEX 07, ou sur son site.</p>
""",
    ),
]

ACCESSIBILITY = [
    (
        "text",
        """
<p>La {region} s’engage à rendre ses sites internet, intranet, extranet et ses progiciels accessibles, conformément à
l’article 47 de la loi n° 2005-102 du 11 février 2005.</p>
<p>À cette fin, elle met en œuvre la stratégie et les actions suivantes :</p>
<ul>
<li><a href="/accessibilite/schema-pluriannuel/">schéma pluriannuel de mise en accessibilité et plan d’actions de l’année</a>.</li>
</ul>
<p>Cette déclaration d’accessibilité s’applique au portail Préau ({url}), pages publiques et espaces connectés compris.</p>
<h2>État de conformité</h2>
<p>Le portail Préau est <b>partiellement conforme</b> avec le référentiel général d’amélioration de l’accessibilité (RGAA),
version 4.1, en raison des non-conformités énumérées ci-dessous.</p>
<h3>Résultat des tests</h3>
<p>L’évaluation réalisée en interne révèle que :</p>
<ul>
<li>plus de la moitié des critères applicables du RGAA sont respectés ;</li>
<li>des contrôles automatiques sont faits sur les pages vérifiées à chaque version ; ils ne couvrent qu’une partie de ces critères.</li>
</ul>
<p>Le taux exact de critères respectés sera publié ici avec le relevé complet des 106 critères.</p>
<h2>Contenus non accessibles</h2>
<h3>Non conformité</h3>
<ul>
<li>Les pièces jointes déposées par les lycées et les documents fournis par des tiers ne sont pas toujours balisés
(critère 13.3). La réponse au questionnaire, elle, est lisible à l’écran.</li>
<li>La carte des lycées retenus et les graphiques d’avancement ne se parcourent pas au clavier point par point
(critère 1.6). Chacun est accompagné d’un tableau ou d’une liste qui donne la même information.</li>
<li>L’interface de rédaction des pages, réservée aux agents, repose sur un logiciel tiers qui n’a pas été vérifié en
entier.</li>
</ul>
<h3>Dérogations pour charge disproportionnée</h3>
<p>Aucune dérogation n’est invoquée.</p>
<h3>Contenus non soumis à l’obligation d’accessibilité</h3>
<ul>
<li>Les cartes, dès lors que l’information essentielle est donnée sous une autre forme.</li>
</ul>
<h2>Établissement de cette déclaration d’accessibilité</h2>
<p>Cette déclaration a été établie le {today}. Elle vaut trois ans, ou jusqu’à une modification substantielle du site.</p>
<h3>Technologies utilisées pour la réalisation du portail</h3>
<ul><li>HTML5</li><li>CSS</li><li>SVG</li><li>JavaScript, en complément : toute page se lit et s’utilise sans lui</li></ul>
<h3>Environnement de test</h3>
<p>Agents utilisateurs, technologies d’assistance et outils utilisés pour vérifier l’accessibilité :</p>
<ul><li>Chromium, aux largeurs de 1 280, 360 et 320 pixels</li><li>navigation au clavier seul, puis sans JavaScript</li></ul>
<h3>Outils utilisés lors de l’évaluation</h3>
<ul><li>axe-core (règles WCAG 2.2 AA et RGAA 4)</li><li>inspecteur de code du navigateur</li><li>calcul des contrastes de la charte</li></ul>
<h3>Pages du site ayant fait l’objet de la vérification de conformité</h3>
<ul>
<li>l’accueil, la liste des appels, la page d’un appel, les résultats ;</li>
<li>les pages légales, le plan du site et la page de contact ;</li>
<li>la connexion et le compte ;</li>
<li>la liste des dossiers, l’écriture et l’instruction d’un dossier.</li>
</ul>
<h2>Retour d’information et contact</h2>
<p>Si vous n’arrivez pas à accéder à un contenu ou à un service, vous pouvez contacter le responsable du portail pour
être orienté vers une alternative accessible ou obtenir le contenu sous une autre forme.</p>
""",
    ),
    ("contacts", None),
    (
        "text",
        """
<h2>Voies de recours</h2>
<p>Cette procédure est à utiliser dans le cas suivant.</p>
<p>Vous avez signalé au responsable du site internet un défaut d’accessibilité qui vous empêche d’accéder à un contenu
ou à un des services du portail et vous n’avez pas obtenu de réponse satisfaisante.</p>
<ul>
<li><a href="https://www.defenseurdesdroits.fr/nous-contacter-355">Écrire un message au Défenseur des droits</a></li>
<li><a href="https://www.defenseurdesdroits.fr/carte-des-delegues">Contacter le délégué du Défenseur des droits près de chez vous</a></li>
<li>Envoyer un courrier par la poste (gratuit, ne pas mettre de timbre) : Défenseur des droits, Libre réponse 71120,
75342 Paris CEDEX 07</li>
</ul>
""",
    ),
]

ACCESSIBILITY_PLAN = [
    (
        "text",
        """
<p>Ce schéma dit comment la {region} tient le portail Préau accessible sur trois ans, et ce qu’elle fait cette année.</p>
<h2>Ce qui est permanent</h2>
<ul>
<li>Chaque page est conçue pour le clavier, le lecteur d’écran, un écran de 320 pixels et un grossissement de 200 %.</li>
<li>Chaque version est contrôlée automatiquement avant sa mise en service ; une erreur arrête la livraison.</li>
<li>Tout graphique a son tableau, toute carte a sa liste, toute couleur est doublée d’un mot et d’une icône.</li>
<li>Les personnes qui rédigent les appels sont formées aux titres, aux intitulés de liens et aux documents balisés.</li>
</ul>
<h2>Plan d’actions de l’année</h2>
<ul>
<li>Relever à la main les 106 critères du RGAA sur un échantillon de pages et publier le taux.</li>
<li>Faire essayer le dépôt d’un dossier et la notation par des personnes qui utilisent un lecteur d’écran.</li>
<li>Fournir des modèles de documents balisés (délibération, cadre de réponse) aux lycées.</li>
</ul>
<h2>Les deux années suivantes</h2>
<ul>
<li>Faire auditer le portail par un tiers et corriger ce qu’il relève.</li>
<li>Rendre les PDF émis par le portail conformes à PDF/UA.</li>
</ul>
<h2>Qui s’en occupe</h2>
<p>Le référent accessibilité de la Région reçoit les signalements et suit ce plan ; son adresse est sur la page
<a href="/contact/">Nous écrire</a>.</p>
""",
    ),
]
