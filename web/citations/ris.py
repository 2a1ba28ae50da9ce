"""RIS: a line per field, so that no value may hold a line break; a semicolon divides addresses."""

from web.citations.record import ARCHIVE, Citation, PublishedOn, one_line, safe_address

MEDIA_TYPE = "application/x-research-info-systems"


def ris(citation: Citation) -> str:
    """A citation as one RIS record, in UTF-8, with the line ends that the format asks for."""
    published, proof = citation.published, citation.proof
    fields = [
        ("TY", "ELEC"),
        ("ID", citation.name),
        ("TI", citation.title),
        ("AU", citation.author),
        ("PB", citation.publisher),
        ("PY", f"{published.on.year}" if published else None),
        ("DA", _date(published) if published else None),
        ("LA", citation.language),
        ("UR", safe_address(citation.url, but=";")),
        ("Y2", f"{proof.at:%Y/%m/%d/%H:%M:%S} UTC" if proof else None),
        ("DB", ARCHIVE),
        ("AV", safe_address(citation.permalink)),
        ("N1", citation.note),
    ]
    given = [(tag, one_line(value)) for tag, value in fields if value]
    lines = [*(f"{tag}  - {value}" for tag, value in given if value), "ER  - "]
    return "".join(f"{line}\r\n" for line in lines)


def _date(published: PublishedOn) -> str:
    """YYYY/MM/DD/other; what is not known stays empty."""
    year, month, *day = published.parts
    return f"{year:04}/{month:02}/{f'{day[0]:02}' if day else ''}/"
