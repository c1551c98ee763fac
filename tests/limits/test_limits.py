"""Every limit counts, and is named by the error of what goes beyond it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from assembler.model.limits import DEFAULTS, Limits
from tests.limits import answers, archives, children, configuration
from tests.limits.trial import Trial

TABLES: Mapping[str, Mapping[str, Trial]] = {
    "project": configuration.TRIALS,
    "server": answers.TRIALS,
    "zip": archives.ZIPS,
    "tar": archives.TARS,
    "child": children.TRIALS,
}
CASES = [(table, name) for table, trials in TABLES.items() for name in trials]
PACED = {*answers.PACED, *children.PACED}


def test_the_table_is_tried_as_a_whole() -> None:
    assert {name for _, name in CASES} == set(Limits.__struct_fields__)


@pytest.mark.parametrize(("table", "name"), [case for case in CASES if case[1] not in PACED])
def test_what_is_beyond_a_limit_is_an_error_that_names_it(
    tmp_path: Path, table: str, name: str
) -> None:
    trial = TABLES[table][name]
    (tmp_path / "within").mkdir()
    (tmp_path / "beyond").mkdir()
    trial.work(trial.limits(name, trial.passes), tmp_path / "within")
    limits = trial.limits(name, trial.fails)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of several classes
        trial.work(limits, tmp_path / "beyond")
    named = limits.way_out("stall_time" if name == "stall_size" else name)
    if name == "tries":
        assert "(2 tries)" in str(caught.value)
    elif name == "archive_ratio_from":
        assert limits.way_out("archive_ratio") in getattr(caught.value, "hints", ())
    else:
        assert named in getattr(caught.value, "hints", ())


@pytest.mark.parametrize(("table", "name"), [case for case in CASES if case[1] in PACED])
def test_what_a_limit_paces_stays_within_it(tmp_path: Path, table: str, name: str) -> None:
    trial = TABLES[table][name]
    for value in (trial.passes, trial.fails):
        observed = trial.work(trial.limits(name, value), tmp_path)
        assert isinstance(observed, int | float)
        assert value / 2 <= observed <= value


def test_a_limit_is_what_the_user_configuration_says() -> None:
    names = {field.encode_name for field in msgspec.structs.fields(Limits)}
    assert {name.replace("_", "-") for name in Limits.__struct_fields__} == names
    hint = "the limit is `limits.nesting = 50`, and the user configuration can raise it"
    assert DEFAULTS.way_out("nesting") == hint
