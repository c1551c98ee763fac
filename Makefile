# For newcomers: everything else is in noxfile.py.
PYTHON ?= python3
NOX = .venv/bin/nox

.PHONY: test demo e2e packages
test: $(NOX)
	$(NOX)
demo: $(NOX)
	$(NOX) --session demo
e2e: packages $(NOX)
	$(NOX) --session e2e
packages:
	.ci/packages
$(NOX):
	$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'nox[uv]>=2025.5'
