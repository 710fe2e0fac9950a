import pytest

from backend.kernel.link.rules import LONGEST_PAUSE, MAX_TRIES, Verdict, verdict, wait


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Verdict.SENT), (202, Verdict.SENT), (204, Verdict.SENT),
        (400, Verdict.REFUSED), (409, Verdict.REFUSED), (413, Verdict.REFUSED), (422, Verdict.REFUSED),
        (500, Verdict.AGAIN), (501, Verdict.AGAIN), (418, Verdict.AGAIN), (301, Verdict.AGAIN),
        (None, Verdict.AWAY), (401, Verdict.AWAY), (404, Verdict.AWAY), (410, Verdict.AWAY), (429, Verdict.AWAY),
        (502, Verdict.AWAY), (503, Verdict.AWAY), (504, Verdict.AWAY),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int | None, expected: Verdict) -> None:
    """Only a fault of the message itself counts against the message; a wrong secret or address makes all wait."""
    assert verdict(status) is expected


def test_the_waits_double_then_stay_at_an_hour() -> None:
    """The n-th wait is 2^(n-1) seconds within a quarter, at most an hour and a quarter, whatever n."""
    for tries in (1, 2, 5, 12, 13, 36, 10_000):
        ideal = min(3600, 2.0 ** min(tries - 1, 30))
        assert 0.75 * ideal <= wait(tries).total_seconds() <= 1.25 * ideal


def test_giving_up_takes_about_a_day() -> None:
    """All the waits before a message is dead add up to roughly 24 hours."""
    total = sum(wait(tries).total_seconds() for tries in range(1, MAX_TRIES))
    assert 20 * 3600 < total < 30 * 3600


def test_a_receiver_that_is_back_is_found_within_a_minute() -> None:
    """However long it was away, the wait between two looks has a bound that leaves most of a minute for catching up."""
    waits = [wait(away, longest=LONGEST_PAUSE).total_seconds() for away in range(1, 2000)]
    assert max(waits) < 20
    assert sum(waits[:5]) > 10  # and one that is away is not pestered
