"""Constraints and overrides that are about nothing in the lock, and how they count as inputs."""

from inline_snapshot import snapshot
from msgspec.structs import replace

from assembler.lock.freshness import edits
from assembler.lock.inputs import Asked, program_inputs
from assembler.lock.pylock import dumps, loads
from assembler.lock.unused import unused
from assembler.model.lock import Lock
from assembler.model.project import Constraint, LockPolicy, Override, Root
from assembler.model.resolution import ProgramRequest
from assembler.origin import Origin
from tests.lock.samples import INDEX, LINUX, PYTHON, lock, pin

WHERE = Origin(file="assembly.toml", line=7)
OTHER = Origin(file="assembly.toml", line=20)
URLLIB3 = Override(name="urllib3", specifier="==2.2.1", because="CVE fix", origin=WHERE)
WITHOUT = Override(name="windows-only", exclude=True, because="elsewhere", origin=WHERE)


def asked(*overrides: Override, own: tuple[Override, ...] = ()) -> Asked:
    return Asked(
        programs=(
            ProgramRequest(
                name="web",
                roots=(Root("requests", WHERE),),
                python="3.12",
                constraints=(Constraint("mine", "<1", WHERE),),
                overrides=own,
            ),
        ),
        index_of=lambda *_: INDEX,
        policy=LockPolicy(overrides=overrides, constraints=(Constraint("other", "<2", WHERE),)),
    )


def locked(question: Asked, excluded: frozenset[str] = frozenset()) -> Lock:
    made = lock(
        {
            ("web", LINUX, PYTHON): [
                pin("requests", "2.0", ["urllib3"]),
                pin("urllib3", "2.2.1"),
            ]
        }
    )
    names = frozenset({"requests", "urllib3"}) | excluded
    (request,) = question.programs
    return replace(made, inputs={"web": program_inputs(request, question, names, made.targets)})


def told(before: Asked, after: Asked, excluded: frozenset[str] = frozenset()) -> list[str]:
    return [edit.edit for edit in edits(locked(before, excluded), after)]


def test_what_is_about_nothing_is_told():
    own = (replace(URLLIB3, name="absent"), replace(URLLIB3, name="withdrawn", specifier=None))
    question = asked(URLLIB3, WITHOUT, own=own)

    assert unused(locked(question), question) == snapshot(
        (
            "the constraint on `other` (assembly.toml:7) is not used: nothing asks for it",
            "the override of `windows-only` (assembly.toml:7) is not used: nothing asks for it",
            "the constraint on `mine` of `web` (assembly.toml:7) is not used: nothing asks for it",
            "the override of `absent` of `web` (assembly.toml:7) is not used: nothing asks for it",
            (
                "the override of `withdrawn` of `web` (assembly.toml:7) takes nothing away: "
                "`[lock.overrides]` has none"
            ),
        )
    )


def test_what_is_taken_away_where_there_is_nothing_is_told():
    own = (replace(URLLIB3, name="withdrawn", specifier=None),)

    assert unused(locked(asked(own=own)), asked(own=own))[-1] == snapshot(
        "the override of `withdrawn` of `web` (assembly.toml:7) takes nothing away: "
        "`[lock.overrides]` has none"
    )
    withdrawn = asked(replace(URLLIB3, name="withdrawn"), own=own)
    assert not any("takes nothing away" in each for each in unused(locked(withdrawn), withdrawn))


def test_an_override_of_which_every_program_has_its_own_is_told():
    question = asked(URLLIB3, own=(replace(URLLIB3, specifier="<3", origin=OTHER),))

    assert unused(locked(question), question)[1] == snapshot(
        "the override of `urllib3` (assembly.toml:7) is not used: "
        "each program that has it says its own"
    )


def test_what_programs_share_is_used_if_any_of_them_uses_it():
    question = asked()
    (web,) = question.programs
    shared = replace(web, name="jobs", constraints=(Constraint("requests", "<3", WHERE),))
    question = replace(question, programs=(replace(web, constraints=shared.constraints), shared))
    made = locked(asked())
    inputs = made.inputs["web"]
    jobs = replace(inputs, constraints={"requests": "<3"})

    used = replace(made, inputs={"web": inputs, "jobs": jobs})
    assert not any("requests" in each for each in unused(used, question))
    idle = replace(made, inputs={"web": inputs, "jobs": inputs})
    assert unused(idle, question)[-1] == snapshot(
        "the constraint on `requests` of `web` and `jobs` (assembly.toml:7) is not used: "
        "nothing asks for it"
    )


def test_an_exclusion_that_takes_effect_is_used():
    question = asked(WITHOUT)

    assert not any(
        "windows-only" in each
        for each in unused(locked(question, frozenset({"windows-only"})), question)
    )


def test_overrides_are_read_as_they_were_written():
    made = locked(asked(URLLIB3, WITHOUT), frozenset({"windows-only"}))

    assert loads(dumps(made), "pylock.toml").inputs == made.inputs
    assert made.inputs["web"].overrides == {"urllib3": "==2.2.1", "windows-only": "excluded"}


def test_an_edit_of_an_override_makes_the_lock_stale():
    excluded = frozenset({"windows-only"})
    anything = replace(URLLIB3, specifier="")

    assert told(asked(URLLIB3, WITHOUT), asked(WITHOUT, URLLIB3), excluded) == []
    assert told(asked(), asked(URLLIB3)) == snapshot(
        ["override `urllib3` `==2.2.1` is new (assembly.toml:7)"]
    )
    assert told(asked(URLLIB3), asked(anything)) == snapshot(
        ["override `urllib3` is now `any` (assembly.toml:7), was `==2.2.1`"]
    )
    assert told(asked(URLLIB3), asked()) == snapshot(["override `urllib3` `==2.2.1` is gone"])
    assert told(asked(WITHOUT), asked(), excluded) == snapshot(
        ["override `windows-only` `excluded` is gone"]
    )
    assert told(asked(), asked(replace(WITHOUT, name="urllib3"))) == snapshot(
        ["override `urllib3` `excluded` is new (assembly.toml:7)"]
    )


def test_what_is_about_nothing_in_the_program_does_not_count():
    assert told(asked(), asked(WITHOUT, replace(URLLIB3, name="absent"))) == []


def test_a_reason_does_not_count():
    assert told(asked(URLLIB3), asked(replace(URLLIB3, because="tidied"))) == []


def test_a_program_may_withdraw_the_override_of_all():
    withdrawn = replace(URLLIB3, specifier=None)

    assert told(asked(URLLIB3), asked(URLLIB3, own=(withdrawn,))) == snapshot(
        ["override `urllib3` `==2.2.1` is gone"]
    )
