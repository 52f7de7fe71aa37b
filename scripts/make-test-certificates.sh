#!/usr/bin/env bash
# Makes the certificates of the stand-ins in test/support/internet.ts. They are worth nothing
# outside of these tests: nobody trusts this authority, and its key is thrown away.
set -euo pipefail
cd "$(dirname "$0")/../test/support/tls"
names=$(node -e '
  const hosts = ["ghcr.io","*.ghcr.io","pkg-containers.githubusercontent.com","registry-1.docker.io","index.docker.io","auth.docker.io","hub.docker.com","production.cloudflare.docker.com","*.dkr.ecr.eu-west-1.amazonaws.com","*.s3.amazonaws.com","public.ecr.aws","*.cloudfront.net","*.azurecr.io","*.blob.core.windows.net","europe-docker.pkg.dev","gcr.io","storage.googleapis.com","quay.io","*.quay.io","registry.gitlab.com","gitlab.com","nvcr.io","authn.nvidia.com","*.jfrog.io","registry.access.redhat.com","registry.k8s.io","api.github.com","tuf-repo-cdn.sigstore.dev","*.example.com","*.evil.example","ip6-localhost"];
  console.log(hosts.map((h) => "DNS:" + h).join(","));')
openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj "/CN=assert-image test authority" -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=stand-in" -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 -extfile <(echo "subjectAltName=$names,IP:127.0.0.1") -out server.pem 2>/dev/null
rm -f ca.key ca.srl server.csr
