#!/bin/sh
# Written by `matrix run --engine nextflow`: runs one leg, whose folder is `part`.
# Exit code: 0 it came to its end, whatever that was; else the machine failed, and another may try.
set -u

work=$PWD
process=$1
shift

# Sets `leg` to the leg of a process, and `leaks` to whether it may leak.
name() {
  leaks=
  case $1 in
    leg_1) leg=a ;;
    leg_2) leg=cells@engine=redb,nodes=1 leaks=allowed ;;
    leg_3) leg=b ;;
    leg_4) leg=c ;;
    *) exit 64 ;;
  esac
}

count=$#
for need; do
  read -r outcome <"needs/$need.outcome" 2>/dev/null || outcome=errored
  name "$need"
  case $outcome$leaks in
    passed* | flaky* | off* | leakedallowed) ;;
    *) set -- "$@" --blocked "$leg=$outcome" ;;
  esac
done
shift "$count"
name "$process"
rm -rf part # what was cut off here before counts for nothing

export SKIP_B=1
export TITLE='it'\''s $HOME'
cd '/home/me/my project' || exit 72
'/home/me/my project/jbang' matrix.java run --set 'A=b c' --part "$leg" "$@" --log-dir "$work/part"
code=$?
case $code in
  0 | 1 | 3) ;;
  *) exit "$code" ;;
esac
cd "$work" || exit 75
# Only what has its end in the journal came to its end.
tail -n 1 part/events.jsonl | grep -q '"ms":[0-9]*,"event":"run-finished"' || exit 75
# What its attempts come to, for the legs that need it; the verdict is not decided here.
outcomes=$(sed -n '/"ms":[0-9]*,"event":"leg-finished"/s/.*"outcome":"\([A-Z_]*\)".*/\1/p' part/events.jsonl |
  tr 'A-Z_' 'a-z-')
outcome=$(printf '%s\n' "$outcomes" | tail -n 1)
case $(printf '%s\n' "$outcomes" | sort -u | tr '\n' ' ') in
  "$outcome ") ;;
  'leaked passed ') outcome=leaked ;;
  *passed*) outcome=flaky ;;
esac
printf '%s\n' "${outcome:-errored}" >"$process.outcome"
