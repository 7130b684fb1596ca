"""The URLs of letters: the bell, preferences, unsubscribing, the operators' screen."""

from django.conf import settings
from django.urls import path

from notifications.views import bell, desk, held, inbound, mailbox, preferences

urlpatterns = [
    path("notifications/", bell.index, name="letters"),
    path("notifications/nombre/", bell.count, name="letters-count"),
    path("notifications/tout-lu/", bell.read_all, name="letters-read-all"),
    path("notifications/<int:pk>/", bell.open_letter, name="letter-open"),
    path("notifications/preferences/", preferences.edit, name="letter-habits"),
    path(
        "notifications/desabonnement/<str:token>/",
        preferences.unsubscribe,
        name="letters-unsubscribe",
    ),
    #
    path("courrier/", desk.index, name="letters-desk"),
    path("courrier/<int:pk>/renvoyer/", desk.resend, name="letter-resend"),
    path("courrier/<int:pk>/annuler/", desk.cancel, name="letter-cancel"),
    path("courrier/retours/", inbound.bounce, name="bounce"),
    path("courrier/reprendre/", desk.unblock, name="letters-unblock"),
    path("courrier/retenu/", held.index, name="letters-held"),
    path("courrier/retenu/decider/", held.decide, name="letters-held-decide"),
    path("courrier/retenu/ouvrir/", held.open_the_post, name="letters-held-open"),
]

if settings.DEBUG:
    urlpatterns += [
        path("courrier/demo/", mailbox.index, name="mailbox"),
        path("courrier/demo/<str:name>/", mailbox.letter, name="mailbox-letter"),
        path("courrier/demo/<str:name>/html/", mailbox.html, name="mailbox-html"),
    ]
