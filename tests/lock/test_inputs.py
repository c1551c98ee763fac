import msgspec
import pytest

from assembler.lock.inputs import Asked, closure, program_inputs, requirement_text, specifier_text
from assembler.model.lock import ProgramInputs, TreeInput
from assembler.model.platforms import target_named
from assembler.model.project import Constraint, LockPolicy, Root, TargetName
from assembler.model.resolution import ProgramRequest
from assembler.model.target import Target
from assembler.origin import Origin
from tests.lock.samples import INDEX, small_lock

HERE = Origin(file="assembly.toml", line=7)
OTHER = "https://other.example/simple/"
TARGETS = (target_named("linux-x86_64"), target_named("macos-arm64"))
LIB = TreeInput(path="libs/lib", editable=False, digest="d" * 64)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Flask", "flask"),
        ("Zope.Interface >= 5", "zope-interface>=5"),
        ("flask<4 , >=3", "flask<4,>=3"),
        ("celery[Redis, auth]>=5", "celery[auth,redis]>=5"),
        ("tomli ; python_version<'3.11'", 'tomli ; python_version < "3.11"'),
        ("lib @ https://files.example/lib.zip", "lib @ https://files.example/lib.zip"),
        ("flask >=", "flask >="),
    ],
)
def test_a_requirement_has_one_form(written: str, canonical: str):
    assert requirement_text(written) == canonical
    assert requirement_text(canonical) == canonical


def test_a_specifier_has_one_form():
    assert specifier_text(" >=1.2 , <2,>=1.2") == "<2,>=1.2"
    assert specifier_text("") == ""


def test_the_closure_is_what_any_cell_has():
    assert closure(small_lock(), "web") == {"flask", "click", "colorama"}
    assert closure(small_lock(), "jobs") == {"flask", "click", "colorama", "lib"}


def asked(policy: LockPolicy | None = None) -> Asked:
    return Asked(
        programs=(),
        index_of=lambda name, _: OTHER if name.startswith("acme-") else INDEX,
        policy=policy or LockPolicy(),
        trees={"lib": LIB, "unused": LIB},
    )


def request(*requires: str, constraints: tuple[Constraint, ...] = ()) -> ProgramRequest:
    return ProgramRequest(
        name="web",
        roots=tuple(Root(text, HERE) for text in requires),
        python="3.12",
        constraints=constraints,
    )


def test_only_what_is_about_the_closure_counts():
    policy = LockPolicy(
        constraints=(Constraint("Flask", "<4", HERE), Constraint("numpy", "<3", HERE)),
        prereleases=("Flask", "numpy"),
        sdists=("numpy", "any"),
    )
    own = (Constraint("flask", ">=3", HERE),)

    assert program_inputs(
        request("Flask", "lib", "flask", constraints=own),
        asked(policy),
        frozenset({"flask", "lib", "click", "acme-tools"}),
        TARGETS,
    ) == ProgramInputs(
        requires=("flask", "lib"),
        python="3.12",
        constraints={"flask": "<4,>=3"},
        prereleases=("flask",),
        sdists=("any",),
        sources={"lib": LIB},
        indexes={"*": INDEX, "acme-tools": OTHER},
    )


def test_credentials_of_an_index_are_no_input():
    secret = Asked(programs=(), index_of=lambda *_: "https://user:secret@index.example/simple/")

    found = program_inputs(request("flask"), secret, frozenset({"flask"}), TARGETS)
    assert found.indexes == {"*": INDEX}


def test_a_program_without_distributions_has_no_index():
    assert program_inputs(request(), asked(), frozenset(), TARGETS).indexes == {}


def test_a_name_from_several_indexes_is_said_for_each_target():
    def index_of(name: str, target: Target) -> str:
        return OTHER if name == "torch" and target.system == "linux" else INDEX

    found = program_inputs(
        request("torch"),
        Asked(programs=(), index_of=index_of),
        frozenset({"torch", "flask"}),
        TARGETS,
    )
    assert found.indexes == {
        "*": INDEX,
        "torch on linux-x86_64": OTHER,
        "torch on macos-arm64": INDEX,
    }
    here = msgspec.structs.replace(request("torch"), targets=(TargetName("linux-x86_64", HERE),))
    narrowed = program_inputs(
        here, Asked(programs=(), index_of=index_of), frozenset({"torch"}), TARGETS
    )
    assert narrowed.indexes == {"*": OTHER}
