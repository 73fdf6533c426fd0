# Everything that is done with this project. `make` lists it.

BIN  ?= server
ARGS ?=
export FILE NAME KEEPING
T    ?= 60
N    ?= 100000
SEED ?=
ACT  ?=

# Where things are built, and with what; where they are installed, below DESTDIR for packagers.
CARGO   ?= cargo
BUILT   ?= $(or $(CARGO_TARGET_DIR),target)/release
PREFIX  ?= /usr/local
DESTDIR ?=

PROGRAMS = chatroom-server chatroom-client chatroom-replay
PLACE    = $(DESTDIR)$(PREFIX)
MAN      = $(PLACE)/share/man/man1
BASH     = $(PLACE)/share/bash-completion/completions
ZSH      = $(PLACE)/share/zsh/site-functions
FISH     = $(PLACE)/share/fish/vendor_completions.d
UNITS    = $(PLACE)/lib/systemd/system

.PHONY: help run demo test flaky check snap screen corpus sim fuzz cover mutants chaos minimise bench build install
.PHONY: uninstall
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: ## run the server, or with BIN=client or BIN=replay another program; ARGS="--listen [::]:55555"
	@CHATROOM_MAKE=1 cargo run --release --bin chatroom-$(BIN) -- $(ARGS)

demo: ## play a conversation: a server and three clients in this terminal
	@cargo build --quiet --release --bins
	@tests/demo.sh target/release

test: ## run all tests, in half a minute once they are built
	cargo test

flaky: ## run all tests again and again, each time with another speed, thread count and size of buffers
	@tests/flaky.sh $(ARGS)

check: ## what the gate runs: format, lints, docs, each set of features, tests
	cargo fmt --check
	cargo fmt --check --manifest-path fuzz/Cargo.toml
	cargo clippy --all-targets -- -D warnings
	cargo clippy --test chaos --test minimise -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items
	cargo check --lib --no-default-features
	cargo check --bins --no-default-features --features server
	cargo check --bins --no-default-features --features client
	cargo test

snap: ## accept what the tests show now as their snapshots and recordings; read the difference before you commit
	INSTA_UPDATE=always INSTA_FORCE_PASS=1 UPDATE_RECORDINGS=1 cargo test

screen: ## draw the README's picture of the client from a real run
	UPDATE_SCREENS=1 cargo test --test it the_picture_is_what_a_run_shows

corpus: ## write the fuzzers' inputs that the scenarios are
	UPDATE_CORPUS=1 cargo test --test it every_scenario_is_in_the_corpus

sim: ## play N seeds of the simulator, or one: make sim SEED=7
	SIM_SEEDS=$(N) SIM_SEED=$(SEED) cargo test --release --test it no_seed_breaks_a_promise -- --nocapture

fuzz: ## fuzz each target for T seconds; findings are in fuzz/artifacts
	@cargo fuzz --version >/dev/null 2>&1 || { echo "make fuzz needs cargo-fuzz: cargo install cargo-fuzz" >&2; exit 1; }
	@cargo +nightly --version >/dev/null 2>&1 || { echo "make fuzz needs a nightly compiler: rustup toolchain install nightly" >&2; exit 1; }
	@for target in frame script peer recording; do \
		mkdir -p fuzz/target/found/$$target && \
		cargo +nightly fuzz run $$target fuzz/target/found/$$target fuzz/corpus/$$target -- \
			-dict=fuzz/chat.dict -max_len=8192 -max_total_time=$(T) -print_final_stats=1 || exit 1; \
	done

cover: ## measure how much of the room, and of a client's connection, the fuzzers' kept inputs reach
	@cargo llvm-cov --version >/dev/null 2>&1 || { echo "make cover needs cargo-llvm-cov: cargo install cargo-llvm-cov --locked" >&2; exit 1; }
	@rustup component list --installed | grep -q llvm-tools || { echo "make cover needs llvm-tools: rustup component add llvm-tools" >&2; exit 1; }
	@mkdir -p target
	@cargo llvm-cov test --test it --ignore-filename-regex '/src/(shell|bin/|view|wire/line|client/)' -- no_kept_input > target/cover.txt || \
		{ cat target/cover.txt >&2; exit 1; }
	@awk 'BEGIN { printf "%-24s %9s %9s\n", "", "lines", "regions" } $$10 ~ /%/ { printf "%-24s %9s %9s\n", $$1, $$10, $$4 }' target/cover.txt

mutants: ## break the pure modules line by line and tell what no test notices; some of it with ARGS="-F src/wire/frame.rs"
	@cargo mutants --version >/dev/null 2>&1 || { echo "make mutants needs cargo-mutants: cargo install --locked cargo-mutants" >&2; exit 1; }
	@# A mutant that never ends is noticed too (code 3), and may not take the machine's memory.
	@ulimit -v 6000000; RUST_BACKTRACE=0 nice -n 10 cargo mutants --jobs 1 --output target $(ARGS); code=$$?; \
	test $$code = 0 || { test $$code = 3 && test ! -s target/mutants.out/missed.txt; }

chaos: ## hostile peers of every kind beside honest ones, for T seconds; again: SEED=7; one act: ACT=knocks
	@CHAOS_SECONDS=$(T) CHAOS_SEED=$(SEED) CHAOS_ACT="$(ACT)" cargo test --quiet --release --test chaos

minimise: ## make a test of the recording FILE: the least that still differs, or that keeps the line KEEPING
	@test -n "$$FILE" || { echo "make minimise needs a recording: make minimise FILE=incident.chat" >&2; exit 1; }
	@cargo test --quiet --release --test minimise -- $${NAME:+--name "$$NAME"} $${KEEPING:+--keeping "$$KEEPING"} -- "$$FILE"

bench: ## measure the core, and fan-out over loopback beside a bare ceiling, in some two minutes
	cargo bench

build: $(BUILT)/all-programs ## build the programs as make install installs them

# Not a rule for each: cargo leaves alone what a change did not change.
$(BUILT)/all-programs: Cargo.toml Cargo.lock $(shell find src -name '*.rs')
	$(CARGO) build --release --locked --bins
	@touch $@

install: build ## install programs, manual pages, completions and a systemd unit under PREFIX, which is /usr/local
	@mkdir -p "$(PLACE)/bin" "$(MAN)" "$(BASH)" "$(ZSH)" "$(FISH)" "$(UNITS)"
	@for program in $(PROGRAMS); do \
		echo "$(PLACE)/bin/$$program" && \
		install -m 755 "$(BUILT)/$$program" "$(PLACE)/bin/$$program" && \
		"$(BUILT)/$$program" --print-man >"$(MAN)/$$program.1" && \
		"$(BUILT)/$$program" --print-completions bash >"$(BASH)/$$program" && \
		"$(BUILT)/$$program" --print-completions zsh >"$(ZSH)/_$$program" && \
		"$(BUILT)/$$program" --print-completions fish >"$(FISH)/$$program.fish" && \
		chmod 644 "$(MAN)/$$program.1" "$(BASH)/$$program" "$(ZSH)/_$$program" "$(FISH)/$$program.fish" || exit 1; \
	done
	@sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/chatroom-server.service >"$(UNITS)/chatroom-server.service"
	@chmod 644 "$(UNITS)/chatroom-server.service"

uninstall: ## remove what make install with the same PREFIX and DESTDIR has installed
	@for program in $(PROGRAMS); do \
		rm -f "$(PLACE)/bin/$$program" "$(MAN)/$$program.1" "$(BASH)/$$program" "$(ZSH)/_$$program" "$(FISH)/$$program.fish" || exit 1; \
	done
	@rm -f "$(UNITS)/chatroom-server.service"
