"""Every form that writes has its token, or a browser's click is refused where the test client's passes.

A template included with `only` has no token unless it is handed one: easy to forget, and no test of a page sees it.
"""

import re

POSTS = re.compile(rb'<form[^>]*method="post".*?</form>', re.DOTALL)


def every_form_has_its_token(get_response):
    """Put into the settings of the tests, so that each page that any test opens is looked at."""

    def look(request):
        response = get_response(request)
        match = request.resolver_match
        needs_none = match and getattr(match.func, "csrf_exempt", False)  # a letter's link, signed
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not (response.streaming or needs_none):
            for form in POSTS.findall(response.content):
                assert b"csrfmiddlewaretoken" in form, f"{request.path}: {form[:200]!r}"
        return response

    return look
