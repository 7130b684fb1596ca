"""Speaks OpenID Connect with an organisation's own provider, on top of allauth: asks it, and believes only what is shown."""
