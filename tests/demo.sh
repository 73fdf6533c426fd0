#!/usr/bin/env bash
# Plays the conversation of the README: a server, and three people with a client each. What is shown
# is Kaushik's screen.
# Usage: tests/demo.sh FOLDER_OF_THE_PROGRAMS
set -eu
programs=${1:-target/release}
export CHATROOM_CONFIG=/dev/null # whatever is set on this machine
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

"$programs/chatroom-server" --quiet --listen 127.0.0.1:0 >"$work/server" &
pids+=($!)
until address=$(sed -n 's/^Server is listening on //p' "$work/server") && [ -n "$address" ]; do sleep 0.05; done
echo "Server is listening on $address"

join() { # name
    mkfifo "$work/$1.in"
    "$programs/chatroom-client" "$address" --nick "$1" <"$work/$1.in" >"$work/$1.out" &
    pids+=($!)
    eval "exec $2>$work/$1.in"
    until grep -q "Connected to the server" "$work/$1.out"; do sleep 0.05; done
}
say() { # descriptor text
    sleep "${PACE:-0.8}"
    echo "$2" >&"$1"
}

join Jacob 11
join Kaushik 12
join Meghana 13
tail -n +1 -f "$work/Kaushik.out" 13>&- & # or Meghana's input would never end
pids+=($!)
say 11 "Hey guys"
say 12 "Hey Jacob"
say 13 "Hey guys! How's it going?"
say 11 "Ok I need to go now. Bye!"
say 12 "Bye guys!"
say 13 "Bye everyone!"
say 12 "Bye"
sleep "${PACE:-0.8}"
exec 13>&-
sleep "${PACE:-0.8}"
