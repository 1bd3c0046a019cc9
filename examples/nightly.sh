#!/bin/sh
# A nightly job: tables of a dump that grows. Put it into cron as
#
#     15 2 * * *  DUMP=/srv/dump OUT=/srv/tables LOGS=/var/log/tamis /srv/tamis/nightly.sh
#
# tamis keeps its work in OUT/.work and maps only the documents that are new or
# changed; the tables are always those of one run over everything, and appear
# all at once. A job that starts while another one runs fails and changes nothing.
#
# Settings, from the environment:
#
#     DUMP          what to read: a folder, or several files and folders
#     OUT           folder of the tables
#     LOGS          folder of the logs, one a day, kept for KEEP days (30)
#     MAX_REJECTS   how many unreadable sources are still a success (100)
#     METRICS       address for Prometheus while the job runs; none if empty
#     TAMIS         the program (tamis)
#
# Exit status, that of tamis:
#
#     0   done, and the tables are sound
#     1   failed, or the tables are not sound; after a failed run, last night's are in place
#     2   wrong usage: the settings are to be mended
#     3   done, but more sources were rejected than MAX_REJECTS; the tables are new

set -u

: "${DUMP:?set DUMP to what is to be read}" "${OUT:?set OUT to the folder of the tables}"
TAMIS=${TAMIS:-tamis}
LOGS=${LOGS:-$OUT.logs}
MAX_REJECTS=${MAX_REJECTS:-100}
METRICS=${METRICS:-}
KEEP=${KEEP:-30}

mkdir -p "$LOGS" || exit 2
log=$LOGS/$(date +%F).jsonl
touch "$log" || exit 2
before=$(wc -l <"$log")

# DUMP stands without quotes so that it may be a list.
set -f
"$TAMIS" run $DUMP --out "$OUT" --max-rejects "$MAX_REJECTS" --log-format json ${METRICS:+--metrics "$METRICS"} 2>>"$log"
status=$?
set +f

case $status in
0 | 3)
	if ! "$TAMIS" doctor "$OUT" --format json >"$LOGS/doctor.json" 2>>"$log"; then
		echo "tamis: the tables in $OUT are not sound, see $LOGS/doctor.json" >&2
		exit 1
	fi
	# How much was new, from the last object of the log that counts something.
	counts=$(grep '"msg":"done"' "$log" | tail -n 1)
	number() { printf '%s' "$counts" | sed -n 's/.*"'"$1"'":\([0-9]*\).*/\1/p'; }
	sources=$(number sources) reused=$(number reused)
	echo "tamis: $sources sources, $((sources - reused)) of them mapped anew, $(number documents) documents in $OUT"
	;;
*)
	tail -n "+$((before + 1))" "$log" | grep -v '"level":"INFO"' >&2 # what went wrong
	;;
esac
if [ "$status" -eq 3 ]; then
	echo "tamis: more than $MAX_REJECTS sources were rejected; the table rejects says why" >&2
fi

find "$LOGS" -name '*.jsonl' -mtime "+$KEEP" -exec rm -f {} +
exit "$status"
