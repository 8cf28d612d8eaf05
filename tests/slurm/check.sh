#!/bin/sh
# Runs two matrices over a Slurm of two nodes on loopback, in folders of its own: a small one, whose jobs are cancelled, whose
# nodes' daemons are killed and whose head is killed and resumed (small.sh); and this repository's own (platform.sh). It sees
# that nothing is lost and nothing left. Prints a line each check, as TAP, and its plan; lines with `#` say what goes on.
# Exit code: 0 all is well, 1 something isn't, 77 Slurm or Nextflow isn't to be had here.
# shellcheck disable=SC2317 # functions are called by name
set -eu

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -P -- "$here/../.." && pwd -P)
work=$(mktemp -d)
work=$(CDPATH='' cd -P -- "$work" && pwd -P)
cluster=$work/cluster
tidy() {
  pgrep -f -- "(--log-dir|--resume) $work/" | xargs -r kill || : # runs that go on still
  wait
  [ ! -d "$cluster" ] || sh "$here/cluster.sh" down "$cluster" || :
  rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$root/jbang" nextflow >"$work/nextflow" 2>&1 || {
  cat "$work/nextflow" >&2
  echo '1..0 # SKIP Nextflow is not to be had'
  exit 77
}
code=0
sh "$here/cluster.sh" up "$cluster" || code=$?
if [ "$code" -ne 0 ]; then
  [ "$code" -ne 77 ] || echo '1..0 # SKIP Slurm is not to be had'
  exit "$code"
fi
# shellcheck source=/dev/null
. "$cluster/env"

# ---- What the checks are made of -------------------------------------------------------------------------------------

count=0
failed=0
expect() {
  name=$1
  shift
  count=$((count + 1))
  if "$@" >"$work/why" 2>&1; then
    echo "ok $count $name"
  else
    echo "not ok $count $name"
    sed 's/^/# /' "$work/why"
    failed=1
  fi
}

skip() { # NAME WHY
  count=$((count + 1))
  echo "ok $count $1 # SKIP $2"
}

# Says how long a run takes, and ends like it.
timed() {
  from=$(date +%s)
  "$@" &
  going=$!
  said=60
  while kill -0 "$going" 2>/dev/null; do
    sleep 0.5
    took=$(($(date +%s) - from))
    [ "$took" -lt "$said" ] || { echo "# $1 ${2-}: since $took s" && said=$((took + 60)); }
  done
  ended=0
  wait "$going" || ended=$?
  echo "# $1 ${2-}: took $took s"
  return "$ended"
}

# A run's junit.xml without times, hosts and the run's name and folder.
plain() {
  sed -E 's/ (time|timestamp|hostname)="[^"]*"//g; s/[0-9]{8}T[0-9]{6}Z/RUN/g; /name="toggle.LOG_DIR"/d' "$1/junit.xml"
}

same() { # RUN OTHER
  plain "$work/$1" >"$work/one"
  plain "$work/$2" >"$work/other"
  [ -s "$work/one" ] && diff "$work/one" "$work/other"
}

# The jobs of a run's leg by Slurm's own words: where each ran, and what it was to have there.
jobs() { # RUN LEG
  process=$(grep -B 1 -x "  tag '$2'" "$work/$1/engine/main.nf" | sed -n 's/^process \(.*\) {$/\1/p')
  scontrol -o show job | grep -F " WorkDir=$work/$1/engine/work/" | grep " JobName=nf-${process:?no such leg}_" |
    sed -E 's/.* JobState=([^ ]*) .* NodeList=([^ ]*) .* Features=([^ ]*) .*/\1 \2 \3/'
}

on_kvm() { # RUN LEG
  jobs "$1" "$2" >"$work/jobs"
  cat "$work/jobs" && grep -q '^COMPLETED kvm kvm$' "$work/jobs" && ! grep -v ' kvm kvm$' "$work/jobs"
}

idle() { [ -z "$(squeue -h)" ] || ! squeue; }

waits() { # for a sign
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || { echo "not in two minutes: $*" && return 1; }
    sleep 0.2
  done
}

# ----------------------------------------------------------------------------------------------------------------------

# shellcheck source=/dev/null
. "$here/small.sh"
if command -v cargo >/dev/null; then
  # shellcheck source=/dev/null
  . "$here/platform.sh"
else
  skip 'the whole matrix over Slurm' 'there is no cargo on PATH'
fi

sh "$here/cluster.sh" down "$cluster"
expect 'no daemon is left' sh -c "! pgrep -f '[/]$(basename "$work")/cluster'"
echo "1..$count"
exit "$failed"
