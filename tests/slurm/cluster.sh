#!/bin/sh
# A Slurm of two nodes on loopback, for tests, out of Debian's packages, which are unpacked and not installed:
#
#   cluster.sh up FOLDER      brings it up in FOLDER, which mustn't be there yet; `. FOLDER/env` puts its commands on PATH
#   cluster.sh down FOLDER    ends its jobs and daemons, and deletes FOLDER
#   cluster.sh lose FOLDER N  ends the node N (plain or kvm) and all that runs there, as a power cut does
#   cluster.sh node FOLDER N  starts it again
#
# The node `kvm` has the feature kvm. Ports, keys, sockets and spool folders are its own, so that a Slurm that this machine
# belongs to is neither asked nor touched; no user but the one who calls has to be there. `up` downloads once into
# ${XDG_CACHE_HOME:-$HOME/.cache}/integration-matrix/slurm.
# Exit code: 0 done, 1 it didn't work, 2 wrong usage, 77 the packages aren't to be had here.
set -eu

packages='slurmctld slurmd slurm-client munge'

say() { printf 'cluster.sh: %s\n' "$*" >&2; }

die() {
  code=$1
  shift
  say "$@"
  exit "$code"
}

# ---- The packages ----------------------------------------------------------------------------------------------------

# Sets `programs` to the folder where they are unpacked.
fetch() {
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/integration-matrix
  programs=$cache/slurm
  [ ! -e "$programs/complete" ] || return 0
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null 2>&1 || die 77 "$tool isn't here: Slurm comes from Debian's packages"
  done
  mkdir -p "$cache"
  making=$(mktemp -d "$cache/slurm.XXXXXX")
  mkdir -p "$making/debs/partial" "$making/root"
  # What the machine lacks of them; what it has is used as it is. Nothing is installed.
  # shellcheck disable=SC2086
  apt-get -qq -y --no-install-recommends --download-only -o "Dir::Cache::archives=$making/debs" -o Debug::NoLocking=1 \
    install $packages >"$making/log" 2>&1 ||
    { cat "$making/log" >&2 && rm -rf "$making" && die 77 "apt has no Slurm; \`apt-get update\` may help"; }
  for deb in "$making"/debs/*.deb; do
    [ ! -e "$deb" ] || dpkg-deb -x "$deb" "$making/root"
  done
  rm -rf "$making/debs"
  : >"$making/complete"
  rm -rf "$programs"
  mv "$making" "$programs" 2>/dev/null || rm -rf "$making" # another was quicker
}

# Sets `found` to a program: of those unpacked, or of the machine's.
program() {
  for found in "$programs/root/usr/sbin/$1-wlm" "$programs/root/usr/sbin/$1" "$programs/root/usr/bin/$1" \
    "/usr/sbin/$1-wlm" "/usr/sbin/$1" "/usr/bin/$1"; do
    [ ! -x "$found" ] || return 0
  done
  die 77 "there is no $1 in Debian's packages $packages"
}

# ---- Its folder ------------------------------------------------------------------------------------------------------

configure() {
  arch=$(uname -m)-linux-gnu
  host=$(hostname -s)
  user=$(id -un)
  # Three at once, so that they differ.
  ports=$(perl -MIO::Socket::INET -e '@s = map { IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) } 1 .. 3;
    print join " ", map { $_->sockport } @s')
  # shellcheck disable=SC2086
  set -- $ports
  plugins=/usr/lib/$arch/slurm-wlm
  [ ! -d "$programs/root$plugins" ] || plugins=$programs/root$plugins
  program slurmstepd
  cat >"$folder/slurm.conf" <<END
ClusterName=matrix
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
PluginDir=$plugins
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdParameters=config_overrides
SlurmdTimeout=10
MinJobAge=3600
KillWait=5
InactiveLimit=0
NodeName=plain NodeHostname=$host NodeAddr=127.0.0.1 Port=$2 CPUs=1 RealMemory=2000
NodeName=kvm NodeHostname=$host NodeAddr=127.0.0.1 Port=$3 CPUs=1 RealMemory=2000 Feature=kvm
PartitionName=matrix Nodes=plain,kvm Default=YES MaxTime=INFINITE State=UP
END
  cat >"$folder/env" <<END
export SLURM_CONF='$folder/slurm.conf'
export PATH='$programs/root/usr/bin':"\$PATH"
export LD_LIBRARY_PATH='$programs/root/usr/lib/$arch:$plugins'
END
  mkdir -p "$folder/state" "$folder/plain" "$folder/kvm"
}

# Runs a daemon, which goes to the background by itself.
daemon() {
  log=$1
  shift
  (cd / && exec "$@" >>"$folder/$log" 2>&1) || die 1 "$1: $(tail -n 3 "$folder/$log")"
}

node() {
  program slurmstepd
  stepd=$found
  program slurmd
  # CPUs are as slurm.conf says and not as the machine has them: two nodes share it.
  daemon "$1.log" "$found" -N "$1" -f "$folder/slurm.conf" -d "$stepd"
}

# The daemon first, and what could tell of the jobs' end; then the jobs, each of which is a process group. A gate's own
# processes go with it.
lose() {
  kill -9 "$(cat "$folder/$1.pid")"
  pgrep -f "^/bin/bash $folder/$1/job[0-9]*/slurm_script" | xargs -r -n 1 ps -o pgid= -p | sort -u >"$folder/lost"
  while read -r group; do
    kill -9 "$(ps -o ppid= -p "$group" | tr -d ' ')" "-$group"
  done <"$folder/lost"
}

up() {
  [ ! -e "$folder" ] || die 2 "$folder is there already"
  fetch
  mkdir -m 700 "$folder"
  configure
  # shellcheck source=/dev/null
  . "$folder/env"
  trap down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  head -c 1024 /dev/urandom >"$folder/munge.key"
  chmod 600 "$folder/munge.key"
  program munged
  daemon munged.log "$found" --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" --force
  program slurmctld
  daemon slurmctld.log "$found" -f "$folder/slurm.conf"
  node plain
  node kvm
  tries=0
  until [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" -eq 2 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || die 1 "its nodes aren't idle after 20 s: $(tail -n 3 "$folder"/*.log)"
    sleep 0.2
  done
  trap - EXIT
}

# Sets `pids` to those that were started in this folder: it stands in their arguments or in their environment.
ours() {
  pids=
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" != "$$" ] || continue
    exe=$(readlink "$process/exe" 2>/dev/null) || continue
    case $exe in
      */munged | */slurmctld-wlm | */slurmd-wlm | */slurmstepd-wlm | */slurmctld | */slurmd | */slurmstepd) ;;
      *) continue ;;
    esac
    if tr '\0' '\n' <"$process/cmdline" 2>/dev/null | grep -qF "$folder/" ||
      tr '\0' '\n' <"$process/environ" 2>/dev/null | grep -qxF "SLURM_CONF=$folder/slurm.conf"; then
      pids="$pids $pid"
    fi
  done
}

# Jobs first, while there is somebody who can end them.
down() {
  trap - EXIT
  # shellcheck source=/dev/null
  . "$folder/env"
  if scancel -u "$(id -un)" 2>/dev/null; then
    tries=0
    while [ "$tries" -lt 50 ] && [ -n "$(squeue -h 2>/dev/null)" ]; do
      tries=$((tries + 1))
      sleep 0.2
    done
  fi
  for signal in TERM KILL; do
    tries=0
    ours
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill "-$signal" $pids 2>/dev/null || :
    while [ -n "$pids" ] && [ "$tries" -lt 50 ]; do
      tries=$((tries + 1))
      sleep 0.1
      ours
    done
  done
  [ -z "$pids" ] || die 1 "these of its daemons don't end:$pids"
  rm -rf "$folder"
}

# ----------------------------------------------------------------------------------------------------------------------

[ $# -ge 2 ] || die 2 'usage: cluster.sh up|down FOLDER, or cluster.sh lose|node FOLDER plain|kvm'
case $2 in
  /*) folder=$2 ;;
  *) folder=$PWD/$2 ;;
esac
case $1 in
  up) up ;;
  down | lose | node)
    [ -f "$folder/slurm.conf" ] || die 2 "there is no cluster in $folder"
    programs=${XDG_CACHE_HOME:-$HOME/.cache}/integration-matrix/slurm
    # shellcheck source=/dev/null
    . "$folder/env"
    case $1 in
      down) down ;;
      lose) lose "${3:?the name of a node}" ;;
      node) node "${3:?the name of a node}" ;;
    esac
    ;;
  *) die 2 "there is no \`$1\`: up, down, lose or node" ;;
esac
