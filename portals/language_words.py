"""The groups of words that a language file may hold, besides those of dates.

Each group is a table of that name in `portals/languages/*.toml`; its README describes the keys.
"""

from dataclasses import dataclass

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressWords:
    """Words in addresses, spelt as there: lower case, without diacritics, with hyphens.

    `page`: a later page of a listing. `events`: folders of events; `calendars`: the same, even if
    more words follow them. `month`, `year`, `day`: parameters that choose a day of a calendar.
    `banners`: folders of advertisements, with links that count clicks. `authors`: pages of authors;
    `tags`: of tags; `searches`: of search.
    `home`: front pages. `standing`: pages without news, such as "about us"; `*` is any rest of a
    word. `print_folders`, `print_scripts`: pages to be printed. `downloads`: files.
    """

    page: Words = ()
    events: Words = ()
    calendars: Words = ()
    month: Words = ()
    year: Words = ()
    day: Words = ()
    banners: Words = ()
    authors: Words = ()
    tags: Words = ()
    searches: Words = ()
    home: Words = ()
    standing: Words = ()
    print_folders: Words = ()
    print_scripts: Words = ()
    downloads: Words = ()


@dataclass(frozen=True, slots=True)
class FurnitureWords:
    """Lines of a page that are not article text. Compared without case and diacritics.

    Whole lines: `lines`; `related`: headings of lists of other articles; `more`: headings that may
    be of this kind; `pointers`: lines that only point to a link, below a text; `widgets`: lines
    that the software puts beside a text; `players`: the same before a clock; `speeds`: before a
    speed ("1.5x"); `views`: behind a number; `counters`: before a number or alone; `votes`: behind
    a number of votes; `share`: before names of networks, and `beside_networks` among them;
    `begins`: beginnings of such lines.
    `{text}` in a phrase stands for `this_text`, the name of the article.

    `imprints`: beginnings of lines about the portal's publisher; `imprint_labels`: the same before
    a colon; `reprints`: demands to name the source (`...`: other words in between). `files`:
    headings of boxes of files. `boxes`: headings of boxes beside an article; `modules`: of the box
    that shows the article; `section_names`: usual names of sections.

    Lines about the text: `section_labels` before its section; `about`: what such lines begin with;
    `counted`: behind a number; `ratings`: headings of ratings. Words before a link to this
    article's own section, author or tags: `before_own_links`, but not behind `not_own`;
    `right_before_own_links` ("in") only as the last word.
    `tool_links`: beginnings of tool links. `home`: the front page, in menus and trails;
    `trail_labels`: labels before a breadcrumb trail. `onward`: links and buttons that lead on
    through a list.
    """

    lines: Words = ()
    related: Words = ()
    more: Words = ()
    this_text: str = ""
    widgets: Words = ()
    players: Words = ()
    pointers: Words = ()
    speeds: Words = ()
    views: Words = ()
    counters: Words = ()
    votes: Words = ()
    share: Words = ()
    beside_networks: Words = ()
    begins: Words = ()
    imprints: Words = ()
    imprint_labels: Words = ()
    reprints: Words = ()
    files: Words = ()
    boxes: Words = ()
    modules: Words = ()
    section_names: Words = ()
    section_labels: Words = ()
    about: Words = ()
    counted: Words = ()
    ratings: Words = ()
    before_own_links: Words = ()
    right_before_own_links: Words = ()
    not_own: Words = ()
    tool_links: Words = ()
    home: Words = ()
    trail_labels: Words = ()
    onward: Words = ()


@dataclass(frozen=True, slots=True)
class BylineWords:
    """The author and source of a text.

    Before a colon: `author_labels`; of these, `posted` names who put the text on the portal;
    `source_labels`. Before a name: `written_by`; `by`, with one of the verbs `sent` or without;
    `by_that_begins_names`, a "by" that names begin with too ("von Hohenfels"), which counts only on
    a page in this language and before a whole name. `before_dates`: behind a name. `posts`: behind
    a name and a comma, an office or a paper. `according_to` before one of the `papers`. `joints`:
    "and" between names.

    `portals`: how names of portals begin; `editors`: who makes a portal, before its name;
    `accounts`: names of accounts; `strangers`: in brackets behind a commenter's name.
    `signed_below`: whether authors sign below the text with nothing but their names.
    `organisations`: how names of organisations begin, and `not_organisations` other phrases.
    """

    author_labels: Words = ()
    posted: Words = ()
    source_labels: Words = ()
    written_by: Words = ()
    sent: Words = ()
    by: Words = ()
    by_that_begins_names: str | None = None
    before_dates: Words = ()
    posts: Words = ()
    according_to: Words = ()
    papers: Words = ()
    joints: Words = ()
    portals: Words = ()
    editors: Words = ()
    accounts: Words = ()
    strangers: Words = ()
    signed_below: bool = False
    organisations: Words = ()
    not_organisations: Words = ()


@dataclass(frozen=True, slots=True)
class LetterheadWords:
    """The head and the foot of an official document.

    `states`: the issuing state, anywhere in a line; `parties`: a whole line; `mottos`: any signs
    may stand for a hyphen. `on_behalf`: abbreviations before the office that signs; `offices`: how
    names of offices begin; `signed`: the note that a document was signed.
    """

    states: Words = ()
    parties: Words = ()
    mottos: Words = ()
    on_behalf: Words = ()
    offices: Words = ()
    signed: Words = ()


@dataclass(frozen=True, slots=True)
class CaptionWords:
    """Captions of pictures. `galleries`: how a line begins that only announces pictures;
    `openings`: how captions begin (`...`: any words in between); `credits`: "photo", before a name.
    """

    galleries: Words = ()
    openings: Words = ()
    credits: Words = ()


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """Words of pages that are not articles. Compared without case and diacritics.

    Titles begin with `not_found`, `login` or `search`, or are `login_forms` or `search_forms` as a
    whole; `errors` stand before "404", `beside_404` behind it; `maintenance_titles` and `blocked`
    stand anywhere in a title. Texts of short pages hold `parked`, `captchas`, `maintenance` or,
    near a status such as 503, `beside_50x`; texts of any page `not_found_texts`. `...` in a phrase
    stands for some words. `challenges` stand in small pages that ask for a browser.
    `document_rows`: labels in the table that describes an official document; `document_signs`:
    without one of these in three spellings no such table is looked for.
    """

    not_found: Words = ()
    errors: Words = ()
    beside_404: Words = ()
    maintenance_titles: Words = ()
    login: Words = ()
    login_forms: Words = ()
    search: Words = ()
    search_forms: Words = ()
    blocked: Words = ()
    challenges: Words = ()
    parked: Words = ()
    captchas: Words = ()
    beside_50x: Words = ()
    maintenance: Words = ()
    not_found_texts: Words = ()
    document_rows: Words = ()
    document_signs: Words = ()


@dataclass(frozen=True, slots=True)
class PublisherWords:
    """The authority in a portal's name.

    `portals` with `kinds` behind them, or a whole `portal_names`, stand before it; `of` joins them.
    The levels: `ministry` and `department` begin a name, the others stand anywhere in it.
    """

    portals: Words = ()
    kinds: Words = ()
    portal_names: Words = ()
    of: Words = ()
    ministry: Words = ()
    department: Words = ()
    province: Words = ()
    district: Words = ()
    commune: Words = ()
