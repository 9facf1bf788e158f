.PHONY: demo test draws lint bench rush graph lock clean-demo

demo: ## installs, loads the demo, serves on http://127.0.0.1:8000 (PORT=…, ANNUAIRE=file.csv)
	@.ci/demo

test: ## the whole suite: SQLite, PostgreSQL, browser
	@.ci/test

draws: ## thousands of drawn selections against enumeration and another model, thousands of altered proofs (PREAU_DRAWS=5000)
	@.ci/setup run && .ci/setup dev && PREAU_DRAWS=$${PREAU_DRAWS:-5000} .venv/bin/pytest -q -n 2 -m draws tests/scoring/selection

lint: ## style, imports, types, templates, migrations
	@.ci/lint

bench: ## server CPU, queries and bytes per page; the optimiser against scipy (JSON=out.json to keep them; BASE=commit: that build beside this one)
	@.ci/setup run && .ci/bench

rush: ## the last minutes before a closing, on the loopback: 400 journeys, 300 deposits in 10 s (ENGINE=postgres; KILL=1; BASE=commit: processor's time beside that build)
	@.ci/setup run && .ci/setup dev && .ci/rush

graph: ## docs/workflows.md from the state machines
	@.ci/setup run && DJANGO_SETTINGS_MODULE=portal.settings.dev .venv/bin/python manage.py draw_workflows docs/workflows.md

lock: ## requirements*.txt from requirements*.in, with hashes
	@.ci/setup run && .ci/setup dev
	@.venv/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	@.venv/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt
	@.venv/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements-bench.in -o requirements-bench.txt

clean-demo: ## forgets the demo: the next `make demo` starts anew
	@rm -rf var
