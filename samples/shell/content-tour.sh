#!/bin/sh
# The content API from a shell: sh and curl, nothing else. Run ./platform run in another terminal first, then this. It can be run again:
# every command has a key of the run.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
api=${PLATFORM_URL:-http://127.0.0.1:8080}/api
token=$("$root/platform" token --role admin)
run=$(date +%s)-$$

say() { printf '\n== %s\n' "$*"; }

# call METHOD PATH [BODY [HEADER...]]: shows the request, the status and the body; keeps them in $status and $answer.
call() {
    method=$1 path=$2 body=${3-}
    if [ $# -gt 3 ]; then shift 3; else shift $#; fi
    for header in "$@"; do
        set -- "$@" -H "$header"
        shift
    done
    [ -z "$body" ] || set -- "$@" -H 'Content-Type: application/json' --data "$body"
    printf '%s %s\n' "$method" "$path"
    answer=$(curl -sS -X "$method" -H "Authorization: Bearer $token" -w '\n%{http_code}' "$@" "$api$path")
    status=$(printf '%s\n' "$answer" | tail -n 1)
    answer=$(printf '%s\n' "$answer" | sed '$d')
    printf '%s %s\n' "$status" "$answer"
}

# The last value of a member of $answer.
member() { printf '%s\n' "$answer" | sed -E 's/.*"'"$1"'": ?"?([^",}]+).*/\1/'; }

expect() {
    [ "$status" = "$1" ] || { printf 'expected %s, and not %s\n' "$1" "$status" >&2; exit 1; }
}

say "A site. The answer is a receipt: the new events, each with its hash."
call POST /sites '{"name":"Tour '"$run"'","domain":"tour-'"$run"'.example"}' "Idempotency-Key: site-$run"; expect 201
site=$(member streamId)

say "A content type. Its name is its identity, so this run has its own."
call POST /content-types '{"name":"tour-'"$run"'","fields":[{"name":"title","type":"text","required":true},{"name":"stars","type":"number","rules":{"min":0,"max":5}}]}'; expect 201

say "An item, and the same command again: one item, one receipt."
create='{"siteId":"'$site'","type":"tour-'$run'","locale":"en","slug":"first","fields":{"title":"First"}}'
call POST /content "$create" "Idempotency-Key: item-$run"; expect 201
item=$(member streamId) receipt=$answer
call POST /content "$create" "Idempotency-Key: item-$run"; expect 201
[ "$answer" = "$receipt" ] || { echo "the receipts differ" >&2; exit 1; }

say "Edit the version that was seen; who saw an older one is told."
call PUT "/content/$item" '{"fields":{"title":"First, edited","stars":4}}' 'If-Match: "1"'; expect 200
call PUT "/content/$item" '{"fields":{"title":"Too late"}}' 'If-Match: "1"'; expect 412
call PUT "/content/$item" '{"fields":{"title":"Too many stars","stars":6}}'; expect 422

say "Publish, and what a reader sees then."
call POST "/content/$item/publish"; expect 200
sequence=$(member sequence)
call GET "/content/$item/view?after=$sequence"; expect 200
call GET "/sites/$site/content?status=published&after=$sequence"; expect 200

say "A slug is taken once."
call POST /content "$create"; expect 409

say "Everything that happened, and the item as it was at first."
call GET "/content/$item/history"; expect 200
call GET "/content/$item?asOf=1"; expect 200

say "Every hash, recomputed from what is stored."
"$root/platform" verify

printf '\ndone: item %s of site %s\n' "$item" "$site"
