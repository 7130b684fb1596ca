"""What each paper has to say, mention by mention: read in the text of the PDF, whoever made it."""

from marketplace.documents.facts import TITLES
from marketplace.models import Kind

SHARED = (
    "Objet", "Mission et résultats attendus", "À la fin de la mission sont remis",
    "Durée, calendrier et lieu", "pour un volume prévu de", "Jours et horaires", "Matériel et accès",
    "Référents et suivi", "Frais", "Assurances et accidents", "accidents d", "responsabilité civile",
    "Confidentialité et données personnelles", "Droits sur ce qui est produit",
    "Suspension et fin anticipée", "délai de quinze jours", "Renouvellement et désaccords",
)  # fmt: skip
FISCAL = (
    "238 bis", "coût de revient du temps donné", "3 fois le plafond de la sécurité sociale",
    "responsabilité de l’Entreprise", "25 % au plus", "délivre un reçu fiscal",
)  # fmt: skip
LOAN = (
    "prêt de main-d’œuvre à but non lucratif", "L. 8241-3 et R. 8241-2", "nominative",
    "Personne mise à disposition", "Qualification", "Elle a donné son accord", "avenant", "Finalité du prêt",
    "ne dépasse pas 3 ans", "Direction et conditions de travail", "pouvoir disciplinaire", "transports collectifs",
    "Salaires, charges et frais", "facturés 0 €", "retrouve son poste", "comité social et économique", "La Structure informe et consulte le sien",
)  # fmt: skip
MENTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.CONVENTION_SERVICE: (
        *SHARED, *FISCAL, "Forme du mécénat", "don de prestation", "sous sa seule direction",
        "Aucun lien de subordination", "0 € est facturé",
    ),
    Kind.CONVENTION_LOAN: (*SHARED, *FISCAL, *LOAN),
    Kind.AMENDMENT: (
        "8241-2", "consent librement", "Travail confié", "Dates et horaires",
        "Lieu et caractéristiques du poste", "Rémunération et garanties", "part variable",
        "ni rompu ni suspendu", "Fin et retour", "Confidentialité", "La personne salariée",
    ),
    Kind.MISSION_LETTER: (
        "bénévole", "s’engagent mutuellement", "sans rémunération ni lien de subordination",
        "sans formalité", "rembourser les frais", "assurance couvre les bénévoles", "attestation",
        "passeport bénévole", "Ce qui est produit",
    ),
    Kind.CONVENTION_AGENT: (
        *SHARED, "article 209", "n° 2022-1682", "Agent mis à disposition", "compatibilité",
        "18 mois au plus", "3 ans en tout", "Un arrêté individuel", "rémunéré par l’Administration",
        "subvention en nature", "article 9-1", "n’ouvre pas droit à un reçu fiscal", "décembre 2027", "3 500 habitants",
    ),
    Kind.ORDER_AGENT: (
        "Projet d’arrêté, à compléter", "Vu le code général de la fonction publique", "article 209", "ARRÊTE",
        "Vu l’accord", "ne donne pas lieu à remboursement", "autorité compétente",
    ),
    Kind.CONVENTION_PLAIN: (
        *SHARED, *LOAN, "Absence d’avantage fiscal", "aucun reçu fiscal n’est délivré", "5 000 salariés",
        "8 ans", "250 salariés",
    ),
    Kind.CONVENTION_NON_PROFIT: (
        *SHARED, "prêt de main-d’œuvre à but non lucratif", "L. 8241-1 et L. 8241-2", "nominative",
        "Personne mise à disposition", "Qualification", "Elle a donné son accord", "avenant", "l’Employeur",
        "ne dépasse pas 3 ans", "Direction et conditions de travail", "pouvoir disciplinaire", "transports collectifs",
        "Salaires, charges et frais facturés", "son salaire brut", "ni marge, ni frais de gestion", "relevé des heures",
        "aucun reçu fiscal n’est délivré", "retrouve son poste", "comité social et économique", "La Structure informe et consulte le sien", "restent à vérifier",
    ),
    Kind.VOLUNTEER_CERTIFICATE: ("atteste que", "heures confirmées", "Rôle", "Ce qui a été remis", "sans rémunération"),
    Kind.PASSPORT: ("passeport bénévole", "Contexte et but", "Activités", "Résultats", "Compétences mises en œuvre"),
    Kind.HOURS_CERTIFICATE: ("Attestation d’heures", "certifie avoir reçu", "Total", "Confirmées"),
    Kind.RECEIPT: (
        "Article 238 bis", "Numéro d’ordre du reçu", "Bénéficiaire du don", "Qualité", "Entreprise donatrice",
        "Forme juridique", "SIREN", "Don en nature", "Période du don", "Quantité", "heures reçues et acceptées",
        "Détail des salariés mis à disposition", "***", "sous sa seule responsabilité", "contrepartie",
        "Aucune somme en numéraire", "certifie que les dons", "Établi le", "Signé électroniquement",
    ),
}  # fmt: skip


def plain(said: str) -> str:
    return " ".join(said.replace("\u202f", " ").replace("\xa0", " ").split())


def missing(said: str, kind: Kind) -> list[str]:
    """The mentions that aren't there, the title among them."""
    words = plain(said)
    return [mention for mention in (TITLES[kind], *MENTIONS[kind]) if mention not in words]


def kinds_in(said: str) -> list[Kind]:
    """Which papers these are, known by their titles."""
    return [kind for kind in MENTIONS if TITLES[kind] in plain(said)]
