"""Gates by which real portals ask a guest for a cookie, and let in who returns it."""

from urllib.parse import quote

from tests.builders.gated_portal import Reply, to

GOOD = "vs=1"


def to_itself(path: str, cookie: str) -> Reply | None:
    return None if GOOD in cookie else to(path, f"{GOOD}; path=/")


def by_307(path: str, cookie: str) -> Reply | None:
    return (
        None if GOOD in cookie else to(path, f"{GOOD}; path=/; HttpOnly; SameSite=Lax", status=307)
    )


def in_two_steps(path: str, cookie: str) -> Reply | None:
    if "a=1" not in cookie:
        return to(path, "a=1; path=/")
    return None if "b=2" in cookie else to(path, "b=2; path=/; max-age=600")


def aspnet(path: str, cookie: str) -> Reply | None:
    if "AspxAutoDetectCookieSupport=1" in cookie:
        return None
    if "AspxAutoDetectCookieSupport" in path:
        return to("/nocookies.html")
    sign = "&" if "?" in path else "?"
    test = f"{path}{sign}AspxAutoDetectCookieSupport=1"
    return to(test, "AspxAutoDetectCookieSupport=1; path=/")


def with_a_test(path: str, cookie: str) -> Reply | None:
    """Tests with a parameter, and has a page for those without cookies."""
    if GOOD in cookie:
        return None
    if path == "/nocookies.html":
        return Reply(200, text="<html><body><h1>Không nhận cookie</h1></body></html>")
    return to("/nocookies.html") if "ck=1" in path else to(f"{path}?ck=1", f"{GOOD}; path=/")


def with_a_test_for_ever(path: str, cookie: str) -> Reply | None:
    if GOOD in cookie:
        return None
    return to(path if "ck=1" in path else f"{path}?ck=1", f"{GOOD}; path=/")


def with_ever_new_tests(path: str, cookie: str) -> Reply | None:
    bare, _, number = path.partition("?t=")
    return None if GOOD in cookie else to(f"{bare}?t={int(number or 0) + 1}", f"{GOOD}; path=/")


def checked(path: str, cookie: str) -> Reply | None:
    if path.startswith("/check?return="):
        return to(path.partition("=")[2], f"{GOOD}; path=/")
    return None if GOOD in cookie else to(f"/check?return={path}")


def checked_at_the_front_page(path: str, cookie: str) -> Reply | None:
    if path.startswith("/?return="):
        return to(path.partition("=")[2], f"{GOOD}; path=/")
    return None if GOOD in cookie else to(f"/?return={path}")


def checked_twice(path: str, cookie: str) -> Reply | None:
    for check, following in (("/c1?u=", "/c2?u="), ("/c2?u=", "")):
        if path.startswith(check):
            return to(path.replace(check, following), f"{GOOD}; path=/" if following else "x=y")
    return None if GOOD in cookie else to(f"/c1?u={path}")


def checked_by_the_cookie(path: str, cookie: str) -> Reply | None:
    """The check wants the cookie that the first redirect gave."""
    if "ok=1" in cookie:
        return None
    if path == "/nocookies.html":
        return Reply(200, text="<html><body><h1>Không nhận cookie</h1></body></html>")
    if not path.startswith("/check?"):
        return to(f"/check?to={quote(path, safe='')}", "try=1; path=/")
    if "try=1" not in cookie:
        return to("/nocookies.html")
    return to(path.partition("=")[2].replace("%2F", "/"), "ok=1; path=/")


def checked_in_vain_at_first(path: str, cookie: str) -> Reply | None:
    """The check shows those without cookies a page of its own."""
    if path.startswith("/check?return="):
        back = to(path.partition("=")[2])
        return back if GOOD in cookie else Reply(200, text="<h1>Hãy bật cookie</h1>")
    return None if GOOD in cookie else to(f"/check?return={path}", f"{GOOD}; path=/")


def checked_and_missed_at_first(path: str, cookie: str) -> Reply | None:
    """The check answers 404 to those without cookies."""
    if path.startswith("/check?return="):
        return to(path.partition("=")[2]) if GOOD in cookie else Reply(404)
    return None if GOOD in cookie else to(f"/check?return={path}", f"{GOOD}; path=/")


def by_refresh(path: str, cookie: str) -> Reply | None:
    page = '<html><head><meta http-equiv="refresh" content="0"></head><body>...</body></html>'
    return None if GOOD in cookie else Reply(200, [("Set-Cookie", f"{GOOD}; path=/")], page)


def by_script(path: str, cookie: str) -> Reply | None:
    page = "<html><body><script>window.location.reload();</script></body></html>"
    return None if GOOD in cookie else Reply(200, [("Set-Cookie", f"{GOOD}; path=/")], page)


def by_refresh_of_a_denial(path: str, cookie: str) -> Reply | None:
    page = f'<html><head><meta http-equiv="refresh" content="1;url={path}"></head></html>'
    return None if GOOD in cookie else Reply(403, [("Set-Cookie", f"{GOOD}; path=/")], page)


def by_refresh_to_a_check(path: str, cookie: str) -> Reply | None:
    if path.startswith("/check?"):
        page = f'<html><head><meta http-equiv="refresh" content="0;url={path[7:]}"></head></html>'
        return Reply(200, [("Set-Cookie", f"{GOOD}; path=/")], page)
    page = f'<html><body><script>location.href = "/check?{path}"</script></body></html>'
    return None if GOOD in cookie else Reply(200, text=page)


GATES = [
    to_itself,
    by_307,
    in_two_steps,
    aspnet,
    with_a_test,
    with_a_test_for_ever,
    with_ever_new_tests,
    checked,
    checked_at_the_front_page,
    checked_twice,
    checked_by_the_cookie,
    checked_in_vain_at_first,
    checked_and_missed_at_first,
]
PAGES = [by_refresh, by_script, by_refresh_of_a_denial, by_refresh_to_a_check]
