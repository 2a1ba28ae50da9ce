"""The titles of an article's parts: equal, but for the number of the page."""

import re

from pipelines.read.text.clean_text import same_text

# What a title may add to that of the first page: " - Trang 2", "(2/3)", "page 2 of 3".
PAGE_MARK = re.compile(
    r"(?:^|[\W_]+)(?:[^\W\d_]{1,8}\W{0,2})?(?P<number>\d{1,2})"
    r"(?:\s*/\s*\d{1,2}|\s+[^\W\d_]{1,4}\s+\d{1,2})?[\W_]*$"
)


def is_part_title(title: str, first: str, number: int) -> bool:
    """Whether a title may be that of part `number`: both are equal but for page numbers."""
    return same_text(_bare(title, number), _bare(first, 1))


def _bare(title: str, number: int) -> str:
    """A title without the number of its page."""
    mark = PAGE_MARK.search(title)
    is_own = mark is not None and mark.start() > 0 and int(mark["number"]) == number
    return title[: mark.start()] if mark is not None and is_own else title
