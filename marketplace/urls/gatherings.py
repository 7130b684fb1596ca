"""The URLs of gatherings and of the seats at them."""

from django.urls import path

from marketplace.views.gatherings import (
    attendances,
    gathering_writing,
    gatherings,
    leading,
    presence,
    serving,
    unannounced,
)

urlpatterns = [
    path("rencontres/", gatherings.index, name="gatherings"),
    path("rencontres/mes-inscriptions/", attendances.mine, name="attendances"),
    path("rencontres/<int:pk>/", gatherings.detail, name="gathering-page"),
    path("rencontres/<int:pk>/date.ics", gatherings.date_file, name="gathering-date"),
    path("rencontres/<int:pk>/modifier/", gathering_writing.edit, name="gathering-edit"),
    path("rencontres/<int:pk>/annoncer/", gathering_writing.announce, name="gathering-announce"),
    path("rencontres/<int:pk>/annuler/", gathering_writing.cancel, name="gathering-cancel"),
    path("rencontres/<int:pk>/autres-dates/", gathering_writing.copy, name="gathering-copy"),
    path("rencontres/<int:pk>/animer/", gathering_writing.lead, name="gathering-lead"),
    path("rencontres/<int:pk>/heures/", leading.count_hours, name="gathering-hours"),
    path("rencontres/<int:pk>/venir/", attendances.come, name="gathering-come"),
    path("rencontres/<int:pk>/inscription/", attendances.put_down, name="gathering-attend"),
    path("rencontres/<int:pk>/presence/", presence.index, name="gathering-presence"),
    path("rencontres/<int:pk>/presence/autres/", unannounced.say, name="gathering-unannounced"),
    path("rencontres/<int:pk>/compte-rendu/", presence.minutes, name="gathering-minutes"),
    path(
        "inscriptions/<int:pk>/attestation.pdf", presence.certificate, name="attendance-certificate"
    ),
    path("inscriptions/<int:pk>/", attendances.act, name="attendance-act"),
    path("inscription/<str:token>/", attendances.by_link, name="attendance-link"),
    path("inscription/<str:token>/date.ics", attendances.date_by_link, name="attendance-link-date"),
    path("besoins/<int:pk>/appris/", serving.end_need, name="need-served"),
    path("organisations/<int:pk>/rencontres/", gatherings.of_host, name="gatherings-of-host"),
    path(
        "organisations/<int:pk>/rencontres/nouvelle/",
        gathering_writing.create,
        name="gathering-new",
    ),
]
