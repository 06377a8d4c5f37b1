# Every habit has a name; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run build web test check lint test-rust test-web test-browser soak fuzz bench api geodata geodata-check clean

PORT ?= 8080
# Property tests meet the same cases each time, so that a change fails for what it changed; `make fuzz`
# meets new ones.
PROPERTY_SEED = 20221125

help: ## List the habits
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: build ## Build everything and serve the map at http://127.0.0.1:8080
	./target/release/machinaka serve --listen 127.0.0.1:$(PORT)

build: web ## One release binary with web and geodata inside: target/release/machinaka
	@touch src/http/pages/web.rs # the embedded files are read when this one is compiled
	cargo build --release --locked

web: web/dist/index.html ## The front end, into web/dist

web/dist/index.html: web/node_modules/.installed web/index.html web/coverage.html web/embed.html web/manage.html web/vite.config.ts geodata/municipalities.geojson $(shell find web/src web/public -type f 2>/dev/null)
	cd web && npm run build

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

test: needs check lint test-web test-rust test-browser ## Everything CI runs: formats, lints, Rust on both databases, web, Chromium

.PHONY: needs
needs:
	@tests/support/needs.sh

check:
	cargo fmt --all --check

lint: web
	cargo clippy --locked --all-targets -- -D warnings
	node tests/support/dependencies.mjs
	cd web && npm run check

test-web: web ## The front end's own tests
	cd web && npm test

test-rust: web ## Rust tests, on SQLite and a real PostgreSQL
	PROPTEST_RNG_SEED=$(PROPERTY_SEED) tests/support/with-postgres.sh cargo test --locked
	MACHINAKA_BENCH_SIZES=2000 cargo bench --profile dev --locked --bench nearest

test-browser: web ## The pages in a real Chromium, against the real server
	cargo build --locked
	tests/support/with-server.sh npm --prefix web run test:browser

api: ## Write the front end's types from the API's definition, into web/src/api/generated.d.ts
	cargo build --locked
	tests/support/with-server.sh sh -c 'node web/api/generate.mjs "$$MACHINAKA_BASE/api?f=openapi31" >web/src/api/generated.d.ts'

soak: web ## A thousand kills of the server under writes, on both databases (about an hour)
	MACHINAKA_KILLS=1000 tests/support/with-postgres.sh cargo test --release --locked --test suite -- kill::

fuzz: web ## Every property with 100,000 new cases, and 100,000 hostile requests (about an hour)
	PROPTEST_CASES=100000 cargo test --locked --lib
	MACHINAKA_REQUESTS=100000 MACHINAKA_SEED=$$(date +%s) cargo test --release --locked --test suite hostile::

bench: web ## Speed, as ratios within one run (about 15 minutes)
	cargo bench --locked --bench nearest
	tests/support/with-postgres.sh cargo bench --locked --bench coverage
	cargo bench --locked --bench facets
	cargo bench --locked --bench places
	cargo bench --locked --bench siting
	cargo bench --locked --bench publish
	cargo bench --locked --bench checks
	cargo bench --locked --bench http
	cargo build --locked
	tests/support/with-server.sh npm --prefix web run bench

geodata: ## Make the shipped data again from ../shared
	python3 geodata/build.py

geodata-check: ## Compare the shipped data with what the script makes
	python3 geodata/build.py --check

clean: ## Remove what was built
	cargo clean
	rm -rf web/dist web/node_modules
