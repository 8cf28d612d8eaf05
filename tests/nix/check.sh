#!/bin/sh
# shellcheck disable=SC2317 # expect calls the functions
# Evaluates flake.nix with a real Nix, and runs the script of apps.matrix. A stub stands in for nixpkgs, so it needs no
# network and builds nothing. Prints a line `ok NAME` or `not ok NAME` a case.
# Exit code: 0 all is well, 1 something isn't, 77 Nix isn't installed.
set -eu

command -v nix >/dev/null 2>&1 || {
  echo 'skipped: nix is not installed'
  exit 77
}
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A folder of its own, since a flake in a checkout only sees the files that git knows; and a home and a store of its own.
mkdir "$work/flake" "$work/home" "$work/elsewhere"
cp "$here/../../flake.nix" "$work/flake"
cp -R "$here/nixpkgs" "$work/nixpkgs"
HOME=$work/home
export HOME
cd "$work/flake"

run_nix() {
  verb=$1
  shift
  case $verb in
    check) set -- flake check --no-build "$@" ;;
    *) set -- "$verb" "$@" ;;
  esac
  nix --extra-experimental-features 'nix-command flakes' --offline --store "$work/store" "$@" \
    --no-write-lock-file --override-input nixpkgs "path:$work/nixpkgs"
}

failed=0
expect() {
  name=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    echo "ok $name"
  else
    echo "not ok $name"
    sed 's/^/# /' "$work/output"
    failed=1
  fi
}

has_words() {
  found=" $(run_nix eval --raw "path:.#$1.tools" --apply 'builtins.concatStringsSep " "') "
  shift
  for word in "$@"; do
    case $found in
      *" $word "*) ;;
      *)
        echo "no $word in:$found"
        return 1
        ;;
    esac
  done
}

is_program() {
  run_nix eval --raw "path:.#apps.$1.matrix.program" | grep '/bin/matrix$'
}

# The script of apps.matrix in a checkout, below it, and elsewhere.
runs_checkout() {
  run_nix eval --raw "path:.#packages.x86_64-linux.matrix.text" >"$work/matrix"
  mkdir -p "$work/a checkout/below"
  git init -q "$work/a checkout"
  : >"$work/a checkout/matrix.java"
  # shellcheck disable=SC2016 # for the stand-in to expand
  printf '%s\n' '#!/bin/sh' 'printf "%s|" "$JAVA_HOME" "$PWD" "$@"' >"$work/a checkout/jbang"
  chmod +x "$work/a checkout/jbang"
  answer=$(cd "$work/a checkout/below" && bash -euo pipefail "$work/matrix" list 'a b')
  echo "$answer"
  [ "$answer" = "/nix/store/jdk25/lib/openjdk|$work/a checkout/below|matrix.java|list|a b|" ]
}

runs_flake_elsewhere() {
  answer=$(cd "$work/elsewhere" && GIT_CEILING_DIRECTORIES=$work bash -euo pipefail "$work/matrix" list 2>&1) || :
  echo "$answer"
  case $answer in
    */nix/store/*-source/jbang*) ;;
    *) return 1 ;;
  esac
}

# What the module makes of a configuration, with stand-ins for NixOS's options.
turns_nesting_on() {
  # shellcheck disable=SC2016 # Nix's own
  answer=$(run_nix eval --raw 'path:.#nixosModules.nested-kvm' --apply '
    module:
    let
      lib = { mkOption = given: given; types = { listOf = _: "list"; str = "text"; }; };
      made = module { config.services.nested-kvm.users = [ "ada" ]; inherit lib; };
    in
    made.config.boot.extraModprobeConfig + builtins.concatStringsSep " " made.config.users.groups.kvm.members')
  echo "$answer"
  [ "$answer" = "options kvm-intel nested=1
options kvm-amd nested=1
ada" ]
}

# The script of checks.evidence, over evidence as it was kept and with a byte changed.
checks_evidence() {
  # shellcheck disable=SC2016 # for the script to expand
  run_nix eval --raw "path:.#checks.x86_64-linux.evidence.text" |
    sed 's|^cd /nix/store/.*|cd "$evidence"|' >"$work/evidence.sh"
  grep -q 'sha256sum --check' "$work/evidence.sh"
  kept=$work/evidence/docs/evidence/integration-matrix-20260101T000000Z
  mkdir -p "$kept"
  echo one >"$kept/README.md"
  (cd "$kept" && sha256sum README.md >SHA256SUMS)
  evidence=$work/evidence out=$work/out bash -euo pipefail "$work/evidence.sh" || return 1
  echo two >"$kept/README.md"
  ! evidence=$work/evidence out=$work/out bash -euo pipefail "$work/evidence.sh"
}

expect 'flake.nix evaluates' run_nix check path:.
for system in x86_64-linux aarch64-linux x86_64-darwin aarch64-darwin; do
  expect "the devShell of $system has its tools" has_words "devShells.$system.default" \
    jdk25 jbang maven cargo rustc clippy rustfmt qemu git
  expect "apps.matrix of $system is a program" is_program "$system"
done
expect 'checks.evidence finds a changed byte' checks_evidence
expect 'nixosModules.nested-kvm turns nesting on' turns_nesting_on
expect 'apps.matrix runs the checkout it is called in' runs_checkout
expect 'apps.matrix runs the files of the flake elsewhere' runs_flake_elsewhere
if command -v shellcheck >/dev/null 2>&1; then
  expect 'the script of apps.matrix passes shellcheck' shellcheck --shell=bash "$work/matrix"
fi
exit "$failed"
