import pytest
from assembler_recipes.env_file import EnvFileOptions, recipe

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    Needs,
    Place,
    Secret,
    Step,
    Text,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.text import Quoted
from tests.recipes.parts import TARGET, part, text

HEAD = "# Made by assembler. Edits are lost: change the assembly and build it.\n"
DATA = Place(root="part", part="data", path="db")


def steps(options: EnvFileOptions) -> tuple[Step, ...]:
    return recipe.realise(part(options), Assembled(target=TARGET))


def fault(options: EnvFileOptions, **lines: int) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options, "app", **lines))
    return caught.value


def test_variables_are_written_and_shown():
    options = EnvFileOptions(to="./etc/app.env", values={"PORT": text("8080"), "EMPTY": text()})

    assert recipe.declare(part(options)) == Needs()
    assert recipe.outputs(part(options)) == {
        "path": text(Place(root="part", part="app", path="etc/app.env"))
    }
    assert steps(options) == (
        WriteFile(path="etc/app.env", content=text(f"{HEAD}PORT='8080'\nEMPTY=''\n")),
        Expose(path="etc/app.env", target="etc/app.env"),
    )


def test_places_and_secrets_are_quoted_once_they_are_known():
    dsn = Text.of("it's ", DATA, " ", Secret("PW"))
    options = EnvFileOptions(to="e", values={"DSN": dsn}, secrets=("TOKEN",))

    assert steps(options)[0] == WriteLiveFile(
        path="e",
        content=Text.of(
            HEAD,
            "DSN='it'\"'\"'s '",
            Quoted(DATA),
            "' '",
            Quoted(Secret("PW")),
            "\nTOKEN=",
            Quoted(Secret("TOKEN")),
            "\n",
        ),
    )


def test_a_variable_may_have_another_name_than_its_secret():
    options = EnvFileOptions(to="e", secrets={"PGPASSWORD": "db-password"})

    assert steps(options)[0] == WriteLiveFile(
        path="e", content=Text.of(HEAD, "PGPASSWORD=", Quoted(Secret("db-password")), "\n")
    )


def test_what_is_set_twice():
    error = fault(EnvFileOptions(to="e", values={"A": text("1")}, secrets=("B", "A")), secrets__1=7)

    assert (error.message, error.origin and error.origin.line) == (
        "the variable `A` is set twice",
        7,
    )
    assert fault(EnvFileOptions(to="e", secrets=("B", "B"))).message == (
        "the variable `B` is set twice"
    )


@pytest.mark.parametrize("name", ["1A", "A B", "é", "A-B", ""])
def test_what_is_no_variable(name: str):
    error = fault(EnvFileOptions(to="e", values={name: text("x")}))

    assert error.message == f"{name!r} is no name of an environment variable"
    assert error.hints == ()


def test_a_secret_whose_name_is_no_variable():
    error = fault(EnvFileOptions(to="e", secrets=("db-password",)), secrets__0=9)

    assert error.message == "'db-password' is no name of an environment variable"
    assert error.hints == ('write `{ VARIABLE = "SECRET" }`',)
    assert error.origin is not None
    assert error.origin.line == 9


def test_variables_that_shells_keep_for_themselves():
    assert fault(EnvFileOptions(to="e", values={"UID": text("0")})).message == (
        "the variable `UID` belongs to shells"
    )


@pytest.mark.parametrize("odd", ["\0", "\ufdd0", "\uffff", "\U0010fffe"])
def test_characters_that_not_every_reader_takes(odd: str):
    assert fault(EnvFileOptions(to="e", values={"A": text(f"a{odd}b")})).message == (
        "the variable `A` holds a character that not every reader takes"
    )


def test_a_path_that_leads_out():
    assert fault(EnvFileOptions(to="../e")).message == "`../e` leads out of its folder"
