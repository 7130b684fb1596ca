"""What the people of the demo’s missions write: on the sheet, of their hours, and at the end."""

from marketplace.models import Side

# What the two sides write, one mission after another.
GLAD = {
    Side.NEED: (
        "Un vrai coup d’accélérateur. L’équipe sait faire seule, c’est ce que nous voulions.",
        "Nous n’aurions jamais su par où commencer. Le résultat sert tous les jours.",
        "Une écoute rare, et un travail propre. Les explications étaient à notre portée.",
        "Exactement ce qu’il nous fallait, même si nous aurions dû libérer plus de temps pour suivre.",
        "Les questions posées le premier jour nous ont fait gagner des mois.",
        "Nous avons gardé la méthode : la prochaine fois, nous commencerons sans aide.",
        "Deux bénévoles ont appris à côté, et ce sont eux qui continuent.",
        "Le travail est là, et il est simple à tenir. Nos dates ont bougé, c’était de notre fait.",
        "Quelqu’un qui écoute avant de proposer : cela change tout pour une petite équipe.",
        "Nous repoussions ce chantier depuis deux ans. Il est fait, et bien fait.",
        "Tout est écrit, avec des exemples à nous. Nous nous en servons déjà.",
        "Un travail sérieux, toujours à l’heure. Il nous a manqué un peu de temps pour tout essayer ensemble.",
        "On nous a écoutés d’abord, et rien n’a été décidé sans nous.",
        "Un regard neuf, sans leçon. Nous avons changé deux habitudes dès la semaine suivante.",
        "Ce qui a été remis tient la route, et la personne est restée joignable pour nos questions.",
        "Une belle rencontre, et un outil que les plus hésitants ont adopté.",
        "Nous savions ce que nous voulions, pas comment : c’est réglé.",
        "Du concret à chaque rendez-vous. Nous aurions dû préparer nos chiffres plus tôt.",
        "Les habitants ont vu la différence avant nous.",
        "Rien de trop, rien qui manque : exactement à notre taille.",
        "Nous avons aimé qu’on nous dise aussi ce qu’il ne fallait pas faire.",
        "Un accompagnement patient, jusqu’à ce que chacun sache le faire.",
    ),
    Side.OFFER: (
        "Une équipe accueillante et un besoin clair. J’aurais aimé un peu plus de temps.",
        "Je savais dès le premier jour ce qui était attendu. Nos agendas ont été le plus difficile.",
        "On m’a tout montré, et j’ai appris autant que j’ai donné. Un mois de plus aurait été utile.",
        "Un bon moment, et du concret. Le périmètre a un peu grandi en route, nous en avons parlé.",
        "J’ai vu à quoi servait mon métier, du premier rendez-vous au dernier.",
        "Le besoin était bien écrit : nous n’avons pas perdu une heure.",
        "J’ai dû expliquer autrement que d’habitude, et cela m’a fait du bien.",
        "Les gens étaient disponibles, même les jours chargés. Trouver les dates a pris du temps.",
        "Je repars avec des visages, et l’envie de revenir.",
        "Tout était prêt à mon arrivée, jusqu’au café. Le temps a passé trop vite.",
        "Une mission courte, utile, avec quelqu’un à qui parler. C’est rare.",
        "Il a fallu revoir le projet à mi-chemin, mais d’accord de part et d’autre.",
        "J’ai découvert un quartier où je passais sans m’arrêter.",
        "La structure savait décider vite : c’est confortable.",
        "J’avais le trac en arrivant ; il a disparu au premier rendez-vous.",
        "Travailler avec des gens qui se servent tout de suite de ce qu’on fait, c’est un plaisir.",
        "Des échanges francs, et un résultat qui me plaît.",
        "Un peu plus long que prévu, et je ne le regrette pas.",
        "J’ai appris à faire simple.",
        "On m’a laissé faire et on m’a posé les bonnes questions.",
        "Le premier rendez-vous sur place a tout éclairé.",
        "Bonne entente, but clair, fin nette.",
    ),
}
# What the employers write.
PROUD = (
    "L’équipe en est revenue avec des idées pour nous aussi : nous recommencerons.",
    "Une mission bien tenue, sans surprise pour le service. Nous dirons oui à la prochaine.",
    "Les absences étaient prévues à l’avance, et le retour a été partagé en réunion.",
    "Nous y avons vu une compétence que nous ne connaissions pas à notre collègue.",
    "Des papiers clairs, des dates tenues : rien à redire.",
    "Deux collègues ont demandé comment faire de même.",
    "La structure a dit ce que ce temps lui apportait, et cela compte pour nous.",
    "Un premier essai réussi, que la direction veut étendre.",
    "Simple à organiser, et utile à quelqu’un : c’est ce que nous cherchions.",
)
AIM = "Faire avancer un projet précis de la structure : « %s »."
# The work entrusted, and what the hours say of it. A service has words of its own: those of a loan would make one of it.
WORK = (
    "Travailler avec l’équipe à ce qui est remis à la fin, et lui apprendre à s’en servir seule.",
    "Travail avec l’équipe",
)
WORK_OF_A_SERVICE = (
    "Réaliser ce qui est remis à la fin, et montrer comment s’en servir.",
    "Travail sur ce qui sera remis",
)
# What the reviews name, one mission after another: an enabler or two, and a brake.
FACTORS = {
    Side.NEED: (
        ("right-skills", "handover-planned", "calendars"),
        ("right-skills", "referent-present"),
        ("handover-planned", "first-meeting"),
        ("right-skills", "no-time-structure"),
    ),
    Side.OFFER: (
        ("need-clear", "referent-present", "too-short"),
        ("need-clear", "calendars"),
        ("referent-present", "too-short"),
        ("need-clear", "scope-grew"),
    ),
}
