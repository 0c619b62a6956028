# Every command of the house. `make` alone lists them.
BOTH_CORES = -n 2 --dist loadscope --no-loadscope-reorder

.PHONY: help run test test-fast bench screens fuzz format lock

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## set up what is missing, then run the whole portal with demo data (PORT=8000)
	@bin/setup run
	@exec .venv/bin/python manage.py portal

test: ## set up what is missing, then run every test, with a real browser
	@bin/setup test
	@exec .venv/bin/python -m pytest $(BOTH_CORES)

test-fast: ## run the tests without browser and processes, under a minute
	@bin/setup dev
	@exec .venv/bin/python -m pytest $(BOTH_CORES) -m "not browser and not slow"

bench: ## measure papers, tuned against plain, and lists on 10,000 and 1,000,000 guarantees
	@bin/setup dev
	@.venv/bin/python -m django shell --settings tests.settings -v 0 < bench/papers.py
	@.venv/bin/python -m bench.lists

screens: ## walk through every page and write its pictures to docs/screens, at 1280 and 390 px
	@bin/setup test
	@rm -rf docs/screens
	@SCREENS=$(CURDIR)/docs/screens .venv/bin/python -m pytest -q tests/browser

fuzz: ## send random posts to every form (POSTS=20000 SEED=1), kept in docs/evidence/fuzz.json
	@bin/setup dev
	@POSTS=$${POSTS:-20000} .venv/bin/python -m pytest -q -s tests/test_fuzz.py

format: ## format the code and mend what the linter can mend
	@bin/setup dev
	@.venv/bin/python -m ruff format .
	@.venv/bin/python -m ruff check --fix .

lock: ## compile requirements/*.txt from pyproject.toml, with hashes
	@bin/setup dev
	@bin/lock
