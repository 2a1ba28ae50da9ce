"""Says in plain words what the trial of a site file showed."""

from collections.abc import Iterator

from pipelines.read.trial import Losses, MendedFile

MOST_TOLD = 3  # addresses of one kind


def told_losses(losses: Losses) -> str:
    """What one look has less than another, in words."""
    parts = []
    if losses.articles:
        parts.append(f"{len(losses.articles)} of the {losses.named} articles that the pages name")
    if losses.pagers:
        parts.append(f"the later pages of {_count(len(losses.pagers), 'listing')}")
    if losses.worse:
        parts.append(f"parts of {_count(len(losses.worse), 'article')}")
    return " and ".join(parts)


def trial_report(mended: MendedFile) -> Iterator[str]:
    """A line about each thing that the trial mended, and each that it could not mend."""
    if mended.by_family is not None:
        yield (
            "the pages show the signs of a family, but by its rules Loa misses"
            f" {told_losses(mended.by_family)}; so the file sets it aside"
        )
    if mended.dropped:
        yield (
            f"the selectors learned for {', '.join(mended.dropped)} are left out: some articles"
            " read worse with them"
        )
    if mended.added:
        yield (
            f"{_count(len(mended.added), 'listing')} added: only a look without the file had"
            f" found {_some(mended.added)}"
        )
    left = mended.left
    if left.articles:
        yield (
            f"{len(left.articles)} of the {left.named} articles that the pages name are not found"
            f" with this file: {_some(left.articles)}; add a listing that names them"
        )
    if left.pagers:
        yield (
            f"the later pages of {_count(len(left.pagers), 'listing')} are not found with this"
            f" file: {_some(left.pagers)}; name a sitemap, a feed or an archive by date"
        )
    for url, fields in left.worse.items():
        yield (
            f"{url}: reads worse with this file: {', '.join(fields)};"
            " `loa read` shows why, and [article] can name the right elements"
        )


def _some(urls: tuple[str, ...]) -> str:
    more = f" and {len(urls) - MOST_TOLD} more" if len(urls) > MOST_TOLD else ""
    return ", ".join(urls[:MOST_TOLD]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
