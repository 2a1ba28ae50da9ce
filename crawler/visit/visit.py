"""One visit to one site: the next request, and the results so far. Knows nothing about Scrapy."""

from collections import Counter
from collections.abc import Collection, Iterable

from crawler.visit.assignment import Assignment
from crawler.visit.denials import Denials
from crawler.visit.doubtful import Doubtful
from crawler.visit.gates import Gates
from crawler.visit.hosts import Hosts
from crawler.visit.named import Named, how_many
from crawler.visit.options import VisitOptions
from crawler.visit.pictures import Pictures
from crawler.visit.seeds import LISTING_KINDS, Seeds
from crawler.visit.trap_budget import TrapBudget
from crawler.visit.visit_end import VisitEnd
from pipelines.capture import Capture
from pipelines.keep.frontier.pages import (
    KnownPage,
    Skipped,
    check_at,
    next_to_ask,
    refuse,
    settle_checks,
)
from pipelines.keep.frontier.sweep import end_sweep
from pipelines.keep.frontier.validators import belief, conditions
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, open_once
from pipelines.keep.records.outcome import Kept
from pipelines.keep.visits.runs import Counts
from pipelines.outcomes import COSTLY_REFUSALS, IssueKind, Outcome, RunOutcome
from pipelines.read.addresses.canonical import origin_of

MOST_KILLED = 10  # pages of a visit that may kill their readers, some ten seconds each
NOT_PAGES = ("robots", "subresource")  # kinds of request that count for no limit of pages
# Outcomes of pages that were looked at for the signs of a platform.
SIGNS_SEEN = (
    *(Outcome.LISTING, Outcome.REFUSED_NOT_AN_ARTICLE),
    *(Outcome.REFUSED_NEEDS_BROWSER, Outcome.REFUSED_COMPUTED_REDIRECT),
)
TRAPPED = (
    "the last addresses that were asked for the first time gave no article: a calendar or filter"
    " without end, or articles that no rule knows"
)
EMPTY_PARTS = "most parts of its sitemap named nothing new; more of them wait"


class Visit:
    """The state of one visit.

    `asked` counts requests by kind, `killed` the pages that brought down a reader or the browser.
    `end` says how the visit will end. `sweeping`: every listing is walked to its end. `named`: the
    only addresses to request, if a person named them.
    """

    def __init__(self, assignment: Assignment, options: VisitOptions) -> None:
        rules = assignment.site.crawl
        self.assignment = assignment
        self.site = assignment.site
        self.clock = assignment.clock
        self.end = VisitEnd()
        delay = rules.delay if options.delay is None else options.delay
        self.hosts = Hosts(assignment, delay, self.end)
        self._max_pages = options.max_pages or rules.max_pages
        self._quota = options.quota
        self._choose = options.choose
        addresses = options.addresses
        self.named = None if addresses is None else Named(addresses[self.site.key])
        self.seeds = Seeds(assignment)
        self.gates = Gates(rules.answer_challenges, self._check_at)
        self.denials = Denials(origin_of(self.site.url))
        self.budget = TrapBudget(self.site.key)
        self.doubtful = Doubtful(self.site.key)
        self.pictures = Pictures(rules)
        self.counts = Counts()
        self.asked: Counter[str] = Counter()
        self.killed = 0
        self.sweeping = False
        self._looked = False
        self._archive = assignment.ingest.archive

    def seed(self) -> None:
        """Put the site's own addresses into the frontier, or those that a person named."""
        if self.named is not None:
            self.named.plant(self.assignment)
            return
        self.sweeping = self.doubtful.sweeping = self.seeds.plant()

    def seed_platform(self) -> None:
        """Put the usual addresses of the site's platform into the frontier, once it is known."""
        if self.named is not None:
            return
        self.seeds.plant_platform(self.hosts.sitemaps(), looked=self._looked)

    def next_page(self, busy: Iterable[str]) -> KnownPage | None:
        """The next address to request, or None if there is none right now.

        `busy`: addresses under way.
        """
        if self._limit_is_reached():
            return None
        if (once_more := self.gates.next_page(self.hosts.left)) is not None:
            return once_more
        if (proof := self._proof(at_end=False)) is not None:
            return proof
        taken = set(busy)
        spent = [kind for kind, most in self._quota.items() if self.asked[kind] >= most]
        full = [*spent, *self.budget.credit.resting]
        while (page := self._next_due(taken, spent, full)) is not None:
            host = self.hosts.host(page.url)
            if host.is_closed or (host.policy is None and "robots" in full):
                self.hosts.leave(page.url)
            elif host.policy is None or host.policy.allows(page.url, self.assignment.user_agent):
                self._note_request(page)
                return page
            else:
                with self._archive.transaction() as db:
                    refuse(db, self.site.key, page.url, "robots")
                if self.named is not None:
                    self.named.forbid(page.url)
        return None if taken else self._proof(at_end=True)

    def _note_request(self, page: KnownPage) -> None:
        if page.kind == "image":
            self.pictures.note_request(page.url)
            return
        self.budget.note_request(page)
        self.doubtful.note_request(page)

    def _proof(self, *, at_end: bool) -> KnownPage | None:
        """A page to request once more: does its host deny everything? None in a survey, or if a
        person named what to request.
        """
        if self._quota or self.named is not None:
            return None
        return self.denials.next_page(self.hosts.left, at_end=at_end)

    def _limit_is_reached(self) -> bool:
        """Whether the visit ends because of a limit."""
        if self.asked.total() - sum(self.asked[kind] for kind in NOT_PAGES) >= self._max_pages:
            outcome, why = RunOutcome.STOPPED, f"the limit of {self._max_pages} pages was reached"
        elif self.killed >= MOST_KILLED:
            outcome = RunOutcome.INCOMPLETE
            why = f"{self.killed} of its pages were too much for a reader or the browser"
        else:
            return False
        self.end.becomes(outcome, f"{why}; the next visit goes on from here")
        return True

    def _next_due(
        self, taken: Collection[str], spent: Collection[str], full: Collection[str]
    ) -> KnownPage | None:
        """The next address of the frontier, before its host's robots.txt is consulted."""
        if self.named is not None:
            skipped = Skipped(taken, self.hosts.left, spent)
            return self.named.next(self._archive.connection, self.site.key, skipped)
        page, credit = self._from_frontier(taken, full), self.budget.credit
        if credit.exhausted or (page is None and credit.is_short and not taken):
            more = self._from_frontier((), spent, parts=True)
            if credit.exhausted or more is not None:
                self._end_at_trap(more)
                return None
        if page is None and self.sweeping and not (taken or full or self.hosts.left):
            self._end_sweep()  # makes due the articles that the sweep missed
            return self._next_due(taken, spent, full)
        if page is None and not (taken or spent or self.hosts.left):
            self._close_trap_issue()
            self._note_forbidden()
            if (left := self.doubtful.report(self._archive, self.clock())) and self.end.is_good:
                self.end.becomes(RunOutcome.STOPPED, left)
            pictures = self.pictures.why_left(self._archive.connection, self.site.key)
            if pictures and self.end.is_good:
                self.end.becomes(RunOutcome.OK, pictures)  # they bring no visit forward
        return page

    def _from_frontier(
        self, taken: Collection[str], full: Collection[str], *, parts: bool = False
    ) -> KnownPage | None:
        """`parts`: with the parts of sitemaps that rest."""
        db, began = self._archive.connection, self.assignment.began
        rest = self.budget.credit.parts_rest and not parts
        skipped = Skipped(taken, self.hosts.left, full, parts=rest, pictures=self.pictures.rest)
        if self._choose is not None:
            return self._choose(db, self.site.key, skipped)
        page = next_to_ask(db, self.site.key, visit_began=began, now=self.clock(), skipped=skipped)
        return page or self.doubtful.next_page(db, skipped)

    def _end_at_trap(self, more: KnownPage | None) -> None:
        """End a visit that no longer finds articles, though there is more to request.

        A sweep requests many old listings, so it continues with the next visit instead.
        """
        if self.end.is_good and more is not None and not self.sweeping:
            why = EMPTY_PARTS if more.is_part else TRAPPED
            self.end.becomes(RunOutcome.STOPPED, why)
            detail = f"{self.site.url}: {why}; the next visit goes on from here"
            with self._archive.transaction() as db:
                open_once(db, Issue(IssueKind.TRAP, detail, self.site.key), self.clock())

    def _close_trap_issue(self) -> None:
        for issue in open_issues(self._archive.connection, self.site.key, (IssueKind.TRAP,)):
            with self._archive.transaction() as db:
                close_issue(db, issue, self.clock())

    def _note_forbidden(self) -> None:
        """Let the visit end as bad if robots.txt forbids addresses of the site file."""
        for url in sorted(self.seeds.own):
            policy = self.hosts.host(url).policy
            if self.end.is_good and policy and not policy.allows(url, self.assignment.user_agent):
                nothing_asked = self.asked.keys() <= set(NOT_PAGES)
                outcome = RunOutcome.UNREACHABLE if nothing_asked else RunOutcome.INCOMPLETE
                self.end.becomes(outcome, f"{url}: its robots.txt forbids it")

    def _end_sweep(self) -> None:
        self.sweeping = False
        with self._archive.transaction() as db:
            end_sweep(db, self.site.key, at=self.clock())

    def note(self, page: KnownPage, capture: Capture, kept: Kept) -> None:
        """Note how a page was answered: the visit may return a cookie, or leave the host."""
        if page.kind in NOT_PAGES or capture.rendered_from:
            return
        if page.kind == "image":
            self.pictures.note_outcome(kept.outcome)
            return
        if checks := self.gates.note(page, capture, kept):
            with self._archive.transaction() as db:
                settle_checks(db, self.site.key, checks)
        if self.gates.refused is not None and self.end.is_good:
            self.end.becomes(RunOutcome.INCOMPLETE, self.gates.refused)
        if self.gates.awaits(page.url):
            return
        if self.denials.note(page, kept.outcome, capture.fetched_at):
            self.hosts.leave(page.url)

    def _check_at(self, url: str) -> KnownPage | None:
        """An address that was part of a gate in an earlier visit, if it may be requested."""
        db, began = self._archive.connection, self.assignment.began
        check = check_at(db, self.site.key, url, before=began)
        if check is None:
            return None
        policy = self.hosts.host(url).policy
        allowed = policy is not None and policy.allows(url, self.assignment.user_agent)
        return check if allowed else None

    def count(self, kept: Kept) -> None:
        """Count one outcome, which may change how the visit ends."""
        self.counts.add(kept)
        if self.pictures.is_one(kept.url):
            self.end.note(kept, own=False)
            return
        self.killed += kept.outcome.refusal in COSTLY_REFUSALS
        brought = self.budget.note_outcome(self._archive.connection, kept)
        self.doubtful.note_outcome(kept.url, brought)
        self._looked = self._looked or kept.outcome in SIGNS_SEEN
        own = kept.url in self.seeds.own and not self.gates.awaits(kept.url)
        self.end.note(kept, own=own)
        if self.named is not None:
            self.named.note(kept)

    def ended(self) -> None:
        """Let a visit of named addresses end as incomplete if it could not have them all."""
        if self.named is not None and self.named.left and self.end.is_good:
            asked = len(self.named.left), self.named.count
            self.end.becomes(RunOutcome.INCOMPLETE, how_many(*asked))

    def conditions(self, page: KnownPage) -> dict[str, str]:
        """The headers that let the portal answer 304 (not modified), if its 304 can be believed.

        None for listings during a sweep, which must see each one.
        """
        if self.sweeping and page.kind in LISTING_KINDS.values():
            return {}
        # The text that scripts fill in changes although the validators do not.
        if self.site.crawl.browser and page.kind in ("listing", "article"):
            return {}
        if page.validators.etag is None and page.validators.last_modified is None:
            return {}
        db, platform = self._archive.connection, self.assignment.platform
        return conditions(page.validators, belief(db, self.site.key, page.url, platform))
