"""The market's doors, one paragraph a noun."""

from django.urls import path

from marketplace.views import (
    candidates,
    desk,
    first_steps,
    followups,
    home,
    messages,
    missions,
    need_writing,
    needs,
    offers,
    organisations,
    people,
    picker,
    proposals,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("comment-ca-marche/", home.how_it_works, name="how-it-works"),
    path("mentions-legales/", home.legal, name="legal"),
    path("accessibilite/", home.accessibility, name="accessibility"),
    #
    path("besoins/", needs.index, name="needs"),
    path("besoins/les-miens/", needs.mine, name="my-needs"),
    path("besoins/nouveau/", need_writing.create, name="need-new"),
    path("besoins/<int:pk>/", needs.detail, name="need"),
    path("besoins/<int:pk>/modifier/", need_writing.edit, name="need-edit"),
    path("besoins/<int:pk>/envoyer/", need_writing.submit, name="need-submit"),
    path("besoins/<int:pk>/publier/", need_writing.publish, name="need-publish"),
    path("besoins/<int:pk>/prendre-en-charge/", need_writing.take_charge, name="need-take-charge"),
    path("besoins/<int:pk>/reprendre/", need_writing.reopen, name="need-reopen"),
    path("besoins/<int:pk>/question/", need_writing.ask, name="need-ask"),
    path("besoins/<int:pk>/ne-pas-retenir/", need_writing.refuse, name="need-refuse"),
    path("besoins/<int:pk>/clore/", need_writing.end, name="need-end"),
    path("besoins/<int:pk>/candidats/", candidates.index, name="need-candidates"),
    path("besoins/<int:pk>/candidats/<int:offer_pk>/", candidates.ask, name="need-ask-offer"),
    path("besoins/<int:pk>/candidater/", candidates.apply, name="need-apply"),
    #
    path("offres/", offers.index, name="offers"),
    path("offres/nouvelle/", offers.create, name="offer-new"),
    path("offres/<int:pk>/", offers.detail, name="offer"),
    path("offres/<int:pk>/modifier/", offers.edit, name="offer-edit"),
    path("offres/<int:pk>/publier/", offers.publish, name="offer-publish"),
    path("offres/<int:pk>/pause/", offers.pause, name="offer-pause"),
    path("competences/choisir/", picker.picker, name="skills-picker"),
    #
    path("propositions/<int:pk>/", proposals.detail, name="proposal"),
    path("propositions/<int:pk>/accepter/", proposals.accept, name="proposal-accept"),
    path("propositions/<int:pk>/decliner/", proposals.decline, name="proposal-decline"),
    path("propositions/<int:pk>/retirer/", proposals.withdraw, name="proposal-withdraw"),
    #
    path("missions/", missions.index, name="missions"),
    path("missions/<int:pk>/", missions.detail, name="mission"),
    path("missions/<int:pk>/terminer/", missions.finish, name="mission-finish"),
    path("missions/<int:pk>/annuler/", missions.cancel, name="mission-cancel"),
    path("missions/<int:pk>/bilan/", missions.review, name="mission-review"),
    #
    path("messages/", messages.inbox, name="inbox"),
    path("messages/<int:pk>/", messages.thread, name="thread"),
    #
    path("suivi/<str:token>/", followups.answer, name="follow-up"),
    path("suivi/<int:pk>/regler/", followups.settle, name="follow-up-settle"),
    #
    path("bureau/", desk.desk, name="desk"),
    path("bureau/premiers-pas/", first_steps.first_steps, name="first-steps"),
    #
    path("organisations/<int:pk>/", organisations.detail, name="organisation"),
    path("membres/<int:pk>/retirer/", people.remove_member, name="membership-remove"),
    path("membres/<int:pk>/quitter/", people.leave_organisation, name="membership-leave"),
    path("profil/fermer/", people.close_account, name="account-close"),
]
