"""Pages that try to reach a canary: a server that nothing shown from an archive may ever ask.

Each page is one way out. `{http}` is an address on the canary, `{host}` its host and port, `{name}`
a host name that only the page gives away when a browser looks it up, `{stun}` a UDP port.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Self

NAME = "canary-of-loa.example"  # below it each page has a name of its own

HEAD = {
    "meta-refresh": '<meta http-equiv="refresh" content="0;url={http}">',
    "meta-refresh-spelt-oddly": '<META HTTP-EQUIV="&#82;efresh" CONTENT="0; URL=\'{http}\'">',
    "refresh-in-noscript": '<noscript><meta http-equiv=refresh content="0;{http}"></noscript>',
    "meta-policy": '<meta http-equiv="Content-Security-Policy" content="report-uri {http}">',
    "meta-dns": '<meta http-equiv="x-dns-prefetch-control" content="on"><a href="//{name}/">x</a>',
    "base": '<base href="{http}/"><img src="picture.png"><link rel=stylesheet href=style.css>',
    "base-target": '<base target=_top href="{http}"><a id=go href="next.html">x</a>',
    "style": '<link rel="stylesheet" href="{http}">',
    "alternate-style": '<link rel="alternate stylesheet" href="{http}">',
    "icon": '<link rel="icon" href="{http}"><link rel="apple-touch-icon" href="{http}">',
    "preload": '<link rel="preload" as="image" href="{http}">',
    "modulepreload": '<link rel="modulepreload" href="{http}">',
    "prefetch": '<link rel="prefetch" href="{http}">',
    "prerender": '<link rel="prerender" href="{http}"><link rel="next" href="{http}">',
    "preconnect": '<link rel="preconnect" href="{http}">',
    "preconnect-crossorigin": '<link rel="preconnect" href="{http}" crossorigin>',
    "dns-prefetch": '<link rel="dns-prefetch" href="//{name}">',
    "preconnect-by-name": '<link rel="preconnect" href="https://{name}">',
    "manifest": '<link rel="manifest" href="{http}">',
    "import": '<link rel="import" href="{http}">',
    "speculation-rules": '<script type="speculationrules">{{"prefetch":[{{"source":"list",'
    '"urls":["{http}"]}}],"prerender":[{{"source":"list","urls":["{http}"]}}]}}</script>',
    "import-map": '<script type=importmap>{{"imports":{{"a":"{http}"}}}}</script>'
    '<script type=module>import "a"</script>',
    "css-import": '<style>@import url("{http}");</style>',
    "css-import-escaped": r'<style>@\69mport "{http}";</style>',
    "css-background": "<style>body{{background:url({http})}}</style>",
    "css-image-set": '<style>body{{background:image-set("{http}" 1x)}}</style>',
    "css-font": "<style>@font-face{{font-family:f;src:url({http})}}body{{font-family:f}}</style>x",
    "css-cursor-and-list": "<style>*{{cursor:url({http}),auto;list-style:url({http})}}</style>"
    "<ul><li>x</ul>",
    "css-filters": "<style>p{{filter:url({http}#f);mask:url({http}#m);clip-path:url({http}#c);"
    "shape-outside:url({http})}}</style><p>x",
    "css-content": "<style>p::before{{content:url({http})}}p{{border-image:url({http}) 9}}</style>"
    "<p>x",
}
BODY = {
    "script": "<script>fetch('{http}')</script>",
    "script-elsewhere": '<script src="{http}"></script>',
    "picture": '<img src="{http}"><img srcset="{http} 2x"><picture><source srcset="{http}"><img>'
    "</picture>",
    "lazy-picture": '<img loading=lazy src="{http}"><image src="{http}">',
    "picture-that-fails": "<img src=x onerror=\"location='{http}'\">",
    "background": '<table background="{http}"><tr><td background="{http}">x</table>',
    "style-attribute": '<p style="background:url({http})">x<p style="background:u\\72l({http})">y',
    "body-background": '<body background="{http}" onload="location=\'{http}\'">',
    "frame": '<iframe src="{http}"></iframe><iframe srcdoc="<img src={http}>"></iframe>',
    "frame-with-script": "<iframe srcdoc=\"<script>top.location='{http}'</script>\"></iframe>",
    "frameset": '</head><frameset><frame src="{http}"></frameset>',
    "object": '<object data="{http}"></object><object><param name=movie value="{http}"></object>',
    "embed": '<embed src="{http}"><applet code=x archive="{http}"></applet>',
    "media": '<video src="{http}" poster="{http}" autoplay></video><audio src="{http}" autoplay>'
    '</audio><video><source src="{http}"><track default src="{http}"></video>',
    "svg-picture": '<svg><image href="{http}"/><image xlink:href="{http}"/></svg>',
    "svg-use": '<svg><use href="{http}#x"/><feImage href="{http}"/></svg>',
    "svg-script": "<svg><script>fetch('{http}')</script><a xlink:href='{http}' id=go>"
    "<text y=20>x</text></a></svg>",
    "svg-animation": "<svg><a id=go><animate attributeName=href values='{http}'/><text y=20>x"
    "</text></a></svg>",
    "math": '<math href="{http}" id=go>x</math>',
    "form": '<form action="{http}"><input name=a value=b autofocus><button id=go>x</button></form>',
    "form-post": '<form method=post action="{http}" target=_blank><button id=go>x</button></form>',
    "formaction": '<form><button id=go formaction="{http}">x</button></form>',
    "form-picture": '<form action="{http}"><input id=go type=image src="{http}" alt=x></form>',
    "form-that-sends-itself": '<form action="{http}"></form><script>document.forms[0].submit()'
    "</script>",
    "link": '<a id=go href="{http}">x</a>',
    "link-in-new-window": '<a id=go target=_blank href="{http}">x</a>',
    "link-to-the-top": '<a id=go target=_top href="{http}">x</a>',
    "link-with-ping": '<a id=go href="#x" ping="{http}">x</a>',
    "link-download": '<a id=go download href="{http}">x</a>',
    "link-with-script": "<a id=go href=\"javascript:fetch('{http}')\">x</a>",
    "link-with-odd-script": "<a id=go href=\"java\tscript:location='{http}'\">x</a>",
    "link-of-data": "<a id=go href=\"data:text/html,<img src='{http}'>\">x</a>",
    "link-attribution": '<a id=go attributionsrc="{http}" href="#x">x</a>'
    '<img attributionsrc="{http}">',
    "map": '<img usemap="#m" width=99 height=99 src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    '<map name=m><area id=go shape=rect coords="0,0,99,99" href="{http}"></map>',
    "click": "<p id=go onclick=\"window.open('{http}')\">x</p>",
    "pointer": "<p id=go onmouseover=\"fetch('{http}')\">x</p>",
    "focus": "<details open ontoggle=\"fetch('{http}')\"><summary id=go autofocus "
    "onfocus=\"fetch('{http}')\">x</summary></details>",
    "window-open": "<script>window.open('{http}');top.location='{http}';parent.location='{http}'"
    "</script>",
    "web-socket": "<script>new WebSocket('ws://{host}/');new EventSource('{http}');"
    "navigator.sendBeacon('{http}')</script>",
    "webrtc": "<script>const c=new RTCPeerConnection({{iceServers:[{{urls:'stun:{stun}'}}]}});"
    "c.createDataChannel('');c.createOffer().then(o=>c.setLocalDescription(o))</script>",
    "service-worker": "<script>navigator.serviceWorker.register('/capture/1/bytes');"
    "new Worker('{http}');new SharedWorker('{http}')</script>",
    "written": "<script>document.write('<img src={http}>')</script>",
    "template": '<template shadowrootmode="open"><img src="{http}"><link rel=preconnect '
    'href="{http}"></template>',
    "fenced-frame": '<fencedframe src="{http}"></fencedframe><portal src="{http}"></portal>',
}
# One tree for the parser that rewrites a page, and another for the browser that shows the result.
TWICE_READ = {
    "comment-ended-oddly": '<!--><link rel=preconnect href="{http}">-->x<!--a--!><link '
    'rel=preconnect href="{http}">-->',
    "style-in-svg": '<svg><style><p><link rel=preconnect href="{http}"></p></style></svg>',
    "math-and-table": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;'
    '&lt;link rel=preconnect href={http}&gt;">',
    "noscript-in-attribute": '<noscript><p title="</noscript><link rel=preconnect href={http}>">',
    "old-plain-text": '<xmp><link rel=preconnect href="{http}"></xmp><listing>&lt;link '
    'rel=preconnect href="{http}"&gt;</listing>',
    "escaped": '&lt;link rel=preconnect href="{http}"&gt;&#60;img src="{http}"&#62;',
    "textarea": '<textarea></textarea><link rel=preconnect href="{http}"></textarea><title>'
    '</title><img src="{http}"></title>',
    "quotes": '<img alt="`><link rel=preconnect href={http}>" src=x><p title=\'"><img src={http}>'
    "'>x",
    "data": '<style>a{{}}&lt;/style><link rel=preconnect href="{http}"></style>'
    '<![CDATA[<img src="{http}">]]>',
    "control-characters": '<li\0nk rel=preconnect href="{http}"><\0img src="{http}"><img\x0csrc='
    '"{http}"><im\x01g src="{http}">',
    "many-classes": '<p class="x&quot;&gt;&lt;link rel=preconnect href={http}&gt;" '
    "style='a:\"</style><img src={http}>'>x",
    "select": '<select><option><style></select><link rel=preconnect href="{http}"></style>',
    "plain-text-to-the-end": '<plaintext><link rel=preconnect href="{http}"><img src="{http}">',
}
PAGES = {**HEAD, **BODY, **TWICE_READ}
# What a server may say beside a page. Loa keeps it, and repeats none of it.
HEADERS = {
    "Refresh": "0;url={http}",
    "Link": "<{http}>; rel=preload; as=image, <{http}>; rel=preconnect, <{http}>; rel=stylesheet",
    "Content-Security-Policy-Report-Only": "default-src 'none'; report-uri {http}; report-to x",
    "Report-To": '{{"group":"x","max_age":9,"endpoints":[{{"url":"{http}"}}]}}',
    "Reporting-Endpoints": 'x="{http}", default="{http}"',
    "NEL": '{{"report_to":"x","max_age":9,"success_fraction":1}}',
    "Speculation-Rules": '"{http}"',
    "Location": "{http}",
    "Alt-Svc": 'h2="{host}"; ma=99',
    "X-DNS-Prefetch-Control": "on",
}
# Texts, the encodings of their bytes and what the server calls them: a browser that was left to
# guess might find markup in them.
ODD_TYPES = {
    "utf-7": ("+ADw-img src=+ACI-{http}+ACI-+AD4-", "ascii", "text/html; charset=utf-7"),
    "utf-16": ("<img src='{http}'><link rel=preconnect href='{http}'>", "utf-16", "text/html"),
    "iso-2022-jp": (
        "<p title='\x1b$B'><img src='{http}'>\x1b(B'>x",
        "ascii",
        "text/html; charset=iso-2022-jp",
    ),
    "svg": (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="{http}"/>'
        "<script>fetch('{http}')</script></svg>",
        "utf-8",
        "image/svg+xml",
    ),
    "xslt": (
        '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{http}"?>'
        '<!DOCTYPE a SYSTEM "{http}"><a>x</a>',
        "utf-8",
        "application/xml",
    ),
    "text": ('<html><img src="{http}"><script src="{http}"></script>', "utf-8", "text/plain"),
    "json": ('{{"a":"<img src={http}>"}}', "utf-8", "application/json"),
}


class Canary:
    """Listens on loopback, TCP and UDP, and notes whatever comes: a connection is enough.

    `document`: a page that it answers with, else nothing.
    """

    def __init__(self, document: str = "") -> None:
        body = document.encode()
        head = "200 OK\r\nContent-Type: text/html" if body else "204 No Content"
        self._answer = f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body
        self.heard: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._tcp.getsockname()[1]}"
        self.stun = f"127.0.0.1:{self._udp.getsockname()[1]}"

    def pages(self, together: int) -> Iterator[str]:
        """Documents of all PAGES, with so many ways out in each; what is read twice is alone."""
        for ways, count in ((HEAD, together), (BODY, together), (TWICE_READ, 1)):
            names = iter(ways)
            while chosen := list(islice(names, count)):
                yield self.page(*chosen)

    def page(self, *names: str) -> str:
        """A document of its own for these PAGES, which ask this canary."""
        head = "".join(self.filled(name, HEAD[name]) for name in names if name in HEAD)
        body = "".join(self.filled(name, PAGES[name]) for name in names if name not in HEAD)
        return f"<!DOCTYPE html><html><head>{head}</head><body><p>{names}</p>{body}</body></html>"

    def filled(self, name: str, text: str) -> str:
        """A text with the canary's addresses; each ends in the page's name."""
        return text.format(
            http=f"http://{self.host}/{name}",
            host=self.host,
            stun=self.stun,
            name=f"{name}.{NAME}",
        )

    def __enter__(self) -> Self:
        for listen in (self._hear_tcp, self._hear_udp):
            threading.Thread(target=listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in (self._tcp, self._udp):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _hear_tcp(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._tcp.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        self.heard.append("a connection")
        with connection, suppress(OSError):
            self.heard.append(connection.recv(4096).decode("latin-1").partition("\r\n")[0])
            connection.sendall(self._answer)

    def _hear_udp(self) -> None:
        with suppress(OSError):
            while True:
                self._udp.recvfrom(4096)
                self.heard.append("a datagram")
