#!/bin/bash
# Runs shards under Slurm, for real: a cluster of this machine alone, arrays with
# afterok, an index that fails, a task that is killed, an index that fails for good.
#
#     TAMIS=/path/to/tamis deploy/slurm/test.sh DUMP
#
# The tables have to be those of `tamis run`, line by line.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tamis=$(realpath "${TAMIS:-tamis}") dump=$(realpath "${1:?DUMP is missing}")
for need in slurmctld slurmd munged sbatch; do
	command -v $need >/dev/null || { echo "left out: $need is missing (Debian: slurm-wlm, munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "left out: a cluster of one's own needs root"; exit 0; }

tmp=$(mktemp -d)
chmod 755 "$tmp"
source "$here/cluster.sh"
trap 'slurm_down "$tmp/cluster"; rm -rf "$tmp"' EXIT
fail() { echo "FAIL: $*" >&2; tail -n 5 "$tmp"/*/.plan/logs/*.log "$tmp"/cluster/log/slurmctld >&2 || true; exit 1; }
slurm_up "$tmp/cluster" || fail "no cluster"

# What a shard runs: the program, but for the trouble that the files below trouble/
# ask for.
mkdir "$tmp/trouble"
cat >"$tmp/tamis" <<-EOF
	#!/bin/bash
	trouble=$tmp/trouble/\$2-\${SLURM_ARRAY_TASK_ID:-none}
	if [ "\$1" = shard ]; then
		echo "\$2 \$SLURM_ARRAY_TASK_ID" >>$tmp/tries
		if [ -e "\$trouble-fails" ]; then echo trouble; exit 1; fi
		if mv "\$trouble-fails-once" "\$trouble-failed" 2>/dev/null; then exit 1; fi
		if mv "\$trouble-is-killed" "\$trouble-killed" 2>/dev/null; then
			"$tamis" "\$@" & sleep 0.02; kill -9 \$! && touch "\$trouble-was-at-work"; wait; kill -9 \$\$
		fi
		if mv "\$trouble-task-is-killed" "\$trouble-task-killed" 2>/dev/null; then kill -9 \$PPID; exit 1; fi
	fi
	exec "$tamis" "\$@"
EOF
chmod +x "$tmp/tamis"

tables() { (cd "$1" && for t in */*.parquet; do dirname "$t"; done | sort -u | while read -r t; do echo "$t $(cat "jsonl/$t"*.jsonl | sha256sum)"; done); }
wait_for() { # JOB: until it has left the queue; prints its state
	local state
	for _ in $(seq 300); do
		state=$(scontrol --oneliner show job "$1" | grep -o 'JobState=[A-Z]*' | head -1)
		case $state in *=COMPLETED | *=FAILED | *=CANCELLED | *=TIMEOUT) break ;; esac
		sleep 1
	done
	echo "${state#*=}"
}
tries() { grep -c "^$1\$" "$tmp/tries" || true; }

"$tamis" run "$dump" --out "$tmp/whole" --format parquet,jsonl --quiet
tables "$tmp/whole" >"$tmp/whole.sums"

echo "== an index that fails, a task that is killed"
"$tamis" plan "$dump" --shards 4 --out "$tmp/a" --plan "$tmp/a/.plan" --format parquet,jsonl
touch "$tmp/trouble/map-2-fails-once" "$tmp/trouble/map-1-is-killed" "$tmp/trouble/write-0-is-killed"
start=$SECONDS
job=$(TAMIS=$tmp/tamis TASKS=4 "$here/submit.sh" "$tmp/a/.plan")
[ "$(wait_for "$job")" = COMPLETED ] || fail "the commit did not run: $(squeue)"
echo "done in $((SECONDS - start)) s"
[ "$(tries 'map 2')" = 2 ] || fail "map 2 was tried $(tries 'map 2') times"
[ "$(tries 'map 1')" = 2 ] || fail "map 1 was tried $(tries 'map 1') times"
[ "$(tries 'write 0')" = 2 ] || fail "write 0 was tried $(tries 'write 0') times"
for index in map-1 write-0; do [ -e "$tmp/trouble/$index-was-at-work" ] || fail "$index was done before it was killed"; done
tables "$tmp/a" | diff "$tmp/whole.sums" - || fail "other tables than those of one run"

echo "== a task that is killed, then an index that fails for good, then is mended"
"$tamis" plan "$dump" --shards 4 --out "$tmp/b" --plan "$tmp/b/.plan" --format parquet,jsonl
touch "$tmp/trouble/map-1-task-is-killed" "$tmp/trouble/merge-0-fails"
job=$(TAMIS=$tmp/tamis TASKS=4 TRIES=1 "$here/submit.sh" "$tmp/b/.plan")
[ "$(wait_for "$job")" = CANCELLED ] || fail "the commit should have been cancelled"
[ -e "$tmp/trouble/map-1-task-killed" ] || fail "no task was killed"
[ "$(tries 'merge 0')" = 1 ] || fail "merge began behind a map that was not done"
job=$(TAMIS=$tmp/tamis TASKS=4 TRIES=1 "$here/submit.sh" "$tmp/b/.plan")
[ "$(wait_for "$job")" = CANCELLED ] || fail "the commit should have been cancelled"
[ ! -e "$tmp/b/documents" ] || fail "there are tables"
status=0
"$tamis" plan status --plan "$tmp/b/.plan" >"$tmp/status" || status=$?
[ $status = 3 ] || fail "plan status: exit status $status"
rm "$tmp/trouble/merge-0-fails"
job=$(TAMIS=$tmp/tamis TASKS=4 TRIES=1 "$here/submit.sh" "$tmp/b/.plan")
[ "$(wait_for "$job")" = COMPLETED ] || fail "the commit did not run after mending"
tables "$tmp/b" | diff "$tmp/whole.sums" - || fail "other tables after mending"
echo "the tables are those of one run"
