"""Public holidays of a site's country, which follows from its time zone."""

from collections.abc import Collection
from datetime import date

from portals.countries import countries_by_zone


def holidays_of(timezone: str, first: date, last: date) -> Collection[date]:
    """The public holidays from `first` to `last` in the country of an IANA zone.

    None if the country is unknown. The tables of the `holidays` package include lunar holidays.
    """
    country = countries_by_zone().get(timezone)
    if country is None:
        return ()
    from holidays import country_holidays  # takes a second to load, and is seldom needed

    try:
        known = country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError:  # not a country of the package
        return ()
    return [day for day in known if first <= day <= last]
