#!/bin/bash
# Submits a run to AWS Batch: an array of COUNT children for each phase, each behind
# the one before, and the commit in the end. Prints the identifier of the last job.
#
#     QUEUE=tamis ./submit.sh PLAN
#
# PLAN is the folder of the plan as the containers see it, on the file system that
# they share; `tamis plan phases --plan PLAN` has to work here, or PHASES to hold
# what it printed. From the environment: QUEUE; DEFINITION (tamis-shard); COUNT (8,
# at least 2, as an array must be).
set -euo pipefail
plan=${1:?PLAN is missing: $0 PLAN}
queue=${QUEUE:?QUEUE is missing} definition=${DEFINITION:-tamis-shard} count=${COUNT:-8}
phases=${PHASES:-$(tamis plan phases --plan "$plan")}

submit() { aws batch submit-job --job-queue "$queue" --job-definition "$definition" --query jobId --output text "$@"; }

after=()
while IFS=$'\t' read -r phase _; do
	job=$(submit --job-name "tamis-$phase" --array-properties "size=$count" "${after[@]}" \
		--parameters "phase=$phase,plan=$plan,count=$count")
	echo "$phase: job $job" >&2
	after=(--depends-on "jobId=$job")
done <<<"$phases"
submit --job-name tamis-commit "${after[@]}" \
	--container-overrides "{\"command\": [\"commit\", \"--plan\", \"$plan\"]}"
