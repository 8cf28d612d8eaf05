#!/bin/sh
# The integration matrix under its old name: `DRY_RUN=1 scripts/integration-matrix.sh` and the like work as ever.
script=$(readlink -f -- "$0") && exec "${script%/*}/../jbang" matrix.java "$@"
