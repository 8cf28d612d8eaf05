#!/bin/sh
# Runs a small matrix over a Slurm of two nodes on loopback, in folders of its own, and sees that nothing is lost when a node's
# daemon is killed, a job is cancelled, or the head is killed and resumed. Prints a line each check, as TAP, and its plan.
# Exit code: 0 all is well, 1 something isn't, 77 Slurm or Nextflow isn't to be had here.
# shellcheck disable=SC2317 # functions are called by name
set -eu

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -P -- "$here/../.." && pwd -P)
work=$(mktemp -d)
cluster=$work/cluster
tidy() {
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

# ---- A matrix --------------------------------------------------------------------------------------------------------

project=$work/project
mkdir -p "$project/legs"
cd "$project"
cat >matrix.yaml <<'END'
name: slurm
toggles:
  SKIP_D: { type: flag, help: Without d }
legs:
  a: { title: The first }
  b: { title: Takes a while, needs: [a] }
  c: { title: Behind that, needs: [b] }
  d: { title: Skipped, skip: SKIP_D }
  machine: { title: Wants KVM }
END
touch "$work/go"
for leg in a c d; do echo "step('says') { exec 'true' }" >"legs/$leg.groovy"; done
echo "step('waits') { shell('echo \$PPID >> $work/b; until [ -e $work/go ]; do sleep 0.2; done') }" >legs/b.groovy
# Stand-ins for QEMU, which say that their guests run: the step itself boots none.
mkdir "$work/bin"
cat >"$work/bin/qemu-system-$(uname -m)" <<'END'
#!/bin/sh
case "$*" in
  *--version*) echo 'QEMU emulator version 9.1.0' && exit ;;
  *'-machine help'*) echo 'pc   Standard PC' && exit ;;
  *'-accel help'*) echo 'Accelerators:' && echo tcg && exit ;;
esac
for word; do case $word in file:*) serial=${word#file:} ;; esac; done
echo '{"return": {"enabled": false, "present": true}}'
printf 'a 64-bit guest ran\n' >"$serial"
exit 33
END
cat >"$work/bin/qemu-img" <<'END'
#!/bin/sh
for last; do :; done
[ "$1" = check ] || : >"$last"
END
chmod +x "$work/bin"/*
PATH=$work/bin:$PATH
export PATH
echo "step('boots', accelerator: 'kvm') { exec 'true' }" >legs/machine.groovy
printf '.cccc/\n' >.gitignore
git init -q -b main
git add -A
git -c user.name=n -c user.email=e@example.org commit -q -m m

matrix() { SKIP_D=1 "$root/jbang" matrix.java "$@" -f matrix.yaml; }
on_slurm() {
  code=0
  matrix run --engine nextflow --engine-config "$root/docs/engines/slurm.config" --log-dir "$work/$1" >"$work/$1.out" 2>&1 ||
    code=$?
  cat "$work/$1.out"
}
plain() {
  sed -E 's/ (time|timestamp|hostname)="[^"]*"//g; s/[0-9]{8}T[0-9]{6}Z/RUN/g; /name="toggle.LOG_DIR"/d' "$1"
}
same() {
  plain "$work/here/junit.xml" >"$work/one"
  plain "$work/$1/junit.xml" >"$work/other"
  diff "$work/one" "$work/other"
}
same_end() { [ "$code" -eq "$here_code" ] && same "$1"; }
on_kvm() { # by what Slurm says of the jobs of that leg
  scontrol show job | grep -A 30 'JobName=nf-leg_4' | sed -n 's/^ *NodeList=//p' >"$work/nodes"
  cat "$work/nodes" && grep -qx kvm "$work/nodes" && ! grep -vx kvm "$work/nodes"
}
idle() { [ -z "$(squeue -h)" ] || ! squeue; }
waits() { # for a leg's step to run, or another sign
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "not in 60 s: $*" && return 1; }
    sleep 0.2
  done
}
began() { [ -s "$work/b" ]; }
began_again() { [ -e "$work/b" ] && [ "$(wc -l <"$work/b")" -ge 2 ]; }

here_code=0
matrix run --log-dir "$work/here" >"$work/here.out" 2>&1 || here_code=$?

on_slurm whole
expect 'a run over Slurm ends as one here, with the same junit.xml' same_end whole
cat "$work/whole.out" >"$work/shown"
expect 'the leg that wants KVM runs on the node that has it, and on no other' on_kvm
expect 'no job is left' idle

# A job that is cancelled by the cluster's own tools.
rm -f "$work/go" "$work/b"
on_slurm cancelled &
head=$!
expect 'a leg is under way' waits began
seen() { grep -F '  > b 1 waits' "$work/cancelled.out"; }
expect 'what it is at is shown while it goes on' waits seen
scancel --name "$(squeue -h -o %j | grep leg_2 | head -n 1)"
: >"$work/go"
code=0
wait "$head" || :
expect 'a job that scancel took is run by another, and nothing is lost' same cancelled

# A node's daemon dies.
rm -f "$work/go" "$work/b"
on_slurm killed &
head=$!
expect 'a leg is under way once more' waits began
node=$(squeue -h -o %N | head -n 1)
kill -9 "$(cat "$cluster/$node.pid")"
sleep 2
: >"$work/go"
sh "$here/cluster.sh" node "$cluster" "$node"
wait "$head" || :
expect 'a node whose daemon is killed loses nothing' same killed

# The head dies while its job goes on, and is resumed.
rm -f "$work/go" "$work/b"
on_slurm resumed &
head=$!
expect 'a leg is under way for the third time' waits began
kill -9 "$(cat "$work/resumed/lock")"
wait "$head" || :
left=$(squeue -h -o %A)
dry() { matrix clean --dry-run "$work/resumed" | grep -F "would clear Slurm's job $left "; }
expect 'clean tells of the job that a killed head left' dry
mkdir "$work/without"
printf '#!/bin/sh\nexit 1\n' >"$work/without/squeue"
chmod +x "$work/without/squeue"
refused() {
  code=0
  PATH=$work/without:$PATH matrix run --resume "$work/resumed" >"$work/refused" 2>&1 || code=$?
  cat "$work/refused"
  [ "$code" -eq 2 ] && grep -F "scancel $left" "$work/refused" && [ "$(squeue -h -o %A)" = "$left" ]
}
expect 'a head is not resumed where Slurm cannot be asked, and it says what to cancel' refused
matrix run --resume "$work/resumed" >"$work/resumed.again" 2>&1 &
head=$!
expect 'the leg is under way anew' waits began_again
one_writer() {
  alive=
  while read -r pid; do ! kill -0 "$pid" 2>/dev/null || alive="$alive $pid"; done <"$work/b"
  echo "alive:$alive of $(tr '\n' ' ' <"$work/b")"
  [ "$alive" = " $(tail -n 1 "$work/b")" ] && grep -F "cancelled Slurm's job $left " "$work/resumed.again"
}
expect 'a resumed head cancels the job that was left before it sends another' one_writer
: >"$work/go"
code=0
wait "$head" || code=$?
cat "$work/resumed.again" >>"$work/shown"
expect 'a head that is killed and resumed ends as one here' same_end resumed
expect 'a head that is killed and resumed loses nothing' same resumed
expect 'no job is left at the end' waits idle

sh "$here/cluster.sh" down "$cluster"
expect 'no daemon is left' sh -c "! pgrep -f '[/]$(basename "$work")/cluster'"
echo "1..$count"
exit "$failed"
