"""Presets: what parts inherit, and say over."""

from tests.config.assemblies import HEAD, document, faults, project

SERVICE = """
[presets.one]
recipe = "program"
requires = ["a"]
env = { COLOUR = "one", PORT = "${self.workers}", NAME = "${self.name}" }
[presets.two]
requires.add = ["b"]
env.COLOUR = "two"
"""


def values(text: str) -> dict[str, object]:
    return {name: part.values for name, part in project(HEAD + text).parts.items()}


def test_a_part_says_over_what_it_inherits():
    both = '["one", "two"]'
    found = values(
        SERVICE
        + f"[parts.x]\ninherits = {both}\nworkers = 2\n[parts.y]\ninherits = {both}\n"
        + 'workers = 3\nenv.COLOUR = "own"\nrequires.add = ["c"]\n'
    )
    assert found == {
        "x": {
            "requires": ("a", "b"),
            "env": {"COLOUR": "two", "PORT": 2, "NAME": "x"},
            "workers": 2,
        },
        "y": {
            "requires": ("a", "b", "c"),
            "env": {"COLOUR": "own", "PORT": 3, "NAME": "y"},
            "workers": 3,
        },
    }


def test_presets_inherit_from_presets_each_once():
    text = SERVICE + (
        '[presets.three]\ninherits = ["one"]\nrequires.add = ["3"]\n'
        '[presets.four]\ninherits = ["one", "three"]\nrequires.add = ["4"]\n'
        '[parts.x]\ninherits = ["three", "four"]\nworkers = 1\n'
    )
    assert values(text)["x"]["requires"] == ("a", "3", "4")  # type: ignore[index]


def test_what_is_inherited_can_change_in_a_later_layer():
    text = SERVICE + '[parts.x]\ninherits = ["one"]\n[parts.y]\ninherits.add = ["one"]\n'
    found = project(
        HEAD + text,
        ["presets.one.workers=7", "parts.x.inherits.add=['two']", "parts.y.enabled=false"],
    )
    assert [
        (name, part.values["workers"], part.values["requires"])
        for name, part in found.parts.items()
    ] == [("x", 7, ("a", "b"))]


def test_a_value_remembers_which_preset_it_comes_from_and_what_it_overrode():
    root = document(HEAD + SERVICE + '[parts.x]\ninherits = ["one", "two"]\n').root
    colour = root.child("parts", "x", "env", "COLOUR")
    assert colour is not None
    assert (str(colour.origin), [str(each.origin) for each in colour.overrode]) == (
        "assembly.toml:11",
        ["assembly.toml:8"],
    )
    assert "presets" not in root.table


def test_presets_that_are_wrong():
    assert faults(HEAD + '[parts.x]\ninherits = ["servce"]\n[presets.service]\n') == (
        "part `x` inherits from an unknown preset `servce`\n"
        '  at assembly.toml:5:13 |"servce"|\n'
        "  hint: did you mean `service`?"
    )
    assert faults(HEAD + '[presets.a]\ninherits = ["b"]\n[presets.b]\ninherits = ["a"]') == (
        "presets inherit from each other in a ring: a → b → a\n  at assembly.toml:6:10 |b|"
    )
    assert faults(HEAD + '[parts.x]\ninherits = "a"\n[presets]\na = 1\n') == (
        "`parts.x.inherits` must be an array of text, not text\n"
        '  at assembly.toml:5:12 |"a"|\n'
        '  hint: write ["a"]\n'
        "`presets.a` must be a table, not a whole number\n"
        "  at assembly.toml:7:5 |1|"
    )
    assert faults("presets = 1\n" + HEAD) == (
        "`presets` must be a table, not a whole number\n  at assembly.toml:1:11 |1|"
    )
    assert faults(HEAD + "[parts.x]\ninherits = [1]\n") == (
        "part `x` inherits from a whole number, not from a preset\n  at assembly.toml:5:13 |1|"
    )
