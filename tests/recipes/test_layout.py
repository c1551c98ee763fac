import pytest
from assembler_recipes.layout import DirectoryOptions, LayoutOptions, recipe

from assembler.api import (
    Assembled,
    AtDeployment,
    ConfigurationError,
    InstallFile,
    KeepDirectory,
    Place,
    Refresh,
    Step,
    Text,
    WriteFile,
)
from tests.recipes.parts import TARGET, part, text


def steps(options: LayoutOptions) -> tuple[Step, ...]:
    made = part(options, "state")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def written(options: LayoutOptions) -> dict[str, str | None]:
    return {
        step.path: step.content.literal for step in steps(options) if isinstance(step, WriteFile)
    }


def failure(directory: DirectoryOptions | str, **more: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        steps(LayoutOptions(dirs={"log": directory}, **more))
    return caught.value.message


def test_directories_in_the_prefix_are_kept_and_named():
    options = LayoutOptions(
        dirs={"log": DirectoryOptions(path="var/log", mode="0750"), "run": "var/run"}
    )

    assert steps(options) == (
        KeepDirectory(path="var/log", mode=0o750),
        KeepDirectory(path="var/run", mode=0o755),
    )
    assert recipe.outputs(part(options, "state")) == {
        "log": text(Place(root="prefix", path="var/log")),
        "run": text(Place(root="prefix", path="var/run")),
    }


def test_directories_elsewhere_are_made_by_systemd_when_they_are_deployed():
    options = LayoutOptions(
        dirs={
            "data": DirectoryOptions(path="/srv/my shop", mode="0700", age="10d"),
            "spool": DirectoryOptions(path="/var/spool/shop", user="mail"),
        },
        user="shop",
        group="web",
    )

    assert written(options) == {
        "sysusers.d/state.conf": "g web -\nu shop -:web -\n",
        "tmpfiles.d/state.conf": 'd "/srv/my shop" 0700 shop web 10d\n'
        'd "/var/spool/shop" 0755 mail web -\n',
    }
    assert [step.action for step in steps(options) if isinstance(step, AtDeployment)] == [
        InstallFile(path="/etc/sysusers.d/state.conf", source="sysusers.d/state.conf"),
        Refresh(command=(text("systemd-sysusers"), text("/etc/sysusers.d/state.conf"))),
        InstallFile(path="/etc/tmpfiles.d/state.conf", source="tmpfiles.d/state.conf"),
        Refresh(
            command=(text("systemd-tmpfiles"), text("--create"), text("/etc/tmpfiles.d/state.conf"))
        ),
    ]
    assert recipe.outputs(part(options, "state"))["data"] == Text.of("/srv/my shop")


@pytest.mark.parametrize(
    ("directory", "message"),
    [
        ("log", "`log` is not in `var`, where what outlasts builds is"),
        (
            DirectoryOptions(path="var/log", mode="rwx"),
            "`rwx` is no permission bits in octal, such as `0750`",
        ),
        (
            DirectoryOptions(path="var/log", user="shop"),
            (
                "`log` is in the prefix and belongs to whoever builds: "
                "it has no `user`, `group` or `age`"
            ),
        ),
    ],
)
def test_what_can_not_be_is_told(directory: DirectoryOptions | str, message: str):
    assert failure(directory) == message


def test_names_of_users_are_checked():
    assert failure("var/log", user="a b") == "`a b` can't be the name of a user"
