"""Values that are kept for all visitors: the recently used ones, and no more than asked for."""

from concurrent.futures import ThreadPoolExecutor

from pages.parts.recent_values import RecentValues


def test_the_least_recently_used_value_goes_first():
    kept = RecentValues[str](2)
    assert kept.put("a", "A") == "A" and kept.put("b", "B") == "B"
    assert kept.get("a") == "A"  # used after b
    kept.put("c", "C")
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]
    kept.put("a", "A, anew")
    kept.put("d", "D")
    assert [kept.get(key) for key in "acd"] == ["A, anew", None, "D"]


def test_threads_can_share_it():
    kept = RecentValues[int](3)

    def use(number: int) -> bool:
        kept.put(number % 5, number % 5)
        return kept.get(number * 7 % 5) in (None, number * 7 % 5)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(2_000)))
    assert sum(kept.get(number) is not None for number in range(5)) == 3
