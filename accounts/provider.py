"""Where allauth looks for the providers that an app brings: ours, for all of OpenID Connect."""

from accounts.openid.provider import Provider

provider_classes = [Provider]
