"""The URLs of documents, signatures, receipts and the year."""

from django.urls import path

from marketplace.views.documents import (
    cost_lists,
    costs,
    documents,
    eligibility,
    law,
    organisation_year,
    signatures,
    signing_links,
    valuations,
    years,
)

urlpatterns = [
    path("missions/<int:pk>/papiers/", documents.index, name="mission-documents"),
    path("missions/<int:pk>/papiers/tout/", documents.archive, name="mission-archive"),
    path(
        "missions/<int:pk>/papiers/<str:kind>/apercu/", documents.preview, name="document-preview"
    ),
    path("missions/<int:pk>/papiers/<str:kind>/faire/", documents.make, name="document-make"),
    path("documents/<int:pk>/scan/", signatures.scan, name="document-scan"),
    path("documents/<int:pk>/", documents.detail, name="document"),
    path("documents/<int:pk>/<str:which>.pdf", documents.download, name="document-file"),
    path("documents/<int:pk>/signer/", signatures.sign, name="document-sign"),
    path("documents/<int:pk>/lien/", signing_links.send, name="document-link"),
    path(
        "documents/<int:pk>/lien/<int:link>/arreter/",
        signing_links.stop,
        name="document-link-stop",
    ),
    path("documents/<int:pk>/adresse/", signing_links.give_address, name="document-address"),
    path(
        "documents/<int:pk>/adresse/<int:address>/retirer/",
        signing_links.remove_address,
        name="document-address-remove",
    ),
    path("documents/<int:pk>/annuler/", documents.void, name="document-void"),
    path("adresse-pour-signer/<str:token>/", signing_links.confirm_address, name="signing-address"),
    path("signer/<str:token>/", signing_links.by_link, name="sign-by-link"),
    path("signer/<str:token>/document.pdf", signing_links.file_by_link, name="sign-by-link-file"),
    path("chiffres-de-la-loi/", law.figures, name="law-figures"),
    path("missions/<int:pk>/cout/", valuations.hour_cost, name="mission-cost"),
    path("missions/<int:pk>/valeur/", valuations.declare, name="mission-value"),
    path("missions/<int:pk>/recu/", valuations.receipt, name="mission-receipt"),
    path("organisations/<int:pk>/recus/<year:year>/", years.index, name="receipts-year"),
    path("organisations/<int:pk>/recus/<year:year>/tous/", years.make_all, name="receipts-make"),
    path(
        "organisations/<int:pk>/releve/<year:year>/", years.statement, name="organisation-statement"
    ),
    path(
        "organisations/<int:pk>/ecritures/<year:year>/<str:kind>/",
        years.entries,
        name="organisation-entries",
    ),
    path(
        "organisations/<int:pk>/annee/<year:year>/",
        organisation_year.page,
        name="organisation-year",
    ),
    path(
        "organisations/<int:pk>/annee/<year:year>/pdf/",
        organisation_year.pdf_report,
        name="organisation-year-pdf",
    ),
    path("organisations/<int:pk>/dons/<year:year>/", valuations.company_year, name="company-year"),
    path("organisations/<int:pk>/couts/<year:year>/", costs.index, name="hour-costs"),
    path(
        "organisations/<int:pk>/couts/<year:year>/moyennes/", costs.averages, name="average-costs"
    ),
    path("grades/<int:pk>/retirer/", costs.remove_grade, name="grade-remove"),
    path("organisations/<int:pk>/couts/fichier/", cost_lists.new, name="cost-lists"),
    path(
        "organisations/<int:pk>/couts/fichier/modele/",
        cost_lists.model_file,
        name="cost-lists-model",
    ),
    path("organisations/<int:pk>/recus-fiscaux/", eligibility.eligibility, name="eligibility"),
]
