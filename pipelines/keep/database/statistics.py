"""The statistics by which SQLite chooses an index."""

from sqlite3 import Connection

# Tables with several indices to choose from. The key of each grows with the number of its rows.
ANALYSED = ("articles", "captures", "pages", "revisions", "runs")
GROWN = 1.5  # times the rows that were counted last


def renew_statistics(db: Connection, *, of_all: bool = False) -> None:
    """Analyse the tables that grew by half since they were last analysed, or `of_all`.

    Each index is read whole: some seconds for a million articles. `pragma optimize` waits until a
    table is 25 times as large, and with a limit of rows it takes the first day of a portal, on
    which a thousand pages were fetched, for a day like any other.
    """
    counted: dict[str, int] = {}
    if db.execute("select 1 from sqlite_master where name = 'sqlite_stat1'").fetchone():
        for table, told in db.execute("select tbl, stat from sqlite_stat1 where idx is not null"):
            counted[table] = max(counted.get(table, 0), int(told.split()[0]))
    db.execute("pragma analysis_limit = 0")
    for table in ANALYSED:
        (rows,) = db.execute(f"select max(rowid) from {table}").fetchone()
        if of_all or (rows or 0) > GROWN * counted.get(table, 0):
            db.execute(f"analyze {table}")
