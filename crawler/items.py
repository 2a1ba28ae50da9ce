"""The only item of Loa's spider: a `Capture`, one HTTP exchange as it happened.

The spider yields a capture for every request, whether or not an answer came. Its fields:

    site           key of the site that was asked
    url            the requested address, in its canonical form
    fetched_at     when the answer came, an aware instant in UTC
    status         the HTTP status; None if no answer came
    headers        (name, value) pairs in the order sent, decoded as Latin-1
    body           the payload as sent: content encodings (gzip, br) are still on it
    error          why no answer came, as `word: what happened`
    tls            how an encrypted connection was trusted: `verified` or `exception: ...`
    rendered_from  set only on a page that a browser filled: when its empty shell was fetched

There is no Scrapy `Item`, loader or selector here. Worker processes read the captures, and
`crawler.item_pipelines.KeepCapture` hands them over.
"""

from pipelines.capture import Capture

__all__ = ["Capture"]
