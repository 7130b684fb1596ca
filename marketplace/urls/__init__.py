"""The URLs of the market: a file for each chapter, in it a line for each page."""

from django.urls import URLPattern, URLResolver, include, path

from marketplace.views import links

LETTERS_LINKS = (
    "accord",
    "adresse-pour-signer",
    "ecrit-pour-vous",
    "en-mon-nom",
    "fiche",
    "garder-mon-compte",
    "inscription",
    "reponse",
    "signer",
    "suivi",
    "toujours-vrai",
    "visite",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"marketplace.urls.{chapter}"))
    for chapter in ("market", "missions", "documents", "talk", "gatherings", "desk")
]
# The links of letters, cut before their key: whoever comes reads what to do.
urlpatterns += [path(f"{start}/", links.link_cut) for start in LETTERS_LINKS]
