#!/bin/bash
# Measures what one document costs in each phase of a sharded run, and works out
# from that what larger dumps would take.
#
#     TAMIS=/path/to/tamis bench/engines/units.sh DUMP
#
# SHARDS (8) and PROCESSES at once (2) from the environment; PRICE of a core for an
# hour (0.04 dollars) and of a GiB of disk for a month (0.05) in the estimate.
set -euo pipefail
tamis=$(realpath "${TAMIS:-tamis}") dump=$(realpath "${1:?DUMP is missing}")
tmp=$(mktemp -d -p "${TMPDIR:-/tmp}")
trap 'rm -rf "$tmp"' EXIT
plan=$tmp/plan
timed() { /usr/bin/time --append --output="$tmp/$1.times" --format="%U %S %M" "${@:2}"; }
export -f timed
export tmp tamis plan

timed plan "$tamis" plan "$dump" --shards "${SHARDS:-8}" --out "$tmp/out" --plan "$plan" >"$tmp/log"
"$tamis" plan phases --plan "$plan" >"$tmp/phases"
while IFS=$'\t' read -r phase n; do
	seq 0 $((n - 1)) | xargs -P "${PROCESSES:-2}" -I {} bash -c "timed $phase \"\$tamis\" shard $phase --plan \"\$plan\" --index {} --workers 1 --quiet"
done <"$tmp/phases"
find "$plan" -mindepth 2 -type f ! -name '*.done' -printf '%P %s\n' | awk '
	{ split($1, a, "/"); size[a[1]] += $2 }
	!/\/(records|tables)\// && a[1] != "shards" { size["between"] += $2 }
	END { for (p in size) print p, size[p] }' >"$tmp/sizes"
timed commit "$tamis" commit --plan "$plan" >"$tmp/log"
documents=$(grep -o '"sources": [0-9]*' "$tmp/out/run.json" | head -1 | grep -o '[0-9]*')
bytes=$(grep -o '"document_bytes": [0-9]*' "$tmp/out/run.json" | grep -o '[0-9]*')

echo "Of $documents documents of $((bytes / documents)) bytes on average:"
echo
echo "| phase | indices | a document, ms of a processor | written for a document, bytes | largest process, MiB |"
echo "|---|---:|---:|---:|---:|"
{ echo "plan 1"; tr '\t' ' ' <"$tmp/phases"; echo "commit 1"; } | while read -r phase n; do
	awk -v p="$phase" -v n="$n" -v d="$documents" -v s="$(awk -v p="$phase" '$1 == p {print $2}' "$tmp/sizes")" \
		'{cpu += $1 + $2; if ($3 > m) m = $3} END {printf "| %s | %d | %.4f | %.0f | %.0f |\n", p, n, cpu * 1000 / d, s / d, m / 1024}' "$tmp/$phase.times"
done | tee "$tmp/table"
echo
awk -F'|' -v b="$((bytes / documents))" -v tables="$(du -sb --exclude=.plan "$tmp/out" | cut -f1)" -v d="$documents" -v shuffle="$(awk '$1 == "between" {print $2}' "$tmp/sizes")" \
	-v core="${PRICE:-0.04}" -v disk="${DISK_PRICE:-0.05}" '
	{ cpu += $4; written += $5 }
	END {
		print "| documents | dump | core-hours | files of all phases | of which passed on from phase to phase | tables | processors, dollars | disk for a day, dollars |"
		print "|---:|---:|---:|---:|---:|---:|---:|---:|"
		split("1e6 1e8 1e10", sizes, " ")
		for (i = 1; i <= 3; i++) { n = sizes[i] + 0
			printf "| %s | %.3g GB | %.3g | %.3g GB | %.3g GB | %.3g GB | %.3g | %.3g |\n", sizes[i], n*b/1e9, n*cpu/3.6e6, n*written/1e9, n*shuffle/d/1e9, n*tables/d/1e9, n*cpu/3.6e6*core, n*(written+tables/d)/1073741824*disk/30 }
	}' "$tmp/table"
