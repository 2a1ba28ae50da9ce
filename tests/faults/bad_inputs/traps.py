"""Endless portals: each page, made from its address alone, names more pages or redirects."""

import random
from collections.abc import Callable

from tests.faults.bad_inputs.case import answer, html_answer


def links(*hrefs: str, title: str = "Mục") -> bytes:
    """A menu of links, as a listing of no known family has them, and its start page at the root."""
    menu = "".join(f'<li><a href="{href}">{title} {n}</a></li>' for n, href in enumerate(hrefs))
    return html_answer(
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav>"
        f"<ul>{menu}</ul></nav><main><h1>{title}</h1></main></body></html>"
    )


def calendar(path: str) -> bytes:
    """Each month leads to the next and to the one before."""
    number = int(path.rpartition("=")[2]) if "=" in path else 0
    return links(
        f"/lich-cong-tac?thang={number + 1}",
        f"/lich-cong-tac?thang={number - 1}",
        *(f"/lich-cong-tac/{2000 + number}/{m:02}" for m in range(1, 13)),
    )


def facets(path: str) -> bytes:
    """Each filter can be added to those that are chosen."""
    return links(*(f"{path}{'&' if '?' in path else '?'}loc{n}={n}" for n in range(6)))


def repeating(path: str) -> bytes:
    """A relative link that should have been a rooted one."""
    return links(f"{path.rstrip('/')}/tin-tuc/", f"{path.rstrip('/')}/thong-bao/")


def growing(path: str) -> bytes:
    """Each page lies one folder deeper, and no folder's name comes twice."""
    return links(
        f"{path.rstrip('/')}/muc{path.count('/')}", f"{path.rstrip('/')}/phan{path.count('/')}"
    )


def paging(path: str) -> bytes:
    """Pages of a listing that never end, and are all empty."""
    number = int(path.rpartition("=")[2]) if "page=" in path else 1
    return links(
        f"/tin-tuc?page={number + 1}", f"/tin-tuc?page={number + 2}", f"/tin-tuc?page={number + 10}"
    )


def at_random(path: str) -> bytes:
    """Ten addresses that nobody has ever seen, half of which look like articles'."""
    seeded = random.Random(path)
    return links(*(f"/{('muc', 'chi-tiet')[n % 2]}/{seeded.randrange(10**12)}" for n in range(10)))


def languages(path: str) -> bytes:
    """A switch of language on each page, which remembers where one came from."""
    return links(
        *(f"{path}{'&' if '?' in path else '?'}lang={code}" for code in ("vi", "en", "zh", "ja"))
    )


def sessions(path: str) -> bytes:
    """Each answer puts a new session into all its links."""
    token = random.Random(path).getrandbits(128)
    return links(*(f"/muc/{n}?phien={token:032x}" for n in range(5)))


def tags(path: str) -> bytes:
    """Tags that lead to pairs of tags, and to pairs of pairs."""
    chosen = path.rpartition("/")[2]
    return links(*(f"/the/{'+'.join(filter(None, (chosen, f'tu{n}')))}" for n in range(8)))


def returning(path: str) -> bytes:
    """A link to log in that carries the address it came from."""
    came_from = path.replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
    came_from = came_from.replace("%", "%25")
    return links(
        f"/dang-nhap?quay-lai={came_from}",
        f"/in?u={len(path)}",
    )


def redirecting(path: str) -> bytes:
    """A redirect to the next address, without end."""
    if path == "/":
        return links("/di/0")
    return answer(b"", f"Location: /di/{int(path.rpartition('/')[2]) + 1}", status="302 Found")


def sorting(path: str) -> bytes:
    """Columns to sort by, one after the other."""
    return links(
        *(
            f"/bang?cot={column}&huong={way}&truoc={len(path)}"
            for column in "abc"
            for way in ("len", "xuong")
        )
    )


TRAPS: dict[str, Callable[[str], bytes]] = {
    "calendar": calendar,
    "facets": facets,
    "repeating path": repeating,
    "growth by relative links": growing,
    "endless paging": paging,
    "random links": at_random,
    "languages": languages,
    "sessions": sessions,
    "tags upon tags": tags,
    "a way back in each address": returning,
    "endless redirects": redirecting,
    "sorting": sorting,
}
