"""The sign-up page knows which door one came through."""

from allauth.account.views import SignupView


class SignUp(SignupView):
    def get_initial(self) -> dict:
        """“I am an association” has said it already: nobody asks again."""
        return super().get_initial() | {"comes_for": self.request.GET.get("pour", "")}
