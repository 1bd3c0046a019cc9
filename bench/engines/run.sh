#!/bin/bash
# Runs one dump under several engines and prints time, processor time and the memory
# of the largest process of each, as rows of a table; all have to give the same
# tables.
#
#     TAMIS=/path/to/tamis bench/engines/run.sh DUMP [ENGINE...]
#
# Engines: run (one process), xargs, slurm (a cluster of this machine), prism and flink
# (Beam, see engines/beam), s3 (from a bucket to a bucket, see cmd/tamis-cloud). SHARDS
# (8) and PROCESSES at once (2) from the environment; for prism and flink BEAM, the
# program of engines/beam, and FLINK_JARS; for s3 TAMIS_CLOUD and VERSITYGW. Processor
# time and memory are those of tamis, without what the engine takes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tamis=$(realpath "${TAMIS:-tamis}") dump=$(realpath "${1:?DUMP is missing}")
shift
engines=${*:-run xargs}
shards=${SHARDS:-8} processes=${PROCESSES:-2}
[ -x /usr/bin/time ] || { echo "/usr/bin/time is missing (Debian: time)" >&2; exit 1; }
tmp=$(mktemp -d -p "${TMPDIR:-/tmp}")
chmod 755 "$tmp"
trap 'if type slurm_down >/dev/null 2>&1; then slurm_down "$tmp/cluster"; fi; rm -rf "$tmp"' EXIT
(cd "$here/.." && go build -o "$tmp/tables" ./tables)

# Every process that does a share notes what it took.
cat >"$tmp/timed" <<-EOF
	#!/bin/bash
	exec /usr/bin/time --append --output=$tmp/times --format="%U %S %M" "$tamis" "\$@"
EOF
chmod +x "$tmp/timed"

plan() { "$tmp/timed" plan "$dump" --shards "$shards" --out "$tmp/$1" --plan "$tmp/$1/.plan" >"$tmp/log" 2>&1; }

engine_run() { "$tmp/timed" run "$dump" --out "$tmp/run" --quiet --workers "$processes"; }
engine_xargs() {
	plan xargs
	"$tamis" plan phases --plan "$tmp/xargs/.plan" | while IFS=$'\t' read -r phase n; do
		seq 0 $((n - 1)) | xargs -P "$processes" -I {} "$tmp/timed" shard "$phase" --plan "$tmp/xargs/.plan" --index {} --workers 1 --quiet
	done
	"$tmp/timed" commit --plan "$tmp/xargs/.plan" >"$tmp/log" 2>&1
}
engine_slurm() {
	plan slurm
	local job
	job=$(TAMIS=$tmp/timed TASKS=$shards SLURM_CPUS_PER_TASK=1 "$here/../../deploy/slurm/submit.sh" "$tmp/slurm/.plan" 2>>"$tmp/log")
	while scontrol --oneliner show job "$job" | grep -qE 'JobState=(PENDING|RUNNING|COMPLETING)'; do sleep 0.5; done
}
beam() { # NAME, flags of the runner
	local name=$1
	shift
	plan "$name"
	"${BEAM:?the program of engines/beam}" --plan "$tmp/$name/.plan" --tamis "$tmp/timed" --workers 1 --at_once "$processes" "$@" >"$tmp/log" 2>&1
}
engine_prism() { beam prism; }
engine_flink() {
	local port=$((20000 + RANDOM % 20000)) server
	java --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED -Xmx1g -cp "${FLINK_JARS:?the folder that make test-beam fills}/*" org.apache.beam.runners.flink.FlinkJobServerDriver --job-host=localhost --job-port=$port \
		--artifact-port=0 --expansion-port=0 --artifacts-dir="$tmp/artifacts" '--flink-master=[local]' --flink-conf-dir="$here/../../engines/beam/flink/conf" >"$tmp/server" 2>&1 &
	server=$!
	until (exec 3<>/dev/tcp/localhost/$port) 2>/dev/null; do kill -0 $server || return 1; sleep 0.2; done
	beam flink --runner flink --endpoint localhost:$port --environment_type PROCESS --parallelism "$processes"
	kill $server
	wait $server 2>/dev/null || true
}
engine_s3() {
	local port=$((20000 + RANDOM % 20000)) server
	mkdir -p "$tmp/s3/bucket" "$tmp/meta"
	cp -r "$dump" "$tmp/s3/bucket/$(basename "$dump")"
	"${VERSITYGW:?an S3 server, which make test-cloud fetches}" --access account --secret secretsecret --port localhost:$port --quiet posix --sidecar "$tmp/meta" "$tmp/s3" >"$tmp/server" 2>&1 &
	server=$!
	until (exec 3<>/dev/tcp/localhost/$port) 2>/dev/null; do kill -0 $server || return 1; sleep 0.2; done
	AWS_ACCESS_KEY_ID=account AWS_SECRET_ACCESS_KEY=secretsecret AWS_REGION=us-east-1 /usr/bin/time --append --output="$tmp/times" --format="%U %S %M" \
		"${TAMIS_CLOUD:?the program of make cloud}" run "s3://bucket/$(basename "$dump")/" --out s3://bucket/tables/ --endpoint "http://localhost:$port" \
		--work "$tmp/s3work" --workers "$processes" --quiet >"$tmp/log" 2>&1
	kill $server
	wait $server 2>/dev/null || true
	mv "$tmp/s3/bucket/tables" "$tmp/s3tables" && rm -rf "$tmp/s3" && mv "$tmp/s3tables" "$tmp/s3"
}

case " $engines " in *" slurm "*)
	source "$here/../../deploy/slurm/cluster.sh"
	slurm_up "$tmp/cluster"
	;;
esac
echo "| engine | seconds | processor seconds | largest process, MiB | tables |"
echo "|---|---:|---:|---:|---|"
for engine in $engines; do
	: >"$tmp/times"
	start=$(date +%s.%N)
	"engine_$engine" || { echo "$engine failed:" >&2; cat "$tmp/log" >&2; exit 1; }
	end=$(date +%s.%N)
	"$tmp/tables" "$tmp/$engine" >"$tmp/$engine.sums"
	same=equal
	cmp -s "$tmp/$engine.sums" "$tmp/${engines%% *}.sums" || same=DIFFERENT
	awk -v e="$engine" -v s="$(echo "$end $start" | awk '{print $1 - $2}')" -v same=$same '{cpu += $1 + $2; if ($3 > m) m = $3}
		END {printf "| %s | %.1f | %.1f | %.0f | %s |\n", e, s, cpu, m / 1024, same}' "$tmp/times"
	[ $same = equal ] || { diff "$tmp/${engines%% *}.sums" "$tmp/$engine.sums" >&2; exit 1; }
	rm -rf "${tmp:?}/$engine"
done
