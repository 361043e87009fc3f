#!/usr/bin/env bash
# The gate of a pull request: judges the change, annotates its lines, and keeps one comment up to date.
# Everything comes by environment variables, never by text in this script, so that no name becomes a command.
set -euo pipefail

out="${RUNNER_TEMP:-$(mktemp -d)}/casemate"
mkdir -p "$out"
arguments=(gate "$CHANGE" --fail-on "${FAIL_ON:-medium}" --quiet)
arguments+=(--format github --format "sarif=$out/casemate.sarif" --format "markdown=$out/comment.md")
if [ -n "${AGAINST:-}" ]; then
    arguments+=(--against "$AGAINST")
elif [ -n "${BASE:-}" ] && ! [[ "$CHANGE" =~ (plan|\.tfplan|change-?set).*$ && -f "$CHANGE" ]]; then
    # The checkout of a pull request is shallow: fetch the revision to compare with.
    git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$BASE" || true
    arguments+=(--base "$BASE")
fi
[ -z "${ENGINE:-}" ] || arguments+=(--engine "$ENGINE")
read -r -a more <<<"${ARGUMENTS:-}"

code=0
"$CASEMATE" "${arguments[@]}" ${more[@]+"${more[@]}"} || code=$?

{
    echo "exit-code=$code"
    [ ! -f "$out/casemate.sarif" ] || echo "sarif=$out/casemate.sarif"
} >>"${GITHUB_OUTPUT:-/dev/null}"
[ ! -f "$out/comment.md" ] || cat "$out/comment.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

if [ "${COMMENT:-}" = true ] && [ -n "${PULL_REQUEST:-}" ] && [ -f "$out/comment.md" ]; then
    marker="$(head -n 1 "$out/comment.md")"
    comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
    previous="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)" || previous=""
    if [ -n "$previous" ]; then
        gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$previous" --field "body=@$out/comment.md" ||
            echo "::warning::the comment could not be updated: does the job have pull-requests: write?"
    else
        gh api --silent --method POST "$comments" --field "body=@$out/comment.md" ||
            echo "::warning::the comment could not be written: does the job have pull-requests: write?"
    fi
fi
exit "$code"
