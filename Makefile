# Go, git and make are all that this needs. "make" lists what there is.

GO       ?= go
OUT      ?= out
FUZZTIME ?= 10s
GOLD     ?= testdata/gold/sample
SIZE     ?= 2GB
SIZES    ?= 10MB,100MB,1GB
BIG      ?= dist/bigdump
PYTHON   ?= python3
VENV     ?= dist/interop
SPARK    ?= $(if $(shell command -v java 2>/dev/null),yes,no)

.DEFAULT_GOAL := help
.PHONY: help build run test test-browser test-crash cloud test-cloud test-iceberg test-beam interop interop-env interop-pins bigdump scale test-deploy test-slurm race vet golden docs bench bench-peers bench-content cover fuzz eval table train clean dist

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the program, one static file: ./tamis
	CGO_ENABLED=0 $(GO) build -trimpath -o tamis ./cmd/tamis

run: build ## build, turn the sample dump into tables below out/, show what came out
	@echo
	./tamis run testdata/dump --out $(OUT)
	@echo
	@ls $(OUT)
	@echo
	@echo "The documents of one site with what was found in them:"
	@echo "  ./tamis show testdata/dump/docs.comla.example"
	@echo "A first query, if DuckDB is installed:"
	@echo "  cd $(OUT) && duckdb -init views.sql -c 'SELECT name, mention_count, document_count FROM organizations ORDER BY mention_count DESC LIMIT 10'"

test: ## run the tests
	$(GO) test ./...

test-browser: ## test the pages in a headless Chromium (needs one; CHROMIUM=path, SHOTS=folder keeps pictures)
	$(GO) test -tags browser ./output/browser -count=1

race: ## run the tests of the packages with goroutines under the race detector (needs a C compiler)
	$(GO) test -race -short ./pipeline ./output ./storage

test-crash: ## kill runs and shards at 50 random moments (make test does 10), fill the disk, write to what is read-only
	$(GO) test ./pipeline -run 'TestCrash|TestShardKills|TestNoSpace|TestReadOnlyOutput' -count=1 -v -crashes 50

test-deploy: ## decode the templates of deploy/ strictly against the types of their programs (downloads them)
	cd deploy && $(GO) test ./...

test-slurm: build ## run shards under a real Slurm of this machine alone (needs Debian's slurm-wlm and munge, and root)
	TAMIS=$(abspath tamis) deploy/slurm/test.sh testdata/dump

interop: build interop-env ## read the tables with DuckDB, pyarrow, pandas, polars, Spark (where there is Java) and others (downloads them)
	PYTHONDONTWRITEBYTECODE=1 TAMIS=$(abspath tamis) SPARK=$(SPARK) $(VENV)/bin/python -m pytest -p no:cacheprovider --disable-warnings -rs interop

interop-env: $(VENV)/ready-$(SPARK) ## set up the pinned Python packages for that in VENV (dist/interop)

$(VENV)/ready-%: interop/requirements.txt interop/requirements-spark.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -r interop/requirements.txt $(if $(filter yes,$*),-r interop/requirements-spark.txt)
	@touch $@

interop-pins: ## pin the newest packages that interop/requirements.in allows
	$(PYTHON) -m venv --clear dist/pins
	dist/pins/bin/python -m pip install --quiet -r interop/requirements.in
	{ echo '# Written by "make interop-pins" from requirements.in.'; dist/pins/bin/python -m pip freeze; } > interop/requirements.txt

test-iceberg: build ## commit the sample's tables to Iceberg catalogs and read them back with pyiceberg (downloads both)
	cd engines/iceberg && $(GO) test ./... && $(GO) build -o $(abspath dist/tamis-iceberg) ./tamis-iceberg
	./tamis run testdata/dump --out dist/iceberg-sample >/dev/null 2>&1
	$(PYTHON) -m venv dist/iceberg && dist/iceberg/bin/python -m pip install --quiet -r engines/iceberg/requirements.txt
	PYTHONDONTWRITEBYTECODE=1 TAMIS_ICEBERG=$(abspath dist/tamis-iceberg) TABLES=$(abspath dist/iceberg-sample) dist/iceberg/bin/python -m pytest -q -p no:cacheprovider engines/iceberg

FLINK ?= dist/flink

test-beam: build ## work off the sample's shards on Beam: Prism and, where Java and Maven are, Flink with a killed worker (downloads them)
	@mkdir -p $(FLINK); \
	if ! command -v java >/dev/null || ! command -v mvn >/dev/null; then echo "left out: Flink needs Java and Maven, and they are not both here"; \
	elif [ ! -e $(FLINK)/ready ] && ! { mvn -q -B -f engines/beam/flink/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(abspath $(FLINK)) && touch $(FLINK)/ready; }; then echo "left out: Flink cannot be had from Maven's repository"; fi
	cd engines/beam && TAMIS=$(abspath tamis) FLINK_JARS=$$([ ! -e $(abspath $(FLINK))/ready ] || echo $(abspath $(FLINK))) $(GO) test ./... -count=1 -v

CLOUD ?= dist/cloud

cloud: ## build the program for object stores: dist/tamis-cloud
	cd cmd/tamis-cloud && CGO_ENABLED=0 $(GO) build -trimpath -o $(abspath dist/tamis-cloud) .

test-cloud: ## test object storage: folders, memory, S3 in process and of a second server, emulators of Azure and Google (downloads them)
	@mkdir -p $(CLOUD)
	@[ -x $(CLOUD)/versitygw ] || GOBIN=$(abspath $(CLOUD)) $(GO) install github.com/versity/versitygw/cmd/versitygw@v1.8.0 || echo "left out: versitygw cannot be had"
	@[ -x $(CLOUD)/fake-gcs-server ] || GOBIN=$(abspath $(CLOUD)) $(GO) install github.com/fsouza/fake-gcs-server@v1.56.1 || echo "left out: fake-gcs-server cannot be had"
	@[ -x $(CLOUD)/node_modules/.bin/azurite-blob ] || npm install --silent --no-fund --no-audit --prefix $(CLOUD) azurite@3.35.0 || echo "left out: Azurite needs npm and its registry"
	cd cmd/tamis-cloud && VERSITYGW=$$(ls $(abspath $(CLOUD)/versitygw) || :) FAKE_GCS_SERVER=$$(ls $(abspath $(CLOUD)/fake-gcs-server) || :) \
		AZURITE=$$(ls $(abspath $(CLOUD)/node_modules/.bin/azurite-blob) || :) $(GO) test ./... -count=1 -v -timeout 20m

bigdump: ## write a synthetic dump of SIZE (2GB) to BIG (dist/bigdump): sites with menus, two languages, text, HTML, JSONL, WARC, copies
	cd bench && $(GO) run ./bigdump -size $(SIZE) -out $(abspath $(BIG))

scale: build ## run dumps of 10 MB, 100 MB and 1 GB (SIZES) and write time, memory and sizes to docs/performance.md
	cd bench && $(GO) run ./scale -tamis $(abspath tamis) -sizes $(SIZES) -dir $(abspath dist/scale) -doc $(abspath docs/performance.md)

vet: ## go vet, and the files that gofmt would change
	$(GO) vet ./...
	@files=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

golden: ## rewrite testdata/golden, the scores and figures of testdata/gold, and what the README shows of them; read the diff as you would read code
	UPDATE=1 $(GO) test ./pipeline ./extractors/... -run '^(TestGolden|TestSampleScores|TestFigures|TestForeign)$$' -count=1
	UPDATE=1 $(GO) test ./cmd/tamis -run '^TestReadme$$' -count=1
	git diff --stat -- testdata README.md

docs: build ## rewrite docs/tables.md from the row structs
	./tamis schema --format markdown > docs/tables.md

bench: build ## MB/s on one core, of each stage; end to end as whole processes, on one core and two, to docs/performance.md
	$(GO) test ./pipeline ./extractors -run '^$$' -bench . -cpu 1 -benchtime 3s
	cd bench && $(GO) run ./limits -doc $(abspath docs/performance.md)
	cd bench && $(GO) run ./whole -tamis $(abspath tamis) -dir $(abspath dist/whole) -doc $(abspath docs/performance.md)

bench-peers: build ## this program next to what one would use in its place, on the same documents, to docs/performance.md
	cd bench && $(GO) run ./peers -tamis $(abspath tamis) -dir $(abspath dist/peers) -doc $(abspath docs/performance.md)

bench-content: ## main content of pages: this program, go-trafilatura and go-readability on the same pages (downloads the two)
	cd bench && $(GO) run ./content

cover: ## statements that the tests reach, by package, and dist/cover.html
	@mkdir -p dist
	$(GO) test -coverprofile=dist/cover.out ./...
	$(GO) tool cover -html=dist/cover.out -o dist/cover.html
	@$(GO) tool cover -func=dist/cover.out | tail -n 1

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@set -e; for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
			echo "$$p $$f"; \
			$(GO) test $$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x; \
		done; \
	done

eval: build ## score the program on GOLD (testdata/gold/sample), and cross-validate the tagger on the corpus
	./tamis eval $(GOLD) --out $(OUT)/eval
	./tamis eval --cross-validate 5 --prose corpus > testdata/gold/cross-validation.txt
	git diff --stat -- testdata/gold

table: ## pack the table of organizations after a change of its files
	$(GO) run ./extractors/organizations/maketable

train: ## rebuild the tagger's model from the corpus, byte for byte,
	$(GO) run ./cmd/tamis train corpus --out extractors/tagger/model.crf

# Static binaries: no cgo, no paths of this machine, no stamp of the time; the
# same sources and Go version give the same bytes. PLATFORMS="linux/amd64" builds
# one alone.
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

dist: ## build static programs for PLATFORMS, the man page and checksums below dist/
	@rm -rf dist/bin && mkdir -p dist/bin
	@set -e; for p in $(PLATFORMS); do \
		os=$${p%/*}; arch=$${p#*/}; ext=; [ $$os = windows ] && ext=.exe; \
		echo "dist/bin/tamis-$$os-$$arch$$ext"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -buildvcs=false -ldflags '-s -w' -o dist/bin/tamis-$$os-$$arch$$ext ./cmd/tamis; \
	done
	$(GO) run ./cmd/tamis man > dist/bin/tamis.1
	cp Containerfile dist/bin/
	cd dist/bin && { sha256sum tamis* 2>/dev/null || shasum -a 256 tamis*; } > SHA256SUMS && cat SHA256SUMS

clean: ## remove what these targets built
	rm -rf tamis $(OUT) dist
