"""Answers in Vietnamese or English: `?_lang=en` chooses, and a cookie keeps the choice."""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.languages import (
    LANGUAGES,
    Language,
    day,
    day_of,
    gettext,
    instant,
    language,
    ngettext,
    number,
    runs_leftwards,
    speak,
    tenths,
    zone_name,
)

PARAMETER = "_lang"  # Datasette takes a name without _ for a column of its tables
COOKIE = "loa_language"
YEAR = 365 * 24 * 3600  # seconds

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Choose the language of a request: the address says it, else the cookie, else Vietnamese."""
    kept_at = datasette.setting("base_url")

    def wrap(app: Application) -> Application:
        async def spoken(scope: Scope, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            asked = _known(dict(parse_qsl(scope["query_string"].decode("latin-1"))).get(PARAMETER))
            speak(asked or _known(_cookie(scope)) or "vi")

            async def send_with_choice(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = [*message.get("headers", ()), (b"vary", b"Cookie")]
                    if asked:
                        kept = f"{COOKIE}={asked}; Path={kept_at}; Max-Age={YEAR}; SameSite=Lax"
                        secure = "; Secure" if scope["scheme"] == "https" else ""
                        headers.append((b"set-cookie", f"{kept}; HttpOnly{secure}".encode("ascii")))
                    message = {**message, "headers": headers}
                await send(message)

            await app(scope, receive, send_with_choice)

        return spoken

    return wrap


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates {% trans %}, _(), the functions `language` and the filters of values."""
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True  # as the test of messages reads the templates
    env.install_gettext_callables(gettext, ngettext, newstyle=True)
    env.globals["language"] = language
    env.globals["other_languages"] = _other_languages
    env.filters.update(
        day=day,
        day_of=day_of,
        instant=instant,
        zone_name=zone_name,
        number=number,
        tenths=tenths,
        runs_leftwards=runs_leftwards,
    )


def _other_languages(request: Request | None) -> list[tuple[Language, str]]:
    """The other languages, each with the query of this page's address in it."""
    query = parse_qsl(request.query_string, keep_blank_values=True) if request else []
    kept = [(name, value) for name, value in query if name != PARAMETER]
    return [
        (other, "?" + urlencode([*kept, (PARAMETER, other)]))
        for other in LANGUAGES
        if other != language()
    ]


def _known(asked: str | None) -> Language | None:
    return next((known for known in LANGUAGES if known == asked), None)


def _cookie(scope: Scope) -> str | None:
    given = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(given.decode("latin-1")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
