"""The URLs of conversations, their files, and blocks."""

from django.urls import path

from marketplace.views.talk import blocks, conversations, files, messages, moderation

urlpatterns = [
    path("fichiers/<slug:name>/", files.download, name="file"),
    path("messages/", conversations.inbox, name="inbox"),
    path("messages/<int:pk>/", conversations.thread, name="thread"),
    path("messages/<int:pk>/brouillon/", conversations.draft, name="draft"),
    path("messages/<int:pk>/note/", messages.note, name="thread-note"),
    path("messages/<int:pk>/bloquer/", messages.keep_away, name="thread-keep-away"),
    path("messages/<int:pk>/debloquer/", messages.let_back, name="thread-let-back"),
    path("besoins/<int:pk>/ecrire/", messages.ask, name="need-talk"),
    path("message/<int:pk>/modifier/", messages.edit, name="message-edit"),
    path("message/<int:pk>/retirer/", messages.remove, name="message-remove"),
    path("message/<int:pk>/signaler/", messages.report, name="message-report"),
    path("bureau/signalements/", moderation.reports, name="reports"),
    path("bureau/signalements/<int:pk>/", moderation.report, name="reported-message"),
    path("bureau/phrases/", moderation.lines, name="canned-lines"),
    path("bureau/phrases/<int:pk>/adopter/", moderation.lines_own, name="canned-lines-own"),
    path("bureau/phrases/<int:pk>/nouvelle/", moderation.line_new, name="canned-line-new"),
    path("bureau/phrases/<int:pk>/modifier/", moderation.line_edit, name="canned-line-edit"),
    path("bureau/phrases/<int:pk>/retirer/", moderation.line_delete, name="canned-line-delete"),
    path("profil/tenus-a-distance/", blocks.index, name="my-blocks"),
    path("profil/tenus-a-distance/<int:pk>/lever/", blocks.lift, name="block-lift"),
    path(
        "organisations/<int:pk>/tenir-a-distance/", blocks.organisation, name="organisation-block"
    ),
    path("offres/<int:pk>/tenir-a-distance/", blocks.offer, name="offer-block"),
]
