"""Laws of the solver: order never matters, valid pins are kept, unrelated news change nothing."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.errors import Faults, UnsatisfiableError
from assembler.model.distribution import DistributionFile, Releases
from assembler.model.resolution import Resolution
from assembler.solve.solver import Question, solve
from tests.fakes.index import MemoryIndex
from tests.property.test_solve_oracle import Described, indexes, root_lists
from tests.solve.asking import question

LAWS = settings(max_examples=100, deadline=None)


def answer(
    asked: Question, index: MemoryIndex, prefer: Resolution | None = None
) -> Resolution | None:
    try:
        return solve(asked, index, prefer=prefer)
    except (UnsatisfiableError, Faults):
        return None


class ShuffledIndex(MemoryIndex):
    """The same index, its files and requirements in another order."""

    def __init__(self, described: Described, *, wheels: Sequence[str]) -> None:
        super().__init__(
            {
                name: {
                    version: {"requires": requires, "wheels": list(wheels)}
                    for version, requires in versions.items()
                }
                for name, versions in described.items()
            }
        )


@LAWS
@given(described=indexes, roots=root_lists, data=st.data())
def test_order_never_matters(described: Described, roots: list[str], data: st.DataObject):
    tags = ["py3-none-any", "cp312-cp312-manylinux_2_17_x86_64", "cp311-abi3-linux_x86_64"]
    shuffled: Described = {
        name: {
            version: data.draw(st.permutations(described[name][version]))
            for version in data.draw(st.permutations(sorted(described[name])))
        }
        for name in data.draw(st.permutations(sorted(described)))
    }

    first = answer(question(*roots), ShuffledIndex(described, wheels=tags))
    second = answer(
        question(*data.draw(st.permutations(roots))),
        ShuffledIndex(shuffled, wheels=data.draw(st.permutations(tags))),
    )

    assert first == second


@LAWS
@given(described=indexes, roots=root_lists)
def test_locking_twice_changes_nothing(described: Described, roots: list[str]):
    asked = question(*roots, targets=("linux-x86_64", "macos-arm64", "windows-x86_64"))
    first = answer(asked, MemoryIndex(described))

    assert first is None or answer(asked, MemoryIndex(described), first) == first


@LAWS
@given(described=indexes, roots=root_lists, news=indexes)
def test_valid_pins_are_kept_whatever_is_released(
    described: Described, roots: list[str], news: Described
):
    newer: Described = {
        name: {
            **{f"9{version}": requires for version, requires in news.get(name, {}).items()},
            **versions,
        }
        for name, versions in described.items()
    }
    first = answer(question(*roots), MemoryIndex(described))

    if first is not None and not any("rc" in pin.version for pin in all_pins(first)):
        kept = answer(question(*roots), MemoryIndex(newer), first)
        assert kept is not None
        assert files(kept) == files(first)


@LAWS
@given(described=indexes, roots=root_lists, news=indexes)
def test_an_earlier_lock_never_makes_it_unsolvable(
    described: Described, roots: list[str], news: Described
):
    earlier = answer(question(*roots), MemoryIndex({**news, **described}))
    fresh = answer(question(*roots), MemoryIndex(described))

    assert (answer(question(*roots), MemoryIndex(described), earlier) is None) == (fresh is None)


@LAWS
@given(described=indexes, roots=root_lists, news=indexes)
def test_what_nobody_asks_for_changes_nothing(
    described: Described, roots: list[str], news: Described
):
    unrelated = {f"un{name}": versions for name, versions in news.items()}

    assert answer(question(*roots), MemoryIndex(described)) == answer(
        question(*roots), MemoryIndex({**described, **unrelated})
    )


def all_pins(resolution: Resolution):
    return [pin for pins in resolution.pins.values() for pin in pins]


def files(resolution: Resolution) -> list[tuple[DistributionFile, ...]]:
    return [pin.wheels for pin in all_pins(resolution)]


def test_the_reduced_page_is_sorted():
    page = MemoryIndex({"a": {"1.0": [], "1.10": [], "1.9": []}}).releases(
        "https://index.test/simple/", "a"
    )

    assert isinstance(page, Releases)
    assert [release.version for release in page.releases] == ["1.10", "1.9", "1.0"]
