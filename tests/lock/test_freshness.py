from collections.abc import Callable

import pytest
from msgspec.structs import replace

from assembler.lock.freshness import edits, stale
from assembler.lock.inputs import Asked, closure, program_inputs
from assembler.model.lock import Lock, LockedArtifact, LockedRepository, TreeInput
from assembler.model.platforms import target_named
from assembler.model.project import Constraint, LockPolicy, Root, SolveGroup
from assembler.model.resolution import ProgramRequest
from assembler.model.sources import RepositoryRequest
from assembler.origin import Origin
from tests.lock.samples import INDEX, LINUX, MAC, WINDOWS, small_lock

OTHER = "https://other.example/simple/"
DATA = "https://files.example/data.zip"
MORE = "https://files.example/more.zip"

Edit = Callable[[Asked], Asked]


def at(line: int) -> Origin:
    return Origin(file="assembly.toml", line=line)


def roots(*requires: str) -> tuple[Root, ...]:
    return tuple(Root(text, at(12 + place)) for place, text in enumerate(requires))


WEB = ProgramRequest(name="web", roots=roots("flask>=3", "click"), python="3.12")
JOBS = ProgramRequest(name="jobs", roots=roots("flask<3", "lib"), python="3.12")
POLICY = LockPolicy(
    constraints=(Constraint("click", "<9", at(5)), Constraint("numpy", "<2", at(6))),
    exclude_newer="2026-10-01",
    prereleases=("flask",),
)
SOURCE = RepositoryRequest(url="https://git.example/src.git", rev="v1")
LIB = TreeInput(path="libs/lib", editable=False, digest="d" * 64)
ASKED = Asked(
    programs=(WEB, JOBS),
    index_of=lambda *_: INDEX,
    targets=(target_named(LINUX), target_named(WINDOWS)),
    policy=POLICY,
    trees={"lib": LIB},
    artifacts={DATA: None},
    checkouts=frozenset([SOURCE]),
)


def made_from(asked: Asked) -> Lock:
    """The small lock as it would be locked for a project."""
    bare = small_lock()
    artifacts = tuple(LockedArtifact(url=url, sha256="c" * 64, size=7) for url in asked.artifacts)
    repositories = tuple(
        LockedRepository(url=one.url, rev=one.rev, submodules=one.submodules, commit="d" * 40)
        for one in asked.checkouts
    )
    return replace(
        bare,
        exclude_newer="2026-10-01T00:00:00Z",
        exclude_newer_rule=asked.policy.exclude_newer,
        inputs={
            request.name: program_inputs(request, asked, closure(bare, request.name), asked.targets)
            for request in asked.programs
        },
        artifacts=artifacts,
        repositories=repositories,
    )


LOCK = made_from(ASKED)


def web(**fields: object) -> Edit:
    return lambda asked: replace(asked, programs=(replace(WEB, **fields), JOBS))


def policy(**fields: object) -> Edit:
    return lambda asked: replace(asked, policy=replace(POLICY, **fields))


def tree(**fields: object) -> Edit:
    return lambda asked: replace(asked, trees={"lib": replace(LIB, **fields)})


def project(**fields: object) -> Edit:
    return lambda asked: replace(asked, **fields)


EDITS = [
    (
        web(roots=roots("flask>=3.1", "click")),
        "`web` now requires `flask>=3.1` (assembly.toml:12), the lock was made for `flask>=3`",
    ),
    (web(roots=roots("flask>=3")), "`web` no longer requires `click`"),
    (
        web(roots=roots("flask>=3", "click", "rich")),
        "`web` now requires `rich` (assembly.toml:14)",
    ),
    (
        web(roots=roots("flask>=3", "flask<4", "click")),
        "`web` now requires `flask<4` (assembly.toml:13)",
    ),
    (
        web(roots=roots("flask>=3", "click", "no requirement")),
        "`web` now requires `no requirement` (assembly.toml:14)",
    ),
    (web(python="3.13"), "python of `web` is now 3.13, was 3.12"),
    (
        web(constraints=(Constraint("flask", "<4", at(20)),)),
        "constraint `flask` `<4` is new (assembly.toml:20)",
    ),
    (
        policy(constraints=(Constraint("Click", "<8.5", at(5)),)),
        "constraint `click` is now `<8.5` (assembly.toml:5), was `<9`",
    ),
    (policy(constraints=()), "constraint `click` `<9` is gone"),
    (policy(prereleases=("flask", "click")), "pre-releases of `click` are now allowed"),
    (
        project(
            programs=tuple(
                replace(one, solve_group=SolveGroup("site", at(3))) for one in (WEB, JOBS)
            )
        ),
        "`jobs` now shares its solve with `web`, before with nobody",
    ),
    (policy(prereleases=()), "pre-releases of `flask` are no longer allowed"),
    (policy(prereleases=("flask", "*")), "pre-releases of everything are now allowed"),
    (policy(sdists=("click",)), "the sdist of `click` may now be built"),
    (policy(sdists=("any",)), "any sdist may now be built"),
    (
        policy(resolution="lowest"),
        "the resolution of `jobs` is now `lowest`, was `highest`",
    ),
    (
        policy(exclude_newer="2026-11-01"),
        "`exclude-newer` is now `2026-11-01T00:00:00Z`, was `2026-10-01T00:00:00Z`",
    ),
    (policy(exclude_newer="7 days"), "`exclude-newer` is now `7 days`, was `2026-10-01T00:00:00Z`"),
    (
        policy(exclude_newer_of={"flask": "7  days"}),
        "`exclude-newer` of `flask` `7 days` is new",
    ),
    (
        project(index_rules={INDEX: "3 days"}),
        f"`exclude-newer` of `{INDEX}` `3 days` is new",
    ),
    (policy(exclude_newer=None), "`exclude-newer` `2026-10-01T00:00:00Z` is gone"),
    (tree(digest="e" * 64), "`lib` (libs/lib) has other metadata"),
    (tree(editable=True), "`lib` (libs/lib) is now editable"),
    (tree(path="packages/lib"), "`lib` now comes from `packages/lib`, was `libs/lib`"),
    (project(trees={}), "`lib` no longer comes from `libs/lib`"),
    (project(trees={"lib": LIB, "click": LIB}), "`click` now comes from `libs/lib`"),
    (
        project(index_of=lambda *_: OTHER),
        f"the index of `jobs` is now `{OTHER}`, was `{INDEX}`",
    ),
    (
        project(index_of=lambda name, _: OTHER if name == "click" else INDEX),
        f"the index of `click` is now `{OTHER}`, was `{INDEX}`",
    ),
    (
        project(
            index_of=lambda name, target: (
                OTHER if (name, target.name) == ("click", LINUX) else INDEX
            )
        ),
        f"the index of `click` on `linux-x86_64` is now `{OTHER}`, was `{INDEX}`",
    ),
    (
        project(targets=(*ASKED.targets, target_named(MAC))),
        "target `macos-arm64` was added",
    ),
    (
        project(targets=(replace(target_named(LINUX), oldest=(2, 17)),)),
        "target `linux-x86_64` is another machine now",
    ),
    (
        project(programs=(WEB, JOBS, replace(JOBS, name="report"))),
        "program `report` is new",
    ),
    (project(artifacts={DATA: None, MORE: None}), f"`{MORE}` is not in the lock"),
    (
        project(artifacts={DATA: "e" * 64}),
        f"the sha256 of `{DATA}` is now `{'e' * 64}`, was `{'c' * 64}`",
    ),
    (
        project(checkouts=frozenset([replace(SOURCE, rev="v2")])),
        f"`{SOURCE.url}` at `v2` is not in the lock",
    ),
    (
        project(checkouts=frozenset([replace(SOURCE, submodules=True)])),
        f"`{SOURCE.url}` at `v1` with submodules is not in the lock",
    ),
]


@pytest.mark.parametrize(("edit", "words"), EDITS, ids=[words for _, words in EDITS])
def test_an_edit_is_named(edit: Edit, words: str):
    found = stale(LOCK, edit(ASKED))

    assert found is not None
    assert found.edit == words


NO_EDITS = {
    "nothing": lambda asked: asked,
    "order of requirements": web(roots=tuple(reversed(WEB.roots))),
    "case, blanks and doubles": web(roots=roots("Flask >= 3", "click", "CLICK")),
    "order of programs": project(programs=(JOBS, WEB)),
    "order of targets": project(targets=tuple(reversed(ASKED.targets))),
    "targets left out": project(targets=()),
    "a constraint on what no program has": policy(
        constraints=(*POLICY.constraints, Constraint("rich", "<10", at(9)))
    ),
    "an exception for what no program has": policy(prereleases=("flask", "rich"), sdists=("rich",)),
    "a rule about upload times of what no program has": policy(exclude_newer_of={"rich": "false"}),
    "a rule about an index that nothing comes from": project(index_rules={OTHER: "false"}),
    "a source of what no program has": project(trees={"lib": LIB, "rich": LIB}),
    "a route of what no program has": project(
        index_of=lambda name, _: OTHER if name == "rich" else INDEX
    ),
    "the same instant in other words": policy(exclude_newer="2026-10-01T02:00:00+02:00"),
    "a hash that was not given before": project(artifacts={DATA: "c" * 64}),
    "a program that is gone": project(programs=(WEB,)),
    "a target that is gone": project(targets=(target_named(LINUX),)),
    "an artifact that is gone": project(artifacts={}),
    "a repository that is gone": project(checkouts=frozenset()),
}


@pytest.mark.parametrize("edit", NO_EDITS.values(), ids=NO_EDITS)
def test_what_does_not_matter_is_no_edit(edit: Edit):
    assert stale(LOCK, edit(ASKED)) is None


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (project(programs=(WEB,)), "program `jobs` is gone"),
        (project(targets=(target_named(LINUX),)), "target `windows-x86_64` is gone"),
        (project(artifacts={}), f"`{DATA}` is no longer asked for"),
        (project(checkouts=frozenset()), f"`{SOURCE.url}` at `v1` is no longer asked for"),
    ],
)
def test_what_nobody_asks_for_counts_where_it_is_checked(edit: Edit, words: str):
    found = stale(LOCK, edit(ASKED), strict=True)

    assert found is not None
    assert found.edit == words


def test_nothing_is_superfluous_in_a_fresh_lock():
    assert stale(LOCK, ASKED, strict=True) is None


def test_the_instant_of_a_duration_stays():
    asked = policy(exclude_newer="7  days")(ASKED)

    assert stale(made_from(asked), asked) is None


def test_all_edits_are_found_with_their_places():
    asked = replace(
        ASKED,
        targets=(target_named(MAC),),
        programs=(replace(WEB, roots=roots("flask>=4", "click"), python="3.13"), JOBS),
    )

    assert [(one.program, one.edit, one.origin) for one in edits(LOCK, asked)] == [
        (None, "target `macos-arm64` was added", None),
        (
            "web",
            "`web` now requires `flask>=4` (assembly.toml:12), the lock was made for `flask>=3`",
            at(12),
        ),
        ("web", "python of `web` is now 3.13, was 3.12", None),
    ]
