# A small matrix, which check.sh reads: what becomes of it where jobs, nodes and heads are lost.
# shellcheck shell=sh disable=SC2154,SC2317 # what check.sh has set; functions are called by name
set -eu

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
echo "step('boots', accelerator: 'kvm') { exec 'true' }" >legs/machine.groovy
printf '.cccc/\n' >.gitignore
git init -q -b main
git add -A
git -c user.name=n -c user.email=e@example.org commit -q -m m

matrix() { SKIP_D=1 PATH=$work/bin:$PATH "$root/jbang" matrix.java "$@" -f matrix.yaml; }
on_slurm() {
  code=0
  matrix run --engine nextflow --engine-config "$root/docs/engines/slurm.config" --log-dir "$work/$1" >"$work/$1.out" 2>&1 ||
    code=$?
  cat "$work/$1.out"
  return "$code"
}
same_end() { [ "$code" -eq "$here_code" ] && same here "$1"; }
began() { [ -s "$work/b" ]; }
began_again() { [ -e "$work/b" ] && [ "$(wc -l <"$work/b")" -ge 2 ]; }

here_code=0
matrix run --log-dir "$work/here" >"$work/here.out" 2>&1 || here_code=$?

code=0
on_slurm whole || code=$?
expect 'a run over Slurm ends as one here, with the same junit.xml' same_end whole
expect 'the leg that wants KVM runs on the node that has it, and on no other' on_kvm whole machine
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
wait "$head" || code=$?
expect 'a job that scancel took is run by another, and nothing is lost' same_end cancelled

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
code=0
wait "$head" || code=$?
expect 'a node whose daemon is killed loses nothing' same_end killed

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
expect 'a head that is killed and resumed ends as one here' same_end resumed
expect 'no job is left at the end' waits idle
