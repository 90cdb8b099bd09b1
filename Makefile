# Two commands need nothing but Python 3.11+, make and git: `make run` and `make test`.
.PHONY: run test cluster-test check fuzz sbom fmt bench pictures chaos clean
.DEFAULT_GOAL := run

run: .setup          ## start everything with sample people and a day of sample reports; Ctrl-C stops it
	@.venv/bin/kentongan up --demo

test: .setup         ## run every test: pure, journeys, real NATS, PostgreSQL, browser, kill
	@deploy/test

cluster-test: .setup ## three buses, PostgreSQL and two of each worker on this machine, each lost in turn
	@.venv/bin/python -m pytest -rP tests/cluster/lost_parts.py

check: .setup        ## style, types, floors, unsafe code (bandit), known holes of packages (pip-audit)
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports
	@deploy/check-safety

fuzz: .setup         ## 20,000 strange texts through every reader, and the API against its own description
	@deploy/fuzz

sbom: .setup         ## write kentongan.cdx.json: every package that is installed, with version and licence (CycloneDX)
	@deploy/sbom

fmt: .setup          ## format and mend what can be mended
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: .setup        ## measure the whole line beside a bare floor
	@.venv/bin/kentongan bench

pictures: .setup     ## make the pictures of docs/pictures anew from the sample night (needs /usr/bin/chromium)
	@.venv/bin/python -m tests.pictures.make $(if $(ONLY),--only $(ONLY))

chaos: .setup        ## faults by chance over real processes, from a seed; writes its table into docs/reliability.md
	@.venv/bin/python -m tests.chaos.run --write --older --megabytes 400 $(CHAOS)

clean:               ## remove what was installed and kept here
	rm -rf .venv .venv-checks .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: .setup
.setup:
	@deploy/setup
