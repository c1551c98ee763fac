"""Parts that recipes make of other parts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import msgspec
import pytest

from assembler import graph
from assembler.config.compose import compose
from assembler.config.document import assignments, parse
from assembler.config.schema import Checked, check
from assembler.errors import AssemblerError, ConfigurationError, Faults, RecipeBug
from assembler.model.limits import DEFAULTS
from assembler.model.part import ExpandedPart, Part, PartName
from assembler.model.platforms import target_named
from assembler.model.text import Output, Place, Text
from assembler.recipe import Recipe
from tests.config.assemblies import HEAD, RECIPES, Program, Tiny

Makes = Callable[[Part], tuple[ExpandedPart, ...]]


class SiteOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    names: tuple[str, ...] = ("web",)
    greeting: Text = Text()
    workers: int | None = None


class Expanding(Tiny):
    """A recipe that makes parts as a function says."""

    def __init__(self, makes: Makes) -> None:
        super().__init__(SiteOptions)
        self._makes = makes

    def expand(self, part: Part) -> tuple[ExpandedPart, ...]:
        return self._makes(part)


def site(part: Part) -> tuple[ExpandedPart, ...]:
    """A program for each name, and a file that refers to all of them."""
    options = part.typed(SiteOptions)
    named = {name: f"{part.name}-{name}" for name in options.names}
    programs = (
        ExpandedPart(
            name=full,
            recipe="program",
            options={
                "requires": (name,),
                "workers": options.workers,
                "env": {"HELLO": options.greeting, "LITERAL": "${name}"},
            },
        )
        for name, full in named.items()
    )
    paths = (Text.of(Output(full, ("bin", name)), " ") for name, full in named.items())
    own = Text((Place("part", part=f"{part.name}-list"),))
    listing = ExpandedPart(
        name=f"{part.name}-list",
        recipe="file",
        options={"to": "list", "text": Text.of(*paths), "vars": {"own": own, "ratio": 0.5}},
        needs=tuple(named.values()),
    )
    return (*programs, listing)


def checked(text: str, makes: Makes = site, settings: Sequence[str] = (), **how: Any) -> Checked:
    recipes: Mapping[str, Recipe] = {**RECIPES, "site": Expanding(makes)}
    document = parse(HEAD + text, "assembly.toml")
    local = [parse(how["local"], "assembly.local.toml", local=True)] if "local" in how else []
    target = target_named(how["target"]) if "target" in how else None
    return check(
        compose([document, *local, *([assignments(settings)] if settings else [])], target),
        recipes=recipes,
        folder=PurePath("/srv/shop"),
        environment=how.get("environment", {}),
    )


def parts(text: str, makes: Makes = site, settings: Sequence[str] = (), **how: Any):
    return checked(text, makes, settings, **how).project.parts


def told(text: str, makes: Makes = site, **how: Any) -> list[str]:
    with pytest.raises(AssemblerError) as raised:
        checked(text, makes, **how)
    error = raised.value
    errors = error.errors if isinstance(error, Faults) else (error,)
    return [f"{each.origin}: {each.message}" for each in errors]


SITE = '[parts.shop]\nrecipe = "site"\nnames = ["web", "worker"]\n'


def test_a_part_expands_to_others_that_are_like_written_ones():
    found = parts(SITE + 'greeting = "hi"\n[parts.last]\nrecipe = "file"\nto = "x"\n')
    assert list(found) == ["shop", "shop-web", "shop-worker", "shop-list", "last"]
    assert found[PartName("shop")].expansion == ("shop-web", "shop-worker", "shop-list")
    assert found[PartName("shop")].edges == {"shop-web", "shop-worker", "shop-list"}
    program = found[PartName("shop-web")]
    assert program.typed(Program).requires == ("web",)
    assert program.typed(Program).workers == 1
    assert program.values["env"] == {"HELLO": "hi", "LITERAL": "${name}"}


def test_what_they_refer_to_are_edges():
    found = parts(SITE)[PartName("shop-list")]
    assert found.edges == {"shop-web", "shop-worker"}
    assert found.needs == ("shop-web", "shop-worker")
    assert found.values["text"] == Text(
        (
            Output("shop-web", ("bin", "web")),
            " ",
            Output("shop-worker", ("bin", "worker")),
            " ",
        )
    )


def test_every_place_in_them_is_that_of_the_part_they_were_made_of():
    for name, part in parts("[vars]\nx = 1\n" + SITE).items():
        assert str(part.origin) == "assembly.toml:6"
        assert part.origin.key.endswith(name)
        if name != "shop":
            assert part.origin_of("env", "HELLO").excerpt == "[parts.shop]"


def test_written_parts_refer_to_them_and_they_to_written_ones():
    text = """
[assembly.select]
some = ["shop-web"]
[parts.first]
recipe = "file"
to = "x"
text = "${parts.shop-web.bin.web} ${parts.shop-list.path}"
needs = ["shop-worker"]
[parts.under]
recipe = "file"
to = "y"
"""
    found = checked(
        '[assembly.select]\nsome = ["shop-web"]\n'
        + text.replace('[assembly.select]\nsome = ["shop-web"]\n', "")
        + SITE
        + 'greeting = "${parts.under.dir}"\n'
    ).project
    assert found.parts[PartName("first")].edges == {"shop-web", "shop-list", "shop-worker"}
    assert found.parts[PartName("shop-web")].edges == {"under"}
    assert found.selections == {"some": {"shop-web"}}
    names = [part.name for part in graph.order(found.parts)]
    assert names == ["under", "shop-web", "shop-worker", "shop-list", "first", "shop"]


def test_the_graph_says_that_a_part_expands_to_others():
    part = parts(SITE)[PartName("shop")]
    (reason,) = graph.reasons(part, PartName("shop-web"))
    assert (reason.kind, reason.key, str(reason.origin)) == ("expansion", (), "assembly.toml:4")


def test_they_stand_in_the_shown_configuration():
    root = checked(SITE).resolved.root
    node = root.child("parts", "shop-web", "requires")
    assert node is not None
    assert str(node.origin) == "assembly.toml:4"


def test_what_is_written_without_a_recipe_lies_over_what_was_made():
    amended = """
[parts.shop-web]
workers = 3
requires.add = ["extra"]
env.HELLO = "${self.workers} for ${self.name}"
[parts.shop-worker]
enabled = false
"""
    settings = ["parts.shop-web.ratio=2", "parts.shop-list.needs=['shop-web']"]
    settings.append("parts.shop-list.text=x")
    found = parts(SITE + amended, settings=settings)
    assert list(found) == ["shop", "shop-web", "shop-list"]
    assert found[PartName("shop")].edges == {"shop-web", "shop-list"}
    program = found[PartName("shop-web")].typed(Program)
    assert (program.workers, program.ratio, program.requires) == (3, 2.0, ("web", "extra"))
    assert program.env == {"HELLO": Text.of("3 for shop-web"), "LITERAL": Text.of("${name}")}
    assert str(found[PartName("shop-web")].origin_of("workers")) == "assembly.toml:9"


def test_presets_and_conditions_lie_over_what_was_made():
    text = (
        SITE.replace('recipe = "site"', 'inherits = ["sites"]')
        + """
[presets.sites]
recipe = "site"
workers = 2
[presets.greedy]
greedy = true
[parts.shop-web]
inherits = ["greedy"]
[[when]]
marker = "sys_platform == 'linux'"
parts.shop-worker.workers = 5
[[when]]
marker = "sys_platform == 'darwin'"
parts.shop-worker.enabled = false
"""
    )
    found = parts(text, target="linux-x86_64")
    web, worker = (found[PartName(name)].typed(Program) for name in ("shop-web", "shop-worker"))
    assert (web.workers, web.greedy, worker.workers, worker.greedy) == (2, True, 5, False)
    with pytest.raises(ConfigurationError, match="part `shop-worker` is disabled"):
        parts(text, target="macos-arm64")


def test_a_recipe_out_of_a_preset_is_a_clash_too():
    text = (
        SITE
        + '[presets.files]\nrecipe = "file"\nto = "x"\n[parts.shop-web]\ninherits = ["files"]\n'
    )
    assert told(text) == [
        "assembly.toml:4: part `shop` expands to `shop-web`, and that is written, too"
    ]


def test_parts_expand_again():
    def nested(part: Part) -> tuple[ExpandedPart, ...]:
        options = part.typed(SiteOptions)
        if len(options.names) < 2:
            return ()
        name = f"{part.name}{options.names[0]}"
        return (ExpandedPart(name=name, recipe="site", options={"names": options.names[1:]}),)

    found = parts('[parts.a]\nrecipe = "site"\nnames = ["b", "c", "d"]\n', nested)
    assert {name: part.expansion for name, part in found.items()} == {
        "a": ("ab",),
        "ab": ("abc",),
        "abc": (),
    }


def test_a_disabled_part_expands_to_nothing():
    assert list(parts(SITE + "enabled = false\n")) == []


def test_the_recipe_may_be_a_reference():
    found = parts('[vars]\nkind = "site"\n[parts.a]\nrecipe = "${vars.kind}"\n')
    assert list(found) == ["a", "a-web", "a-list"]


def test_a_name_that_is_written_is_a_clash():
    written = '[parts.shop-web]\nrecipe = "file"\nto = "x"\n'
    with pytest.raises(ConfigurationError) as raised:
        checked(SITE + written)
    assert raised.value.message == ("part `shop` expands to `shop-web`, and that is written, too")
    assert raised.value.details == ("the other one is at assembly.toml:7",)
    assert str(raised.value.origin) == "assembly.toml:4"


def test_a_name_that_two_parts_expand_to_is_a_clash():
    def same(part: Part) -> tuple[ExpandedPart, ...]:
        return (ExpandedPart(name="web", recipe="file", options={"to": part.name}),)

    assert told('[parts.a]\nrecipe = "site"\n[parts.b]\nrecipe = "site"\n', same) == [
        "assembly.toml:6: part `b` expands to `web`, as part `a` does"
    ]


def test_a_name_that_stands_twice_or_is_its_own_is_a_clash():
    one = ExpandedPart(name="x", recipe="file", options={"to": "x"})
    assert told('[parts.a]\nrecipe = "site"\n', lambda _: (one, one)) == [
        "assembly.toml:4: part `a` expands to `x` twice"
    ]
    assert told('[parts.x]\nrecipe = "site"\n', lambda _: (one,)) == [
        "assembly.toml:4: part `x` expands to `x`, and that is written, too"
    ]


def test_expansion_is_bounded():
    def endless(part: Part) -> tuple[ExpandedPart, ...]:
        return (ExpandedPart(name=f"{part.name}a", recipe="site"),)

    names = [f"p{'a' * count}" for count in range(DEFAULTS.expansion_depth + 1)]
    with pytest.raises(ConfigurationError) as raised:
        checked('[parts.p]\nrecipe = "site"\n', endless)
    assert (
        raised.value.message
        == f"part `{names[-1]}` expands deeper than {DEFAULTS.expansion_depth} levels"
    )
    assert raised.value.details == (" → ".join(names),)

    def many(part: Part) -> tuple[ExpandedPart, ...]:
        names = (f"{part.name}-{count}" for count in range(DEFAULTS.expanded_parts + 1))
        return tuple(ExpandedPart(name=each, recipe="file", options={"to": "x"}) for each in names)

    assert told('[parts.p]\nrecipe = "site"\n', many) == [
        f"assembly.toml:4: part `p` and others expand to more than {DEFAULTS.expanded_parts} parts"
    ]


def test_faults_in_what_a_recipe_makes_stand_at_its_part():
    def wrong(_: Part) -> tuple[ExpandedPart, ...]:
        return (
            ExpandedPart(name="a/b", recipe="file", options={"to": "x"}),
            ExpandedPart(name="c", recipe="program", options={"require": ("x",)}),
            ExpandedPart(name="d", recipe="nothing"),
            ExpandedPart(
                name="e",
                recipe="file",
                options={"to": "x", "text": Text.of("see ", Output("f", ("path",)))},
                needs=("g",),
            ),
        )

    assert told('[parts.a]\nrecipe = "site"\n', wrong) == [
        'assembly.toml:4: the name "a/b" of a part holds a slash',
        "assembly.toml:4: unknown key `require` of a `program`",
        "assembly.toml:4: unknown recipe `nothing`",
        "assembly.toml:4: unknown part `g`",
        "assembly.toml:4: unknown part `f`",
    ]


def test_what_is_disabled_is_not_referred_to():
    assert told(SITE + "[parts.shop-web]\nenabled = false\n") == [
        "assembly.toml:4: part `shop-web` is disabled"
    ]


def test_while_a_part_is_wrong_no_reference_to_a_part_is():
    text = SITE + 'colour = "red"\n[parts.x]\nrecipe = "file"\nto = "x"\nneeds = ["shop-web"]\n'
    text += 'text = "${parts.shop-web.bin.x}"\n'
    select = '[assembly.select]\nsome = ["shop-web"]\n'
    assert told(select + text) == ["assembly.toml:9: unknown key `colour` of a `site`"]


def test_a_misspelt_name_of_what_was_made():
    with pytest.raises(ConfigurationError) as raised:
        checked(SITE + "[parts.shop-wbe]\nworkers = 2\n")
    assert raised.value.message == "missing key `recipe` of part `shop-wbe`"
    assert raised.value.hints == ("did you mean `shop-web`?",)


def test_what_lies_over_what_could_not_be_made_is_no_fault():
    wrong = SITE + "colour = 1\n[parts.shop-web]\nworkers = 2\n"
    assert told(wrong) == ["assembly.toml:7: unknown key `colour` of a `site`"]


def test_what_a_recipe_refuses():
    def refuses(part: Part) -> tuple[ExpandedPart, ...]:
        raise ConfigurationError("no names", origin=part.origin_of("names"))

    assert told(SITE, refuses) == ["assembly.toml:6: no names"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"to": b"x"}, "`parts.x.to` can't be b'x'"),
        ({"to": float("nan")}, "`parts.x.to` can't be nan"),
        ({"vars": {1: 2}}, "1 can't be a key"),
        ({"recipe": "file"}, "`recipe` is no option of a part"),
    ],
)
def test_what_no_file_could_say_is_a_bug_of_the_recipe(options: Any, message: str):
    made = ExpandedPart(name="x", recipe="file", options=options)
    with pytest.raises(RecipeBug, match="recipe `site` crashed on part `shop`") as raised:
        checked(SITE, lambda _: (made,))
    assert str(raised.value.__cause__) == message


def test_neither_the_environment_nor_a_local_file_decides_what_it_expands_to():
    text = '[parts.shop]\nrecipe = "site"\ngreeting = "${env.HELLO}"\n'
    assert told(text, environment={"HELLO": "hi"}) == [
        "assembly.toml:6: the environment variable `HELLO` can't decide what is locked"
    ]
    (message,) = told(SITE, local="parts.shop.workers = 7\n")
    assert message.startswith("assembly.local.toml:1: `assembly.local.toml` can't decide what")
    amended = '[parts.shop-web]\nenv.HELLO = "${env.HELLO}"\n'
    found = parts(SITE + amended, environment={"HELLO": "hi"}, local="parts.shop-web.workers = 7")
    program = found[PartName("shop-web")].typed(Program)
    assert (program.env["HELLO"], program.workers) == (Text.of("hi"), 7)
