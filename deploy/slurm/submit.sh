#!/bin/bash
# Submits a run: an array of TASKS for each phase, each behind the one before, and
# the commit in the end. Prints the number of the last job.
#
#     ./submit.sh PLAN
#
# PLAN is what `tamis plan INPUT... --shards N --out DIR --plan PLAN` wrote. Once a
# phase has failed, what follows is taken out of the queue; after mending, submit
# again: what is done is not done twice. From the environment: TAMIS, the program
# (tamis); TASKS in an array (8); TRIES of each task (3); MEMORY of each (1GiB);
# SBATCH_ACCOUNT, SBATCH_PARTITION and the like as sbatch reads them.
set -euo pipefail
plan=$(realpath "${1:?PLAN is missing: $0 PLAN}")
here=$(cd "$(dirname "$0")" && pwd)
tamis=${TAMIS:-tamis} tasks=${TASKS:-8}
logs=$plan/logs
mkdir -p "$logs"

submit() { sbatch --parsable --kill-on-invalid-dep=yes --export=ALL --chdir="$logs" "$@"; }

after=()
while IFS=$'\t' read -r phase shards; do
	last=$(((shards < tasks ? shards : tasks) - 1))
	job=$(submit --job-name="$phase" --array="0-$last" "${after[@]}" "$here/shard.sbatch" "$phase" "$plan")
	echo "$phase: job $job, tasks 0 to $last" >&2
	after=(--dependency="afterok:$job")
done < <("$tamis" plan phases --plan "$plan")
submit --job-name=commit "${after[@]}" --wrap="exec '$tamis' commit --plan '$plan'"
