#!/bin/sh
# Drives report.html in Debian's Chromium, with Playwright and axe-core from npm, in a folder of its own.
# Exit code: 0 all is well, 1 something isn't, 77 there is no browser, or npm got nothing to drive it with.
# With a folder as its argument it leaves screenshots there.
set -eu

for tool in npm node chromium git; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "skipped: $tool is not installed"
    exit 77
  }
done
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -P -- "$here/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$here"/*.mjs "$work"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts --silent) || {
  echo 'skipped: npm got no playwright-core and axe-core'
  exit 77
}
"$root/jbang" matrix.java --version
GATE_ROOT=$root SCREENSHOTS=${1-} node "$work/drive.mjs"
