# This repository's own matrix, with everything that this machine can run of it, which check.sh reads: on this machine, in five
# shards, and over Slurm, where a node is lost half-way. Both nodes work in one checkout, and build in one folder.
# shellcheck shell=sh disable=SC2154,SC2317 # what check.sh has set; functions are called by name
set -eu

# What git would take of this checkout as it is now, as a commit of its own.
copied() {
  git -C "$root" ls-files -z --cached --others --exclude-standard >"$work/files" &&
    mkdir "$work/checkout" &&
    tar -C "$root" --null --ignore-failed-read --verbatim-files-from -T "$work/files" -cf "$work/files.tar" &&
    tar -C "$work/checkout" -xf "$work/files.tar" &&
    cd "$work/checkout" && git init -q -b main && git add -A &&
    git -c user.name=n -c user.email=e@example.org commit -q -m m
}

# Without QEMU, its step is off.
machines=0
! { command -v "qemu-system-$(uname -m)" && command -v qemu-img; } >/dev/null || machines=1

platform() { # NAME ARGUMENT…: a run in the folder NAME
  run=$1
  shift
  TENANT_LOOP=1 PLASMA_E2E=$machines PLASMA_ACCEL=auto ./jbang matrix.java "$@" --log-dir "$work/$run" >"$work/$run.out" 2>&1
}
over_slurm() { platform "$1" run --engine nextflow --engine-config docs/engines/slurm.config; }

# At most two legs at once, as everywhere.
in_shards() {
  set --
  for shard in 1 2 3 4 5; do
    platform "platform-$shard" run --shard "$shard/5" &
    set -- "$@" "$work/platform-$shard"
    [ $((shard % 2)) -eq 1 ] || wait
  done
  wait
  platform platform-merged merge "$@"
}

# The node `plain` is lost with all that runs there once a leg is well into it, and comes back when all is over.
while_a_node_is_lost() {
  over_slurm platform-lost &
  head=$!
  if waits under_way; then sh "$here/cluster.sh" lose "$cluster" plain; fi
  lost_code=0
  wait "$head" || lost_code=$?
  sh "$here/cluster.sh" node "$cluster" plain
  return "$lost_code"
}
under_way() {
  for folder in $(squeue -h -w plain -t R -o %Z); do
    ! grep -qs '"event":"step-finished"' "$folder/part/events.jsonl" || return 0
  done
  return 1
}

# The head is killed once two legs have come to their end, and resumed. Of the last one Nextflow may not know.
while_the_head_is_lost() {
  over_slurm platform-resumed &
  head=$!
  if waits two_ended; then kill -9 "$(cat "$work/platform-resumed/lock")"; fi
  wait "$head" || :
  squeue -h -o %j >"$work/left"
  mv "$work/platform-resumed.out" "$work/platform-resumed.killed"
  TENANT_LOOP=1 PLASMA_E2E=$machines PLASMA_ACCEL=auto ./jbang matrix.java run --resume "$work/platform-resumed" \
    >"$work/platform-resumed.out" 2>&1
}
two_ended() { [ "$(grep -cs COMPLETED "$work/platform-resumed/engine/trace.txt")" = 2 ]; }
goes_on() { # with what was over, and with no job of the one that was killed
  cat "$work/left" "$work/platform-resumed.out"
  [ -s "$work/left" ] && ! grep '^!' "$work/platform-resumed.out" && grep -q '^- .* came to its end before' "$work/platform-resumed.out" &&
    [ "$(grep -c "cancelled Slurm's job" "$work/platform-resumed.out")" -eq "$(wc -l <"$work/left")" ]
}

as_here() { # RUN
  if [ "$code" -eq "$here_code" ] && same platform "$1"; then return; fi
  echo "exit code $code, and $here_code here"
  tail -n 60 "$work/$1.out"
  return 1
}
passed_here() { # what this machine hasn't got may be missing
  tail -n 60 "$work/platform.out"
  [ "$here_code" -eq 0 ] || [ "$here_code" -eq 3 ]
}
on_both() { scontrol -o show job | grep -F " WorkDir=$work/$1/" | grep -q ' NodeList=plain '; }
sent_again() { # a leg that was lost with the node
  scontrol -o show job | grep -F " WorkDir=$work/platform-lost/" | sed -E 's/.* JobName=([^ ]*) .* JobState=([^ ]*) .* NodeList=([^ ]*) .*/\1 \2 \3/' >"$work/jobs"
  cat "$work/jobs"
  lost=$(sed -n 's/ NODE_FAIL plain$//p' "$work/jobs")
  [ -n "$lost" ] && grep -qx "$lost COMPLETED kvm" "$work/jobs"
}
nothing_left() { # of jobs, processes and temporary folders
  idle && ! pgrep -af "[/]$(basename "$work")/(checkout|platform)" &&
    ! grep -lsF "$work/" /tmp/matrix-*/lock
}

copied
here_code=0
timed platform platform run || here_code=$?
expect 'the whole matrix passes on this machine' passed_here
code=0
timed in_shards || code=$?
expect 'the whole matrix in five merged shards ends as here, with the same junit.xml' as_here platform-merged
code=0
timed over_slurm platform-slurm || code=$?
expect 'the whole matrix over Slurm ends as here, with the same junit.xml' as_here platform-slurm
expect 'its legs ran on both nodes' on_both platform-slurm
on_its_node='its leg that boots machines ran on the node with KVM, and on no other'
if [ "$machines" -eq 1 ]; then
  expect "$on_its_node" on_kvm platform-slurm flaredb-plasmavmc
else
  skip "$on_its_node" 'QEMU is not to be had'
fi
expect 'nothing of it is left' nothing_left
code=0
timed while_a_node_is_lost || code=$?
expect 'a leg was lost with a node, and sent to the other' sent_again
expect 'the whole matrix ends as here, with the same junit.xml, where a node is lost half-way' as_here platform-lost
code=0
timed while_the_head_is_lost || code=$?
expect 'a head that is resumed keeps the legs that are over, and cancels the jobs that were left' goes_on
expect 'the whole matrix ends as here, with the same junit.xml, where the head is killed half-way' as_here platform-resumed
expect 'nothing is left of it either' waits nothing_left
