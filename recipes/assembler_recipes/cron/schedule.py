"""Schedules of cron, and what they are as calendar events of systemd."""

import re
from collections.abc import Iterator
from itertools import chain

import msgspec

_MONTHS = (*("jan", "feb", "mar", "apr", "may", "jun"), *("jul", "aug", "sep", "oct", "nov", "dec"))
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ELEMENT = re.compile(r"(?:\*|([0-9]{1,2}|[a-z]{3})(?:-([0-9]{1,2}|[a-z]{3}))?)(?:/([0-9]{1,2}))?")
_SHORTER = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

REBOOT = "@reboot"
"""The schedule of what runs once, when the machine starts."""


class _Column(msgspec.Struct, frozen=True):
    """One of the five fields: what it is, its first and last value, and names of values."""

    title: str
    first: int
    last: int
    names: tuple[str, ...] = ()


_COLUMNS = (
    _Column("minute", 0, 59),
    _Column("hour", 0, 23),
    _Column("day of the month", 1, 31),
    _Column("month", 1, 12, _MONTHS),
    _Column("day of the week", 0, 7, _DAYS),
)


class _Field(msgspec.Struct, frozen=True):
    """The values of one field; `star` is whether it begins with an asterisk."""

    ranges: tuple[range, ...]
    star: bool

    @property
    def values(self) -> frozenset[int]:
        return frozenset(chain.from_iterable(self.ranges))


class Schedule(msgspec.Struct, frozen=True):
    """Five fields, as cron reads them."""

    minute: _Field
    hour: _Field
    day: _Field
    month: _Field
    weekday: _Field

    @property
    def either_day(self) -> bool:
        """Whether the day of the month or that of the week is enough, not both."""
        return not (self.day.star or self.weekday.star)


def five_fields(written: str) -> str:
    """The schedule in five fields, or `@reboot`. Raises `ValueError` for what cron can't read."""
    if written == REBOOT:
        return written
    if written.startswith("@") and written not in _NICKNAMES:
        known = ", ".join(f"`{name}`" for name in (*_NICKNAMES, REBOOT))
        raise ValueError(f"`{written}` is none of {known}")
    fields = " ".join(_NICKNAMES.get(written, written).split())
    _parsed(fields)
    return fields


def calendar(fields: str) -> tuple[str, ...]:
    """The calendar events of systemd at which a schedule of five fields comes."""
    schedule = _parsed(fields)
    time = f"{_values(schedule.hour, _COLUMNS[1])}:{_values(schedule.minute, _COLUMNS[0])}:00"
    month = _values(schedule.month, _COLUMNS[3])
    day = _values(schedule.day, _COLUMNS[2])
    weekdays = _weekdays(schedule.weekday)
    if schedule.either_day:
        return (f"{weekdays}*-{month}-* {time}", f"*-{month}-{day} {time}")
    return (f"{weekdays}*-{month}-{day} {time}",)


def _parsed(fields: str) -> Schedule:
    words = fields.split(" ")
    if len(words) != len(_COLUMNS):
        raise ValueError(f"it has {len(words)} fields, not {len(_COLUMNS)}")
    found = Schedule(*(_field(word, each) for word, each in zip(words, _COLUMNS, strict=True)))
    longest = max(_SHORTER.get(month, 31) for month in found.month.values)
    if not found.either_day and min(found.day.values) > longest:
        raise ValueError(f"no month of it has a day {min(found.day.values)}")
    return found


def _field(word: str, column: _Column) -> _Field:
    return _Field(
        tuple(_range(each, column) for each in word.lower().split(",")), star=word.startswith("*")
    )


def _range(element: str, column: _Column) -> range:
    found = _ELEMENT.fullmatch(element)
    if found is None:
        raise ValueError(f"`{element}` is no {column.title}")
    first, last, step = found.groups()
    if step and first and not last:
        raise ValueError(f"`{element}` has a step, but is no range")
    start = _value(first, column) if first else column.first
    end = _value(last, column) if last else start if first else column.last
    stride = int(step or 1)
    if not stride or not column.first <= start <= end <= column.last:
        raise ValueError(f"`{element}` is no {column.title}")
    return range(start, end + 1, stride)


def _value(word: str, column: _Column) -> int:
    if word.isdecimal():
        return int(word)
    if word not in column.names:
        raise ValueError(f"`{word}` is no {column.title}")
    return column.names.index(word) + column.first


def _values(field: _Field, column: _Column) -> str:
    if len(field.values) == column.last - column.first + 1:
        return "*"
    return ",".join(chain.from_iterable(_elements(each) for each in field.ranges))


def _elements(values: range) -> Iterator[str]:
    if len(values) == 1:
        yield f"{values[0]:02}"
    elif values.step == 1:
        yield f"{values[0]:02}..{values[-1]:02}"
    else:
        yield f"{values[0]:02}..{values[-1]:02}/{values.step}"


def _weekdays(field: _Field) -> str:
    found = {value % len(_DAYS) for value in field.values}
    if len(found) == len(_DAYS):
        return ""
    names = [_DAYS[day].capitalize() for day in (1, 2, 3, 4, 5, 6, 0) if day in found]
    return f"{','.join(names)} "
