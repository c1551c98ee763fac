"""`[for-each.NAME]` is expanded before anything else."""

from assembler.config.plain import plain
from tests.config.assemblies import HEAD, document, faults


def made(text: str) -> object:
    return plain(document(text).root)


def test_what_stands_there_is_made_for_each_name():
    text = """
[for-each.service]
names = ["accounts", "basket"]
vars.all."${name}" = ["acme-${name}", "${parts.${name}.dir}", "$${name}", 1]
"""
    assert made(text) == {
        "vars": {
            "all": {
                "accounts": ("acme-accounts", "${parts.accounts.dir}", "$${name}", 1),
                "basket": ("acme-basket", "${parts.basket.dir}", "$${name}", 1),
            }
        }
    }


def test_several_of_them_stand_beside_what_the_file_says():
    text = """
[vars]
first = 1
[for-each.a]
names = ["x"]
vars."${name}" = 2
[for-each.b]
names = ["x", "y"]
vars.b."${name}" = 3
"""
    assert made(text) == {"vars": {"first": 1, "x": 2, "b": {"x": 3, "y": 3}}}


def test_a_value_is_shown_where_it_is_written():
    text = '[for-each.a]\nnames = ["x"]\nvars."${name}" = 2\n'
    node = document(text).root.child("vars", "x")
    assert str(node and node.origin) == "assembly.toml:3"


def test_what_is_made_twice():
    text = '[vars]\nx = 1\n[for-each.a]\nnames = ["x", "y"]\nvars."${name}" = 2\nvars.z = 3\n'
    assert faults(HEAD + text) == (
        "`for-each.a` makes what stands elsewhere, too\n"
        '  at assembly.toml:8:6 |"${name}"|\n'
        "  the other one is at assembly.toml:5\n"
        "`for-each.a` makes what stands elsewhere, too\n"
        "  at assembly.toml:9:6 |z|\n"
        "  the other one is at assembly.toml:9"
    )
    part = '[parts.x]\nrecipe = "program"\n'
    text = part + '[for-each.a]\nnames = ["x"]\nparts."${name}".requires = []\n'
    assert faults(HEAD + text) == (
        "`for-each.a` makes what stands elsewhere, too\n"
        '  at assembly.toml:8:7 |"${name}"|\n'
        "  the other one is at assembly.toml:4"
    )


def test_what_is_wrong_in_it():
    assert faults(HEAD + '[for-each.a]\nname = ["x"]\n[for-each.b]\nnames = "x"\n') == (
        "missing key `names` of `for-each.a`\n"
        "  at assembly.toml:4:11 |a|\n"
        "`for-each.b.names` must be an array of text\n"
        '  at assembly.toml:7:9 |"x"|'
    )
    assert faults(HEAD + '[for-each.a]\nnames = ["x", 1, "x", "${y}"]\nwhen = []\n') == (
        "`for-each.a.names` must be an array of plain text\n"
        "  at assembly.toml:5:15 |1|\n"
        "`x` stands twice in `for-each.a`\n"
        '  at assembly.toml:5:18 |"x"|\n'
        "`for-each.a.names` must be an array of plain text\n"
        '  at assembly.toml:5:23 |"${y}"|\n'
        "`when` can't stand in `for-each.a`\n"
        "  at assembly.toml:6:8 |[]|"
    )
    assert faults("for-each = 1\n" + HEAD) == (
        "`for-each` must be a table, not a whole number\n  at assembly.toml:1:12 |1|"
    )


def test_it_does_not_grow_without_bounds():
    names = ", ".join(f'"n{i}"' for i in range(2_000))
    text = f'[for-each.a]\nnames = [{names}]\nvars."${{name}}" = {[1] * 600}\n'
    assert faults(HEAD + text).startswith("`for-each.a` grows beyond 1000000 values\n")
