"""Public holidays of a site's country, which its time zone tells."""

from collections.abc import Collection
from datetime import date

from portals.countries import countries_by_zone


def holidays_of(timezone: str, first: date, last: date) -> Collection[date]:
    """The public holidays between two days, both included, in the country of an IANA zone; none where the zone belongs to no country that is known.

    Moving feasts too: those of the lunar calendar are in the tables of the `holidays` package.
    """
    country = countries_by_zone().get(timezone)
    if country is None:
        return ()
    from holidays import country_holidays  # it takes a second to load, and a visit seldom asks

    try:
        known = country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError:  # a country that the package does not know
        return ()
    return [day for day in known if first <= day <= last]
