"""The words of dates in German, French, Spanish, Italian and Portuguese, as patterns over lower-case NFC text. It reads no whole date.

Months come as whole words and in the short forms that are printed, always between a day and a year: no line of another language is made up of nothing else.
"""

MONTH_NAMES = (
    ("januar", "jänner", "jan", "janvier", "janv", "enero", "gennaio", "janeiro"),
    ("februar", "feber", "feb", "février", "févr", "fév", "febrero", "febbraio", "fevereiro"),
    ("märz", "mär", "mrz", "mars", "marzo", "março"),
    ("april", "apr", "avril", "avr", "abril", "aprile"),
    ("mai", "mayo", "maggio", "maio"),
    ("juni", "jun", "juin", "junio", "giugno", "junho"),
    ("juli", "jul", "juillet", "juil", "julio", "luglio", "julho"),
    ("august", "aug", "août", "aout", "agosto"),
    ("september", "sept", "sep", "septembre", "septiembre", "setiembre", "settembre", "setembro"),
    ("oktober", "okt", "octobre", "oct", "octubre", "ottobre", "outubro"),
    ("november", "nov", "novembre", "noviembre", "novembro"),
    ("dezember", "dez", "décembre", "déc", "diciembre", "dicembre", "dezembro"),
)
MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")(?!\w)\.?"
BEFORE_MONTH = r"(?:er|re|\.|º|°)?\s*(?:(?:de|di) )?"  # "12. Mai", "1er juin", "12 de mayo"
BEFORE_YEAR = r"[\s.,]*(?:del? )?"

# Monday is 0, as in date.weekday().
WEEKDAY_NAMES = (
    ("montag", "lundi", "lunes", "lunedì", "segunda-feira", "segunda"),
    ("dienstag", "mardi", "martes", "martedì", "terça-feira", "terça"),
    ("mittwoch", "mercredi", "miércoles", "mercoledì", "quarta-feira", "quarta"),
    ("donnerstag", "jeudi", "jueves", "giovedì", "quinta-feira", "quinta"),
    ("freitag", "vendredi", "viernes", "venerdì", "sexta-feira", "sexta"),
    ("samstag", "sonnabend", "samedi", "sábado", "sabato"),
    ("sonntag", "dimanche", "domingo", "domenica"),
)
# German shortens to two letters, with a sign behind them: without it "Sa" and "Mi" are words of others.
SHORT_WEEKDAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
WEEKDAYS: dict[str, int] = {
    **{name: number for number, names in enumerate(WEEKDAY_NAMES) for name in names},
    **{name: number for number, name in enumerate(SHORT_WEEKDAYS)},
}
WEEKDAY = (
    "(?:(?:"
    + "|".join(sorted((name for names in WEEKDAY_NAMES for name in names), key=len, reverse=True))
    + r")(?!\w)|(?:"
    + "|".join(SHORT_WEEKDAYS)
    + r")(?=[.,]))"
)

UPDATED = (
    r"(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet)(?: am)?|letzte (?:änderung|aktualisierung)|stand(?: vom)?"
    r"|(?:dernière )?(?:mise? à jour|modification|actualisation)|modifiée? le|actualisée? le"
    r"|(?:última )?actualización|actualizad[oa]|(?:ultim[oa] )?(?:aggiornamento|modifica)|aggiornat[oa]|(?:última )?atualização|atualizad[oa]"
)
PUBLISHED = (
    r"(?:veröffentlicht|erstellt|eingestellt|publiziert)(?: am)?|(?:datum der )?veröffentlichung|veröffentlichungsdatum"
    r"|(?:pressemitteilung|meldung|nachricht|beitrag) vom"
    r"|publiée?s?|mise? en ligne|postée?|parue?|date de (?:publication|parution)"
    r"|publicad[oa]|fecha de publicación|pubblicat[oa]|data (?:di pubblicazione|de publicação)"
)
# Who put it there, behind the date ("Publié le 12 mai 2020, par la mairie").
BY = rf"(?:par|von|por)(?!\w)[^\d|.\n]{{1,40}}?(?=\s*(?:[|)]|$|[-,;·]\s*(?:{UPDATED})(?!\w)))"
FILLER = r"am|den|um|uhr|datum|le|à|date du|il|alle|ore|el|las|em|às|fecha|data"
