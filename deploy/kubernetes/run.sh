#!/bin/bash
# Runs a plan on Kubernetes, a job for each phase, one after the other.
#
#     ./run.sh
#
# A job that failed is left to be looked at; after mending, run this again: jobs
# are made anew, and what is done is not done twice. TIMEOUT is the longest that a
# phase may take (24h).
set -euo pipefail
cd "$(dirname "$0")"

run() { # NAME, the manifest on standard input
	kubectl delete job "tamis-$1" --ignore-not-found --wait
	kubectl apply -f -
	kubectl wait "job/tamis-$1" --for=condition=Complete --timeout="${TIMEOUT:-24h}" &
	local complete=$!
	kubectl wait "job/tamis-$1" --for=condition=Failed --timeout="${TIMEOUT:-24h}" >/dev/null 2>&1 &
	local failed=$!
	wait -n "$complete" "$failed" || true
	kill "$complete" "$failed" 2>/dev/null || true
	kubectl get "job/tamis-$1" -o 'jsonpath={.status.conditions[?(@.type=="Complete")].status}' | grep -q True && return
	echo "tamis-$1 failed; failed indexes: $(kubectl get "job/tamis-$1" -o 'jsonpath={.status.failedIndexes}')" >&2
	kubectl logs "job/tamis-$1" --tail=20 >&2
	exit 1
}

kubectl apply -f volume.yaml
run plan <plan.yaml
for phase in $(cat phases); do
	sed "s/PHASE/$phase/g" shard.yaml | run "$phase"
done
run commit <commit.yaml
