import pytest
from assembler_recipes.command import CommandOptions, recipe

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    FileDigest,
    Needs,
    Place,
    RunCommand,
    Step,
    Text,
    Undo,
)
from tests.recipes.parts import TARGET, part, text

MANAGE = Place(root="part", part="web", path="bin/manage")
RUN = (text(MANAGE), text("collectstatic"))


def steps(options: CommandOptions, files: dict[str, str] | None = None) -> tuple[Step, ...]:
    return recipe.realise(part(options), Assembled(target=TARGET, files=files or {}))


def test_its_inputs_are_needed():
    options = CommandOptions(run=RUN, inputs=("src/**", "./setup.py"), outputs=("static",))

    assert recipe.declare(part(options)) == Needs(files=("src/**", "setup.py"))


def test_it_runs_with_its_inputs_as_they_are():
    options = CommandOptions(
        run=RUN,
        inputs=("src/*",),
        outputs=("static/", "log.txt"),
        env={"TZ": text("UTC")},
        timeout=60,
    )

    assert steps(options, {"src/b": "2", "src/a": "1"}) == (
        RunCommand(
            argv=RUN,
            environment={"TZ": text("UTC")},
            inputs=(FileDigest("src/a", "1"), FileDigest("src/b", "2")),
            outputs=("static", "log.txt"),
            timeout=60,
        ),
    )


def test_a_string_is_split_as_sh_would():
    line = text(MANAGE, ' say "two words" --to=', MANAGE, r"/x \"")

    assert steps(CommandOptions(run=line, outputs=("o",))) == (
        RunCommand(
            argv=(
                text(MANAGE),
                text("say"),
                text("two words"),
                text("--to=", MANAGE, "/x"),
                text('"'),
            ),
            outputs=("o",),
        ),
    )


def test_a_script_is_given_to_sh():
    options = CommandOptions(shell=text("echo a > o; echo b >> o"), outputs=("o",))

    assert steps(options) == (
        RunCommand(
            argv=(text("/bin/sh"), text("-ec"), text("echo a > o; echo b >> o")), outputs=("o",)
        ),
    )


@pytest.mark.parametrize(
    ("expose", "shown"),
    [
        ((), ()),
        (("b", "a/x"), (("a/x", "a/x"), ("b", "b"))),
        ({"share/site": "a"}, (("share/site", "a"),)),
    ],
)
def test_outputs_are_shown_only_if_asked(
    expose: tuple[str, ...] | dict[str, str], shown: tuple[tuple[str, str], ...]
):
    _, *exposed = steps(CommandOptions(run=RUN, outputs=("a", "b"), expose=expose))

    assert exposed == [Expose(path=path, target=target) for path, target in shown]


def test_its_first_output_is_its_path():
    options = CommandOptions(run=RUN, outputs=("a", "b"))

    assert recipe.outputs(part(options)) == {
        "path": text(Place(root="part", part="app", path="a")),
    }


def test_it_is_undone_with_its_own_environment():
    options = CommandOptions(run=RUN, undo=text("drop shop"), env={"TZ": text("UTC")}, timeout=60)

    *_, undo = steps(options)
    assert undo == Undo(
        argv=(text("drop"), text("shop")), environment={"TZ": text("UTC")}, timeout=60
    )
    assert recipe.outputs(part(options)) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            CommandOptions(run=RUN, undo=RUN, at="deploy"),
            '`undo` does not go with `at = "deploy"`',
        ),
        (CommandOptions(outputs=("o",)), "part `app` must have one of `run` and `shell`"),
        (
            CommandOptions(run=RUN, shell=text("x"), outputs=("o",)),
            "part `app` must have one of `run` and `shell`",
        ),
        (
            CommandOptions(run=RUN, outputs=("o",), timeout=0),
            "`timeout` must be more than nothing",
        ),
        (CommandOptions(run=RUN, outputs=()), "part `app` has no `outputs`"),
        (CommandOptions(run=RUN, outputs=("../o",)), "`../o` leads out of its folder"),
        (CommandOptions(run=RUN, outputs=("o",), inputs=("/o",)), "`/o` leads out of its folder"),
        (
            CommandOptions(run=RUN, outputs=("o",), expose=("other",)),
            "`other` is none of the outputs of part `app`",
        ),
        (
            CommandOptions(run=RUN, outputs=("o",), expose={"/etc/o": "o"}),
            "`/etc/o` leads out of its folder",
        ),
    ],
)
def test_wrong_options_are_refused_at_once(options: CommandOptions, message: str):
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options))

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (text('echo "a'), "the command line can't be split: No closing quotation"),
        (text("  "), "the command line is empty"),
        ((), "the command line is empty"),
    ],
)
def test_a_wrong_command_line_is_refused(run: Text | tuple[Text, ...], message: str):
    with pytest.raises(ConfigurationError) as caught:
        steps(CommandOptions(run=run, outputs=("o",)))

    assert caught.value.message == message
