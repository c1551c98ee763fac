"""Which rules about upload times are inputs of a program."""

from assembler.lock.upload_times import bare, counting, index_rules
from assembler.model.project import IndexRoute, LockPolicy
from assembler.origin import Origin

URL = "https://index.example/simple/"
HERE = Origin(file="assembly.toml")
POLICY = LockPolicy(exclude_newer="7 days", exclude_newer_of={"lib": "false", "other": "1 day"})


def route(url: str = URL, *, rule: str | None = None, timed: bool = True) -> IndexRoute:
    return IndexRoute(
        name="main", url=url, default=True, exclude_newer=rule, upload_time=timed, origin=HERE
    )


def test_an_index_counts_where_it_says_something_else():
    assert index_rules(POLICY, [route()]) == {}
    assert index_rules(POLICY, [route(rule="7  days")]) == {}
    assert index_rules(POLICY, [route(rule="false")]) == {URL: "false"}
    assert index_rules(POLICY, [route(rule="2026-10-01")]) == {URL: "2026-10-01T00:00:00Z"}


def test_an_index_without_upload_times_counts_where_it_matters():
    assert index_rules(POLICY, [route(timed=False)]) == {URL: "7 days, or no upload time"}
    assert index_rules(LockPolicy(), [route(timed=False)]) == {}


def test_credentials_are_left_out():
    found = index_rules(POLICY, [route("https://me:secret@index.example/simple/", rule="1 day")])

    assert found == {URL: "1 day"}


def test_what_the_program_has_counts():
    rules = {URL: "1 day", "https://other.example/": "2 days"}

    assert counting(POLICY, rules, ["lib", "free"], [URL]) == {"lib": "false", URL: "1 day"}


def test_a_rule_without_what_is_added():
    assert bare("7 days, or no upload time") == bare("7 days") == "7 days"
