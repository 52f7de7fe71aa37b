const L=59,$=[59],x={9059:((b,l,i)=>{i.r(l),i.d(l,{help:()=>I});var d=i(7839),c=i(2619);const f=`Fails unless a container image was built from this commit.

  assert-image IMAGE... [flags]

  assert-image ghcr.io/acme/app:main --revision "$(git rev-parse HEAD)"

In a CI the commit is that of the run, and --revision can be left out.
All flags, examples and exit codes: assert-image --help
`,o=" (GitHub Actions)",g=[["What to look at",{image:["IMAGE","An image, as an argument is; several are allowed. Patterns: app:v1.*, team/*:main. Layouts: oci-layout:PATH."],platforms:["LIST","Platforms to check, such as linux/amd64,linux/arm64; all checks every one."],"max-images":["NUMBER","The most images that a pattern may select."]}],["What to expect",{revision:["COMMIT","The full ID of the commit that the image must be built from. auto: the commit of this run; any: not checked."],"revision-from":["LIST","Where the image states it: label:KEY, env:NAME, annotation:KEY, provenance. The first that is there counts."],"signer-workflow":["WORKFLOW",`The workflow that must have signed the image${o}.`],"source-repository":["OWNER/NAME",`The repository that signed provenance must name${o}.`],"trusted-root":["FILE",`Trusted roots for signatures; auto is Sigstore's public instance${o}.`],"contains-commit":["COMMIT",`A commit that the image's revision must be or descend from${o}.`],digest:["DIGEST","The digest that every reference must resolve to."],labels:["LINE",'An expectation on a label, such as tier=gold, version=~1[.].*, "!debug"; may be repeated.'],env:["LINE","The same on an environment variable of the image."],annotations:["LINE","The same on an annotation."],expect:["CEL",`A CEL expression that must be true, such as 'image.config.User == "app"'; may be repeated.`],policy:["FILE","A YAML file of expectations, or a container-structure-test file."],require:["all|any","all: every image must satisfy. any: one must, and the newest that does is handed on."]}],["What happens",{"fail-on-mismatch":["true|false","false: exit with 0 on a mismatch or a missing image. An error still exits with 2."],"wait-timeout":["DURATION","Keep looking until it passes, at most this long: 90s, 10m, 1h30m."],"compare-with":["IMAGE","Another image, to show the differences from; never changes the result."],summary:["true|false",`Write the job summary${o}.`],comment:["WHEN",`Keep a comment on the pull request: never, always, on-failure${o}.`]}],["How to reach the registry",{username:["NAME","User name for the registry; or set ASSERT_IMAGE_USERNAME."],"password-stdin":["","Read the password or token from standard input; or set ASSERT_IMAGE_PASSWORD."],"github-token":["TOKEN","A token for ghcr.io, where nothing else is configured for it."],"ca-file":["FILE","Certificate authorities to trust besides the usual ones, as PEM."],"plain-http":["LIST","Registries to speak HTTP to: host[:port], loopback, or none."],"trusted-auth-hosts":["LIST","Token services on another host that may see credentials: registry=auth-host."],"allowed-registries":["LIST","The only registries that a reference may name."],timeout:["DURATION","How long one look at one image may take."]}]],E=[["--format text|json|reference","What to print. reference: the pinned reference, and nothing unless it passes."],["--quiet","Print only the failures and the result."],["--dotenv FILE","Write ASSERT_IMAGE_RESULT, ASSERT_IMAGE_REFERENCE and ASSERT_IMAGE_DIGEST for later jobs."],["--junit FILE","Write the checks as JUnit XML."],["--markdown FILE","Write the summary as Markdown."],["--report FILE","Write everything as JSON."],["-h, --help","Print this."],["--version","Print the version."]],A=`Examples
  Fail unless the image was built from the commit of this run:
    assert-image ghcr.io/acme/app:main

  Hand the pinned reference to a deploy. The shell stops if the check fails:
    IMAGE=$(assert-image ghcr.io/acme/app:main --format reference) && ./deploy.sh "$IMAGE"

  Wait ten minutes for a build, then check a label on every platform:
    assert-image ghcr.io/acme/app:v1.2.3 --wait-timeout 10m --labels org.opencontainers.image.version=1.2.3

Exit codes
  0  Every expectation holds.
  1  An expectation does not hold, or the image does not exist.
  2  The image could not be checked: wrong input, no access, no network.
`;function I(e){if(e.has("help"))process.stdout.write(y());else if(e.has("version"))process.stdout.write(`assert-image ${d.x}
`);else return process.stderr.write(f),2;return 0}function y(){return`Fails unless a container image was built from this commit, and says what else you expect of it.
It reads the manifest and the configuration from the registry, and no layers.

  assert-image IMAGE... [flags]

${g.map(([a,t])=>u(a,T.flatMap(s=>{const n=t[s];return n===void 0?[]:[[`--${s} ${n[0]}`.trimEnd(),v(s,n)]]}))).join(`
`)}
${u("What the command writes",E)}
${A}`}const T=c.h1.map(e=>e==="password"?"password-stdin":e);function v(e,[,a]){const t=e==="password-stdin"?"":(0,c.Fg)(e).default;return t?`${a} Default: ${t}`:a}const h=34,w=100;function u(e,a){return[e,...a.flatMap(([t,s])=>M(t,s)),""].join(`
`)}function M(e,a){const t=[""];for(const r of a.split(" ")){const m=t.at(-1);m!==""&&m.length+1+r.length>w-h?t.push(r):t[t.length-1]=m===""?r:`${m} ${r}`}const s=`  ${e}`,n=" ".repeat(h),[p="",...S]=t;return[s.length<h?s.padEnd(h)+p:`${s}
${n}${p}`,...S.map(r=>n+r)]}})};export{L as id,$ as ids,x as modules};
