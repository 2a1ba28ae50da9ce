"""The content of a capture: without the codings that its header names, and without others."""

from urllib.parse import urlsplit

from pipelines.read.files.media_types import MARKUP, PACKED, UNKNOWN, sniff
from pipelines.read.listing.feed_or_sitemap import begins_like_feed_or_sitemap
from pipelines.read.listing.xml_document import MOST_BYTES
from pipelines.read.task import Task
from pipelines.read.text.content_codings import (
    CONTENT_LIMIT,
    Content,
    DecodeError,
    decode_content,
    open_undeclared,
    open_unmarked,
)


def content_of(task: Task) -> Content:
    """The decoded body of a task's capture. Raises DecodeError.

    gzip and zstd that no header names are opened too, but a packed file that holds neither text nor
    a known document stays packed: it is itself the file. So does data that cannot be opened, where
    a file or sitemap is expected: its reading tells what is wrong.
    """
    content = decode_content(task.capture)
    is_file = _is_file(task)
    if not content.is_packed:
        text = None if is_file or not _may_be_coded(task, content.body) else content.body
        opened = None if text is None else open_unmarked(text)
        return content if opened is None else Content(opened)
    try:
        inner = open_undeclared(content, limit=MOST_BYTES)
    except DecodeError:
        if is_file or task.expected == "sitemap":
            return content
        raise
    path = urlsplit(task.capture.url).path.removesuffix(".gz")
    if sniff(inner.body, None, path) == UNKNOWN:
        return content
    if len(inner.body) > CONTENT_LIMIT and not begins_like_feed_or_sitemap(inner.body):
        if is_file:
            return content
        raise DecodeError("too-large", f"decoded body is larger than {CONTENT_LIMIT} bytes")
    return inner


def _is_file(task: Task) -> bool:
    said = _said(task)
    unnamed = said in PACKED or (said != "" and said not in MARKUP)
    return task.expected in ("attachment", "image") or (task.expected is None and unnamed)


def _may_be_coded(task: Task, body: bytes) -> bool:
    """Whether a body that should be text is none."""
    return (_said(task) or "text/html") in MARKUP and sniff(body, None, None) == UNKNOWN


def _said(task: Task) -> str:
    return (task.capture.header("content-type") or "").partition(";")[0].strip().lower()
