import pytest
from assembler_recipes.git import GitOptions, recipe

from assembler.api import (
    Assembled,
    CheckoutCommit,
    ConfigurationError,
    Expose,
    LockedRepository,
    LockedSubmodule,
    Needs,
    Place,
    RepositoryRequest,
    Step,
)
from tests.recipes.parts import TARGET, part, text

URL = "https://git.example/src.git"
LOCKED = LockedRepository(url=URL, commit="a" * 40)
NESTED = LockedRepository(
    url=URL,
    submodules=True,
    commit="a" * 40,
    modules=(
        LockedSubmodule(path="lib", url="https://git.example/lib.git", commit="b" * 40),
        LockedSubmodule(path="lib/deep", url="https://git.example/deep.git", commit="c" * 40),
    ),
)


def steps(options: GitOptions, locked: LockedRepository = LOCKED) -> tuple[Step, ...]:
    return recipe.realise(part(options), Assembled(target=TARGET, repositories=(locked,)))


def test_the_commit_is_locked():
    options = GitOptions(url=URL, rev="v1", submodules=True)

    assert recipe.declare(part(options)) == Needs(
        repositories=(RepositoryRequest(url=URL, rev="v1", submodules=True),)
    )


def test_the_commit_is_the_parts_directory():
    assert steps(GitOptions(url=URL)) == (CheckoutCommit(path=".", url=URL, commit="a" * 40),)


def test_submodules_stand_in_it():
    assert steps(GitOptions(url=URL, submodules=True), NESTED) == (
        CheckoutCommit(path=".", url=URL, commit="a" * 40),
        CheckoutCommit(path="lib", url="https://git.example/lib.git", commit="b" * 40),
        CheckoutCommit(path="lib/deep", url="https://git.example/deep.git", commit="c" * 40),
    )


def test_it_is_shown_where_to_says():
    options = GitOptions(url=URL, submodules=True, to="share/src/")

    assert [step.path for step in steps(options, NESTED) if isinstance(step, CheckoutCommit)] == [
        "share/src",
        "share/src/lib",
        "share/src/lib/deep",
    ]
    assert steps(options, NESTED)[-1] == Expose(path="share/src", target="share/src")


@pytest.mark.parametrize(("to", "path"), [(None, ""), ("share/src", "share/src")])
def test_the_folder_is_an_output(to: str | None, path: str):
    place = Place(root="part", part="app", path=path)

    assert recipe.outputs(part(GitOptions(url=URL, to=to))) == {"path": text(place)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (GitOptions(url="src.git"), "`src.git` is no URL"),
        (GitOptions(url="git@git.example:src.git"), "`git@git.example:src.git` is no URL"),
        (GitOptions(url="http://git.example/src"), "`http://git.example/src` is no URL"),
        (GitOptions(url="https://["), "`https://[` is no URL"),
        (GitOptions(url="ext::sh -c id"), "`ext::sh -c id` is no URL"),
        (
            GitOptions(url="https://token@git.example/src"),
            "a URL in the file can't hold credentials",
        ),
        (GitOptions(url=URL, rev="-x"), "`-x` is no revision"),
        (GitOptions(url=URL, rev="a..b"), "`a..b` is no revision"),
        (GitOptions(url=URL, to="../x"), "`../x` leads out of its folder"),
    ],
)
def test_wrong_options_are_refused_at_once(options: GitOptions, message: str):
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options))

    assert caught.value.message == message
