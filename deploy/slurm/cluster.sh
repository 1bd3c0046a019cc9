# A Slurm cluster of this machine alone, for tests: source it, then call
# slurm_up DIR, and slurm_down in the end. It needs Debian's slurm-wlm and munge, and
# root; its files, keys and ports are its own.

slurm_up() {
	local dir=$1 host port
	host=$(hostname -s)
	port=$((20000 + RANDOM % 20000))
	mkdir -p "$dir"/{munge,state,spool,log}
	chmod 755 "$dir"
	head -c 1024 /dev/urandom >"$dir/munge/key"
	chown -R munge: "$dir/munge"
	chmod 700 "$dir/munge" && chmod 400 "$dir/munge/key"
	install -d -o munge -m 755 "$dir/socket"
	runuser -u munge -- munged --key-file="$dir/munge/key" --socket="$dir/socket/munge" --pid-file="$dir/munge/pid" \
		--log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
	cat >"$dir/slurm.conf" <<-EOF
		ClusterName=tamis
		SlurmctldHost=$host(127.0.0.1)
		SlurmctldPort=$port
		SlurmdPort=$((port + 1))
		SlurmUser=root
		AuthType=auth/munge
		AuthInfo=socket=$dir/socket/munge
		CredType=cred/munge
		StateSaveLocation=$dir/state
		SlurmdSpoolDir=$dir/spool
		SlurmctldPidFile=$dir/slurmctld.pid
		SlurmdPidFile=$dir/slurmd.pid
		SlurmctldLogFile=$dir/log/slurmctld
		SlurmdLogFile=$dir/log/slurmd
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		AccountingStorageType=accounting_storage/none
		SwitchType=switch/none
		MpiDefault=none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SchedulerParameters=batch_sched_delay=1,sched_interval=2,requeue_delay=1
		ReturnToService=2
		MinJobAge=300
		NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(free -m | awk "/^Mem/ {print \$2}") State=UNKNOWN
		PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	EOF
	export SLURM_CONF=$dir/slurm.conf
	slurmctld -c
	slurmd -c
	for _ in $(seq 60); do
		if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then
			return
		fi
		sleep 1
	done
	tail "$dir"/log/* >&2
	return 1
}

slurm_down() {
	local dir=$1 file pid
	for file in "$dir/slurmd.pid" "$dir/slurmctld.pid" "$dir/munge/pid"; do
		pid=$(cat "$file" 2>/dev/null) || continue
		kill "$pid" 2>/dev/null
		for _ in $(seq 50); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
	done
	return 0
}
