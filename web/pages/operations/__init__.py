"""Pages for those who run Loa: how portals stand, visits, and what needs a person."""
