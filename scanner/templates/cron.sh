#!/bin/sh
# A scheduled scan by casemate: quiet, keeps evidence and report by date, says by its exit code what happened:
#   0 clean, 1 findings at or above the threshold, 2 it could not run, 3 incomplete, 4 a remedy failed.
set -eu
umask 077
cd "$(dirname "$0")"
code=0
{{ command }} || code=$?
if [ "$code" -ne 0 ]; then
    # cron mails what is printed here.
    echo "casemate: the scan of $(date -u +%Y-%m-%dT%H:%MZ) ended with exit code $code; reports are in {{ keep }}" >&2
fi
exit "$code"
