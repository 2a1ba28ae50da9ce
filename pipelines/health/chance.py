"""How surprising a count is, given earlier counts: the statistics behind all findings."""

from math import exp, lgamma

SURPRISE = 0.001  # on a healthy portal, rarer than once in a thousand visits


def surprising(count: int, total: int, before_count: int, before_total: int) -> bool:
    """Whether `count` of `total` is more than chance allows after `before_count` of `before_total`.

    Never with fewer than ten earlier ones. Uses the tail of the beta-binomial distribution: what to
    expect of a share known only from earlier counts (uniform prior).
    """
    if before_total < 10 or count == 0:
        return False
    yes, no = before_count + 1, before_total - before_count + 1
    return sum(_probability(k, total, yes, no) for k in range(count, total + 1)) < SURPRISE


def _probability(k: int, n: int, yes: int, no: int) -> float:
    return exp(_log_choose(n, k) + _log_beta(k + yes, n - k + no) - _log_beta(yes, no))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: int, b: int) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
