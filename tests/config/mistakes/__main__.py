"""Write what is said of every case."""

from tests.config.mistakes.cases import cases, expected, said

for case in cases():
    expected(case).write_text(said(case)[1])
