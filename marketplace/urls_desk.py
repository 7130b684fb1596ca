"""The coordinators' doors, under /bureau/."""

from django.urls import path

from marketplace.views import desk, desk_needs, desk_stories, figures, register

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("agir/", desk.bulk, name="desk-bulk"),
    path("charge/", desk.charge, name="desk-load"),
    path("chiffres/", figures.figures, name="figures"),
    path("chiffres/refaire/", figures.refresh, name="figures-refresh"),
    path("chiffres/detail.<slug:kind>", figures.export, name="figures-export"),
    path("chiffres/rapport/<int:year>/", figures.report, name="figures-report"),
    path("freins/", register.index, name="register"),
    path("freins/liste.<slug:kind>", register.export, name="register-export"),
    path("freins/nouveau/", register.new, name="finding-new"),
    path("freins/fiche/<int:pk>/", register.detail, name="finding"),
    path("freins/fiche/<int:pk>/modifier/", register.edit, name="finding-edit"),
    path("freins/<slug:code>/", register.factor, name="factor"),
    path("filtres/", desk.keep_filter, name="desk-filter-keep"),
    path("filtres/<int:pk>/retirer/", desk.drop_filter, name="desk-filter-drop"),
    path("tableau/<slug:what>/", desk.board_page, name="desk-board"),
    path("besoins/<int:pk>/", desk_needs.detail, name="desk-need"),
    path("besoins/<int:pk>/qualifier/", desk_needs.qualify, name="need-qualify"),
    path("besoins/<int:pk>/catalogue/", desk_needs.list_it, name="need-list"),
    path("histoire/organisations/<int:pk>/", desk_stories.organisation, name="organisation-story"),
    path("histoire/personnes/<int:pk>/", desk_stories.person, name="person-story"),
    path("notes/<slug:kind>/<int:pk>/", desk_stories.write_note, name="note-new"),
    path("notes/<int:pk>/retirer/", desk_stories.remove_note, name="note-remove"),
    path("etiquettes/<slug:kind>/<int:pk>/", desk_stories.pin_tag, name="tag-new"),
    path("etiquettes/<int:pk>/retirer/", desk_stories.remove_tag, name="tag-remove"),
    path("etiquettes/<int:pk>/", desk_stories.tagged, name="tagged"),
]
