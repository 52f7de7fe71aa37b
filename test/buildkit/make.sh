#!/usr/bin/env bash
# Makes the layouts beside this file anew, with whatever Docker Engine answers to `docker` (28.5.2 made those that are
# committed). Needs git, and an engine with the containerd image store. Usage: make.sh [FOLDER]
set -eu
target=$(cd "${1:-$(dirname "$0")}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_AUTHOR_DATE=2026-11-20T10:00:00Z GIT_COMMITTER_DATE=2026-11-20T10:00:00Z
export GIT_AUTHOR_NAME=acme GIT_AUTHOR_EMAIL=acme@example.com GIT_COMMITTER_NAME=acme GIT_COMMITTER_EMAIL=acme@example.com

git init -q -b main "$work/app"
cd "$work/app"
echo hello >hello.txt
cat >Dockerfile <<'DOCKERFILE'
FROM scratch
ARG REVISION
COPY hello.txt /
DOCKERFILE
git add . && git commit -q -m hello
git remote add origin https://github.com/acme/app.git
git clone -q --bare . "$work/srv/app.git"
touch "$work/srv/app.git/git-daemon-export-ok"
git rev-parse HEAD >"$target/COMMIT"

build() {
  name=$1
  shift
  docker buildx build --quiet --platform linux/amd64,linux/arm64 "$@" >/dev/null
  gzip -9nf "$target/$name.tar"
  echo "$name.tar.gz: $(wc -c <"$target/$name.tar.gz") bytes"
}
to() { echo "type=oci,dest=$target/$1.tar,name=example.com/acme/app:main${2:-}"; }

build v02 --provenance=mode=min,version=v0.2 --output "$(to v02)" .
build v1 --provenance=mode=max,version=v1 --output "$(to v1)" .
build artifact --provenance=mode=max,version=v1 --output "$(to artifact ,oci-artifact=true)" .
build none --provenance=false --output "$(to none)" .
# Uncommitted changes: the client says -dirty.
echo changed >hello.txt
BUILDX_GIT_CHECK_DIRTY=1 build dirty --provenance=mode=min --output "$(to dirty)" .
git checkout -q hello.txt
# A git context: the builder itself says the commit.
git daemon --base-path="$work/srv" --reuseaddr --detach --pid-file="$work/git.pid" --listen=127.0.0.1
trap 'kill "$(cat "$work/git.pid")" 2>/dev/null || true; rm -rf "$work"' EXIT
build git --provenance=mode=max --output "$(to git)" "git://127.0.0.1/app.git#main"
build git-v1 --provenance=mode=max,version=v1 --output "$(to git-v1)" "git://127.0.0.1/app.git#main"
# A tarball over HTTP: its hash has 64 digits, and is no commit.
git archive --format=tar -o "$work/srv/app.tar" HEAD
(cd "$work/srv" && exec python3 -m http.server 18080 --bind 127.0.0.1 >/dev/null 2>&1) &
web=$!
sleep 1
build tarball --provenance=mode=max,version=v1 --output "$(to tarball)" "http://127.0.0.1:18080/app.tar"
kill $web
# Labels by buildx, without a line in the Dockerfile.
BUILDX_GIT_LABELS=1 build git-labels --provenance=mode=min --output "$(to git-labels)" .
