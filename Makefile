# Guitai 柜台. `make help` lists what is here.
SHELL   := /bin/bash
GO      ?= go
VERSION ?= $(shell sed -n 's/^Version *= *"\(.*\)"/\1/p' FyneApp.toml)
LDFLAGS := -s -w -X main.version=$(VERSION)
TAGS    := migrated_fynedo
GOFUMPT     := mvdan.cc/gofumpt@v0.9.2
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
# The race detector watches all that is ours and what we call, but not inside SQLite: that is C, written as Go by a program. Watched it takes
# nine times as long and says nothing of our code. The driver around it, and the C library below it, stay watched.
RACE := -race -gcflags=modernc.org/sqlite/lib=-race=false
FUZZTIME ?= 20s
YEARS_SALES ?= 1000000
SEED ?= 1

.PHONY: run test test-services build bench fuzz package screenshots help lint unit e2e torture torture-short years month mutants libs testlibs servicelibs

#? run: install what the window needs, build, and open the till in practice mode
run: libs
	$(GO) run -tags $(TAGS) -ldflags "-X main.version=$(VERSION)" ./cmd/cashier --practice

#? test: install what the tests need; formatting, vet, lint, all tests with the race detector, the end-to-end test, a minute of torture, a shop's month
test: testlibs lint unit e2e torture-short month

#? test-services: tests that need other programs beside the till: LibreOffice reads back what was exported, PulseAudio hears the till, CUPS prints for it, PostgreSQL keeps what relays share
test-services: servicelibs
	$(GO) vet -tags services ./...
	$(GO) run $(STATICCHECK) -tags services ./pos/export ./pos/sound ./pos/printer ./store/central ./cmd/relay
	$(GO) test -tags services -count=1 -timeout 20m -run '^TestLibreOffice' -v ./pos/export
	$(GO) test -tags services -count=1 -timeout 10m -run '^TestPulseAudio' -v ./pos/sound
	$(GO) test -tags services -count=1 -timeout 10m -run '^TestCUPS' -v ./pos/printer
	$(GO) test -tags services -count=1 -timeout 10m -run '^TestPostgres' -v ./store/central ./cmd/relay

#? lint: formatting, vet and staticcheck, each at a pinned version
lint: libs
	@unformatted="$$($(GO) run $(GOFUMPT) -l cmd ui pos store assets .ci)" || exit 1; \
	 if [ -n "$$unformatted" ]; then echo "not formatted by gofumpt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags e2e ./... ./.ci/bench ./.ci/mutants ./.ci/torture/...
	$(GO) vet -tags windowless ./cmd/cashier
	$(GO) run $(STATICCHECK) -tags e2e ./... ./.ci/bench ./.ci/mutants ./.ci/torture/...
	$(GO) run $(STATICCHECK) -tags windowless ./cmd/cashier

#? unit: every test but the end-to-end one, with the race detector
unit: testlibs
	.ci/display $(GO) test $(RACE) -timeout 45m -tags $(TAGS) ./...

#? e2e: the real window on a virtual display: a sale from a barcode to paid, in the books and on paper
e2e: testlibs
	.ci/display $(GO) test -tags $(TAGS),e2e -count=1 -timeout 40m -run TestE2E -v ./cmd/cashier

#? torture: the long form of every proof: killed anywhere, power cut, disks broken, simulated years, planted defects: hours
torture: testlibs years month mutants
	CGO_ENABLED=0 $(GO) test -tags windowless -run '^TestLines_Killed' -timeout 0 -v ./cmd/cashier -args -paper.kills=1000000
	.ci/display $(GO) run ./.ci/torture -long

#? years: 1,000,000 sales in virtual time with random faults, every step judged
years: testlibs
	$(GO) test -tags $(TAGS) ./cmd/cashier -run 'TestYears$$' -timeout 0 -v -args -years.sales=$(YEARS_SALES) -years.seed=$(SEED)

#? month: a shop's month, 30 days and about 10,000 sales in virtual time, counted again from its paper, matched with WeChat's bills
month: libs
	$(GO) test -tags $(TAGS) ./cmd/cashier -run 'TestMonth$$' -count=1 -timeout 30m -v -args -month.days=30 -month.sales=340 -month.seed=$(SEED)

#? mutants: one planted defect after another, each of which the judges must find
mutants: testlibs
	$(GO) run ./.ci/mutants

#? torture-short: the same from one seed, under a minute
torture-short: testlibs
	CGO_ENABLED=0 $(GO) test -tags windowless -timeout 30m -run '^(TestLines|TestImportLaw)' ./cmd/cashier
	$(GO) test $(RACE) -timeout 30m ./.ci/torture/... ./.ci/mutants
	$(GO) run ./.ci/torture -seed 1

#? build: all programs, into build/
build: libs
	mkdir -p build
	$(GO) build -trimpath -tags $(TAGS),release -ldflags "$(LDFLAGS)" -o build/cashier ./cmd/cashier
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o build/ledger ./cmd/ledger
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o build/relay ./cmd/relay
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o build/wxsim ./cmd/wxsim

#? bench: speed and memory, each as a ratio to a floor measured in the same run
bench: testlibs
	.ci/display $(GO) run ./.ci/bench

#? fuzz: every fuzz target for FUZZTIME (20s) each
fuzz: libs
	@set -e; for pkg in $$($(GO) list ./...); do \
	   for f in $$($(GO) test -tags $(TAGS) -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	     echo "$$pkg $$f"; $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg; \
	   done; done

#? screenshots: rewrites assets/screenshots/, every screen in both languages and sizes
screenshots: testlibs
	.ci/screenshots

#? package: build/guitai-VERSION-OS-ARCH.tar.gz, the programs with their licences; the relay alone for servers, linux amd64 and arm64
package: build
	.ci/package $(VERSION)

#? help: this list
help:
	@sed -n 's/^#? //p' Makefile

libs:
	@.ci/install window
testlibs:
	@.ci/install window tests
servicelibs:
	@.ci/install window tests services
