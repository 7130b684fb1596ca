"""How allauth behaves towards providers on this site: what it asks them goes through our guard."""

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from accounts.openid import fetch


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_requests_session(self) -> requests.Session:
        return fetch.session()

    def list_providers(self, request: HttpRequest) -> list:
        """None: which company has its own sign-in is told to whoever types an address of its domain."""
        return []
