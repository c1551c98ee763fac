"""Named selections of parts."""

from tests.config.assemblies import HEAD, faults, project

PARTS = "".join(
    f'[parts.{name}]\nrecipe = "program"\nrequires = []\n' for name in ("web", "job", "report")
)


def selections(text: str, *settings: str) -> dict[str, list[str]]:
    found = project(HEAD + text + PARTS, settings).selections
    return {name: sorted(parts) for name, parts in found.items()}


def test_selections_hold_parts_and_selections():
    text = '[assembly.select]\ndefault = ["all", "web"]\nall = ["job", "none"]\nnone = []\n'
    assert selections(text) == {"default": ["job", "web"], "all": ["job"], "none": []}
    assert selections(text, "parts.job.enabled=false")["default"] == ["web"]
    added = selections(text, "assembly.select.all.add=['report']")
    assert added["default"] == ["job", "report", "web"]


def test_selections_that_are_wrong():
    text = '[assembly.select]\na = ["wb", "b"]\nb = ["a"]\nweb = ["nothing"]\nc = ["c"]\n'
    assert faults(HEAD + text + PARTS) == (
        "there is no part or selection `wb`\n"
        '  at assembly.toml:5:6 |"wb"|\n'
        "  hint: did you mean `web`?\n"
        "selections contain each other in a ring: a → b → a\n"
        '  at assembly.toml:6:6 |"a"|\n'
        "`web` is both a selection and a part\n"
        '  at assembly.toml:7:7 |["nothing"]|\n'
        "  the part is at assembly.toml:9\n"
        "there is no part or selection `nothing`\n"
        '  at assembly.toml:7:8 |"nothing"|\n'
        "selections contain each other in a ring: c → c\n"
        '  at assembly.toml:8:6 |"c"|'
    )
