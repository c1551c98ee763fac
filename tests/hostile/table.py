"""All cases."""

from tests.hostile import answers, contents, pages, zips

CASES = {
    case.name: case for case in (*zips.cases(), *contents.cases(), *pages.cases(), *answers.cases())
}
