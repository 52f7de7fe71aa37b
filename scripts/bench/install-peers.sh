#!/usr/bin/env bash
# The tools that `npm run bench` compares with, for a Debian machine: skopeo, GNU time and ip from
# its own suite; crane, oras and docker-buildx from the unstable suite of the same mirror, unpacked
# into .tmp/peers and nowhere else. Tools that are on the PATH already are left as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends skopeo time iproute2 util-linux >/dev/null

apt="$PWD/.tmp/peers/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/sources"
# The first source of this machine, whatever its mirror is, with another suite.
awk 'BEGIN { RS = ""; ORS = "\n" } NR == 1' /etc/apt/sources.list.d/debian.sources |
  grep -v '^#' | sed 's/^Suites:.*/Suites: unstable/' >"$apt/sources/unstable.sources"
unstable=(-o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$apt/sources" -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=root")
apt-get "${unstable[@]}" update -qq
(cd "$apt" && apt-get "${unstable[@]}" download -qq crane oras docker-buildx)
rm -f .tmp/peers/versions
for package in "$apt"/*.deb; do
  dpkg -x "$package" .tmp/peers/root
  dpkg-deb -W --showformat='${Package} ${Version}\n' "$package" >>.tmp/peers/versions
done
rm -rf "$apt"
mkdir -p .tmp/peers/bin
ln -sf ../root/usr/bin/crane ../root/usr/bin/oras ../root/usr/libexec/docker/cli-plugins/docker-buildx .tmp/peers/bin/
ls .tmp/peers/bin
