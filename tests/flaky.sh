#!/usr/bin/env bash
# Runs the tests under conditions that a test must not depend on: in a checkout whose path has 90 characters, with 1 and
# with 16 test threads, on an idle machine and beside two busy loops, and with socket buffers of at most 64 KiB and
# of at most 32 MiB. Each combination runs three times in a row. Stops at the first failure and names the combination.
# Usage: tests/flaky.sh [ARGUMENT OF THE TEST PROGRAM]…
# These variables narrow it down: ROUNDS=1 THREADS=16 LOADS="idle busy" BUFFERS="65536 33554432"
set -euo pipefail
cd "$(dirname "$0")/.."

PATH_LENGTH=90
BUSY_LOOPS=2
RUN_SECONDS=3600 # a run takes minutes; one that hangs must end too

work=$(mktemp -d)
started=()
quiesce() {
    [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
    started=()
}
trap 'quiesce; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The path ends with as many x as are missing.
missing=$((PATH_LENGTH - ${#work} - 1))
[ "$missing" -gt 0 ] || { echo "the path of TMPDIR is too long: $work" >&2; exit 1; }
checkout=$work/$(printf 'x%.0s' $(seq "$missing"))
mkdir "$checkout"
tar -c --exclude=./target --exclude=./fuzz/target --exclude=./.git . | tar -x -C "$checkout"
cd "$checkout"

unset CARGO_TARGET_DIR # the tests write below target, whose path must be long too
cargo test --no-run --test it 2>"$work/build" || { cat "$work/build" >&2; exit 1; }
program=$(sed -n 's/^ *Executable tests.*(\(.*\))$/\1/p' "$work/build")

# The sysctls belong to a network namespace. Without root, that needs a user namespace around it.
cat >"$work/with-buffers" <<'END'
set -e
most=$1; shift
ip link set lo up
echo "4096 $((most < 131072 ? most : 131072)) $most" >/proc/sys/net/ipv4/tcp_rmem
echo "4096 16384 $most" >/proc/sys/net/ipv4/tcp_wmem
exec "$@"
END
buffers=${BUFFERS:-65536 33554432}
namespace=()
for unshare in "unshare -n" "unshare -rn"; do
    read -ra namespace <<<"$unshare"
    "${namespace[@]}" sh "$work/with-buffers" 65536 true 2>"$work/refusal" && break
    namespace=()
done
if [ ${#namespace[@]} = 0 ]; then
    echo "left out: socket buffers of at most $buffers bytes, since this machine allows no network namespace" \
        "($(tail -n 1 "$work/refusal")); they are as they are here"
    buffers=default
fi

run() { # load threads buffers arguments
    local load=$1 threads=$2 most=$3 place=() code=0
    shift 3
    [ "$most" = default ] || place=("${namespace[@]}" sh "$work/with-buffers" "$most")
    if [ "$load" = busy ]; then
        for _ in $(seq "$BUSY_LOOPS"); do
            while :; do :; done &
            started+=($!)
        done
    fi
    # In the background, so that an interrupt of this script ends it at once.
    INSTA_UPDATE=no RUST_BACKTRACE=0 timeout "$RUN_SECONDS" "${place[@]}" \
        "$program" --test-threads "$threads" "$@" >"$work/output" 2>&1 </dev/null &
    started+=($!)
    wait $! || code=$?
    unset "started[-1]"
    quiesce
    return "$code"
}

for load in ${LOADS:-idle busy}; do
    for threads in ${THREADS:-16 1}; do
        for most in $buffers; do
            for round in $(seq "${ROUNDS:-3}"); do
                combination="$load, $threads threads, buffers of at most $most bytes, round $round"
                if ! run "$load" "$threads" "$most" "$@"; then
                    sed -n '/^failures:$/,$p' "$work/output" | grep . || tail -n 20 "$work/output"
                    echo "failed: $combination" >&2
                    exit 1
                fi
                echo "passed: $combination: $(sed -n 's/^test result: ok\. //p' "$work/output")"
            done
        done
    done
done
