"""Every scenario file: an index, a request, and the pins or the words that must come out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import pytest
import tomli

from assembler.errors import AssemblerError, Faults, OfflineError
from assembler.model import project
from assembler.model.distribution import CoreMetadata, Releases
from assembler.model.platforms import target_named
from assembler.model.project import Constraint, IndexRoute, ResolutionMode
from assembler.model.resolution import Cell, Pin, ProgramRequest, Resolution, TreeSource
from assembler.model.sources import ArchiveSource
from assembler.model.target import PythonRange, Target
from assembler.model.upload_times import NEVER, Cutoffs
from assembler.origin import Origin
from assembler.solve.solver import OwnDistribution, Policy, Question, solve
from tests.fakes.index import URL, Description, MemoryIndex
from tests.solve.asking import FILE, constraints, roots

FOLDER = Path(__file__).parent.parent / "scenarios"


class Override(msgspec.Struct, kw_only=True):
    version: str | None = None
    exclude: bool = False
    because: str = ""


class Program(msgspec.Struct, kw_only=True):
    requires: tuple[str, ...]
    python: str | None = None
    constraints: Mapping[str, str] = {}
    overrides: Mapping[str, Override] = {}
    targets: tuple[str, ...] = ()
    solve_group: str | None = None


class OwnTarget(msgspec.Struct, kw_only=True):
    platform: str
    python: str = ""
    oldest: tuple[int, ...] = ()
    markers: Mapping[str, str] = {}


class Route(msgspec.Struct, kw_only=True):
    only: tuple[str, ...] = ()
    default: bool = False
    marker: str = ""
    exclude_newer: str | None = None
    upload_time: bool = True


class Own(msgspec.Struct, kw_only=True):
    version: str
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    url: str = ""
    path: str = "."


class Expected(msgspec.Struct, kw_only=True):
    """`pins`: the same in all cells; `cells`: by `program target first-end`, parts left out match
    all; `words`: what the error says, in this order; `because`: of the first cell."""

    pins: Sequence[str] | None = None
    cells: Mapping[str, Sequence[str]] = {}
    because: Mapping[str, str] = {}
    files: Mapping[str, Sequence[str]] = {}
    excluded: Mapping[str, Sequence[str]] | None = None
    words: Sequence[str] = ()
    asked: Mapping[str, Sequence[str]] = {}
    warnings: Sequence[str] = ()


class Scenario(msgspec.Struct, kw_only=True):
    """A request for `web`, unless there are `programs`."""

    rule: str
    index: Description = {}
    indexes: Mapping[str, Description] = {}
    routes: Mapping[str, Route] = {}
    requires: tuple[str, ...] = ()
    programs: Mapping[str, Program] = {}
    python: str = "3.12"
    targets: tuple[str, ...] = ("linux-x86_64",)
    own_targets: Mapping[str, OwnTarget] = {}
    constraints: Mapping[str, str] = {}
    overrides: Mapping[str, Override] = {}
    prereleases: tuple[str, ...] = ()
    sdists: tuple[str, ...] = ()
    from_source: tuple[str, ...] = ()
    exclude_newer: str | None = None
    exclude_newer_of: Mapping[str, str] = {}
    unknown_extras: Literal["warn", "refuse"] = "warn"
    listed: tuple[str, ...] = ()
    resolution: ResolutionMode = "highest"
    own: Mapping[str, Own] = {}
    prefer: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    expected: Expected


def scenarios() -> list[object]:
    return [pytest.param(path, id=path.stem) for path in sorted(FOLDER.glob("*.toml"))]


def asked(scenario: Scenario) -> Question:
    programs = scenario.programs or {"web": Program(requires=scenario.requires)}
    return Question(
        programs=tuple(
            ProgramRequest(
                name=name,
                roots=roots(program.requires),
                python=program.python,
                constraints=constraints(program.constraints, line=70),
                overrides=overrides(program.overrides, line=90),
                targets=tuple(
                    project.TargetName(target, Origin(file=FILE, line=60))
                    for target in program.targets
                ),
                solve_group=(
                    project.SolveGroup(program.solve_group, Origin(file=FILE, line=65))
                    if program.solve_group
                    else None
                ),
            )
            for name, program in programs.items()
        ),
        targets=tuple(target_named(name, own_targets(scenario)) for name in scenario.targets),
        policy=Policy(
            python=scenario.python,
            constraints=constraints(scenario.constraints),
            overrides=overrides(scenario.overrides, line=80),
            prereleases=scenario.prereleases,
            sdists=scenario.sdists,
            from_source=scenario.from_source,
            exclude_newer=cutoffs(scenario),
            unknown_extras=scenario.unknown_extras,
            resolution=scenario.resolution,
        ),
        routes=(
            *(
                IndexRoute(
                    name=name,
                    url=f"https://{name}.test/simple/",
                    only=route.only,
                    default=route.default,
                    marker=route.marker,
                    origin=Origin(file=FILE, line=30),
                )
                for name, route in scenario.routes.items()
            ),
            *(
                ()
                if any(route.default for route in scenario.routes.values())
                else (IndexRoute(name="main", url=URL, default=True, origin=Origin(file=FILE)),)
            ),
        ),
        own={name: own(name, described) for name, described in scenario.own.items()},
    )


def cutoffs(scenario: Scenario) -> Cutoffs:
    routes = {f"https://{name}.test/simple/": route for name, route in scenario.routes.items()}
    rules = {url: route.exclude_newer for url, route in routes.items() if route.exclude_newer}
    return Cutoffs(
        default=scenario.exclude_newer,
        names={name: _instant(rule) for name, rule in scenario.exclude_newer_of.items()},
        indexes={url: _instant(rule) for url, rule in rules.items()},
        untimed=frozenset(url for url, route in routes.items() if not route.upload_time),
    )


def _instant(rule: str) -> str | None:
    return None if rule == NEVER else rule


def own_targets(scenario: Scenario) -> list[Target]:
    return [
        msgspec.structs.replace(
            target_named(described.platform),
            name=name,
            python=described.python,
            markers=described.markers,
            oldest=described.oldest or target_named(described.platform).oldest,
        )
        for name, described in scenario.own_targets.items()
    ]


def overrides(described: Mapping[str, Override], line: int) -> tuple[project.Override, ...]:
    return tuple(
        project.Override(
            name=name,
            specifier=override.version,
            exclude=override.exclude,
            because=override.because,
            origin=Origin(file=FILE, line=at),
        )
        for at, (name, override) in enumerate(described.items(), start=line)
    )


def own(name: str, described: Own) -> OwnDistribution:
    metadata = CoreMetadata(
        name=name,
        version=described.version,
        requires_dist=described.requires,
        requires_python=described.requires_python,
    )
    return OwnDistribution(
        name=name,
        version=described.version,
        metadata=metadata,
        tree=None if described.url else TreeSource(path=described.path),
        fixed=ArchiveSource(url=described.url, sha256="a" * 64, size=1) if described.url else None,
    )


class _Offline(MemoryIndex):
    """An index of which some pages are not cached."""

    def __init__(self, described: Description, *, lacking: Sequence[str]) -> None:
        super().__init__(described)
        self._lacking = lacking

    def releases(self, index: str, name: str) -> Releases:
        if name in self._lacking:
            raise OfflineError([f"the page of `{name}`"])
        return super().releases(index, name)


def index_of(scenario: Scenario) -> MemoryIndex:
    index = _Offline(scenario.index, lacking=scenario.offline)
    index.listed = scenario.listed
    for name, described in scenario.indexes.items():
        index.add(f"https://{name}.test/simple/", described)
    return index


def preferred(scenario: Scenario) -> Resolution | None:
    if not scenario.prefer:
        return None
    pins = tuple(
        Pin(name=name, version=version)
        for name, _, version in (text.partition("==") for text in sorted(scenario.prefer))
    )
    major, minor = (int(part) for part in scenario.python.split(".")[:2])
    return Resolution({Cell("web", scenario.targets[0], PythonRange(major, minor)): pins})


def told(error: AssemblerError) -> str:
    errors = error.errors if isinstance(error, Faults) else (error,)
    lines = []
    for single in errors:
        place = f" [{single.origin}]" if single.origin else ""
        lines += [f"{single.message}{place}", *single.details]
        lines += [f"hint: {hint}" for hint in single.hints]
    return "\n".join(lines)


def cell_name(cell: Cell) -> str:
    end = "" if cell.python.end is None else str(cell.python.end)
    return f"{cell.program} {cell.target} {cell.python.first}-{end}"


def shown(pins: Sequence[Pin]) -> list[str]:
    return [f"{pin.name}=={pin.version}" for pin in pins]


@pytest.mark.parametrize("path", scenarios())
def test_scenario(path: Path):
    scenario = msgspec.convert(tomli.loads(path.read_text(encoding="utf-8")), Scenario, strict=True)
    index = index_of(scenario)
    expected = scenario.expected

    if expected.words:
        with pytest.raises(AssemblerError) as caught:
            solve(asked(scenario), index, prefer=preferred(scenario))
        assert told(caught.value).splitlines() == list(expected.words)
    else:
        warnings: list[str] = []
        resolution = solve(asked(scenario), index, prefer=preferred(scenario), warn=warnings.append)
        assert warnings == list(expected.warnings)
        check(resolution, expected)
        assert solve(asked(scenario), index_of(scenario), prefer=resolution) == resolution
    for name, urls in expected.asked.items():
        assert sorted({url for url, asked_name in index.asked if asked_name == name}) == urls


def check(resolution: Resolution, expected: Expected) -> None:
    if expected.pins is not None:
        for cell, pins in resolution.pins.items():
            assert (cell_name(cell), shown(pins)) == (cell_name(cell), list(expected.pins))
    if expected.excluded is not None:
        excluded = {name: sorted(names) for name, names in resolution.excluded.items()}
        assert excluded == expected.excluded
    if expected.cells:
        solved = {cell_name(cell): shown(pins) for cell, pins in resolution.pins.items()}
        assert solved == expected.cells
    first = {pin.name: pin for pin in resolution.pins[min(resolution.pins)]}
    for name, because in expected.because.items():
        assert first[name].because == because
    for name, files in expected.files.items():
        pin = first[name]
        sdist = (pin.sdist.filename,) if pin.sdist else ()
        assert (*(wheel.filename for wheel in pin.wheels), *sdist) == tuple(files)


def test_constraints_have_places():
    assert constraints({"a": "<3"}) == (Constraint("a", "<3", Origin(file=FILE, line=50)),)
