#!/bin/sh
# Written by `matrix run --engine nextflow`: runs one leg, whose folder is `part`.
# Exit code: 0 it came to its end, whatever that was; else the machine failed, and another may try.
set -u

work=$PWD
process=$1
shift

ended() {
  echo "$1" >"$work/$process.outcome"
  exit 0
}

for need; do
  [ "$(cat "needs/$need.outcome" 2>/dev/null)" = good ] || ended blocked
done
case $process in
  leg_1) leg=a ;;
  leg_2) leg=cells@engine=redb,nodes=1 ;;
  leg_3) leg=b ;;
  leg_4) leg=c ;;
  *) exit 64 ;;
esac
export SKIP_B=1
export TITLE='it'\''s $HOME'
cd '/home/me/my project' || exit 72
'/home/me/my project/jbang' matrix.java run --set 'A=b c' --part "$leg" --log-dir "$work/part"
code=$?
case $code in
  0 | 1 | 3) ;;
  *) exit "$code" ;;
esac
cd "$work" || exit 75
# Only what has its end in the journal came to its end.
tail -n 1 part/events.jsonl | grep -q '"type":"run-finished"' || exit 75
[ "$code" -eq 1 ] || ended good
# A leg that was flaky keeps none from running that needs it; one that only leaked does.
outcomes=$(sed -n '/"type":"leg-finished"/s/.*"outcome":"\([a-z-]*\)".*/\1/p' part/events.jsonl | sort -u | tr '\n' ' ')
case $outcomes in
  'leaked passed ' | *blocked*) ended bad ;;
  *passed*) ended good ;;
  *) ended bad ;;
esac
