import type { InputName } from '../../inputs/names.ts';

export const SHORT = `Fails unless a container image was built from this commit.

  assert-image IMAGE... [flags]

  assert-image ghcr.io/acme/app:main --revision "$(git rev-parse HEAD)"

In a CI the commit is that of the run, and --revision can be left out.
All flags, examples and exit codes: assert-image --help
`;

/** What a flag takes, in one word, and what it does, in one sentence. */
export type Entry = readonly [value: string, text: string];

const GITHUB = ' (GitHub Actions)';

/** In the groups of action.yml. */
export const GROUPS: readonly (readonly [
  title: string,
  entries: Partial<Record<InputName | 'password-stdin', Entry>>,
])[] = [
  [
    'What to look at',
    {
      image: [
        'IMAGE',
        'An image, as an argument is; several are allowed. Patterns: app:v1.*, team/*:main. Layouts: oci-layout:PATH.',
      ],
      platforms: ['LIST', 'Platforms to check, such as linux/amd64,linux/arm64; all checks every one.'],
      'max-images': ['NUMBER', 'The most images that a pattern may select.'],
    },
  ],
  [
    'What to expect',
    {
      revision: [
        'COMMIT',
        'The full ID of the commit that the image must be built from. auto: the commit of this run; any: not checked.',
      ],
      'revision-from': [
        'LIST',
        'Where the image states it: label:KEY, env:NAME, annotation:KEY, provenance. The first that is there counts.',
      ],
      'signer-workflow': ['WORKFLOW', `The workflow that must have signed the image${GITHUB}.`],
      'source-repository': ['OWNER/NAME', `The repository that signed provenance must name${GITHUB}.`],
      'trusted-root': ['FILE', `Trusted roots for signatures; auto is Sigstore's public instance${GITHUB}.`],
      'contains-commit': ['COMMIT', `A commit that the image's revision must be or descend from${GITHUB}.`],
      digest: ['DIGEST', 'The digest that every reference must resolve to.'],
      labels: ['LINE', 'An expectation on a label, such as tier=gold, version=~1[.].*, "!debug"; may be repeated.'],
      env: ['LINE', 'The same on an environment variable of the image.'],
      annotations: ['LINE', 'The same on an annotation.'],
      expect: ['CEL', `A CEL expression that must be true, such as 'image.config.User == "app"'; may be repeated.`],
      policy: ['FILE', 'A YAML file of expectations, or a container-structure-test file.'],
      require: ['all|any', 'all: every image must satisfy. any: one must, and the newest that does is handed on.'],
    },
  ],
  [
    'What happens',
    {
      'fail-on-mismatch': [
        'true|false',
        'false: exit with 0 on a mismatch or a missing image. An error still exits with 2.',
      ],
      'wait-timeout': ['DURATION', 'Keep looking until it passes, at most this long: 90s, 10m, 1h30m.'],
      'compare-with': ['IMAGE', 'Another image, to show the differences from; never changes the result.'],
      summary: ['true|false', `Write the job summary${GITHUB}.`],
      comment: ['WHEN', `Keep a comment on the pull request: never, always, on-failure${GITHUB}.`],
    },
  ],
  [
    'How to reach the registry',
    {
      username: ['NAME', 'User name for the registry; or set ASSERT_IMAGE_USERNAME.'],
      'password-stdin': ['', 'Read the password or token from standard input; or set ASSERT_IMAGE_PASSWORD.'],
      'github-token': ['TOKEN', 'A token for ghcr.io, where nothing else is configured for it.'],
      'ca-file': ['FILE', 'Certificate authorities to trust besides the usual ones, as PEM.'],
      'plain-http': ['LIST', 'Registries to speak HTTP to: host[:port], loopback, or none.'],
      'trusted-auth-hosts': ['LIST', 'Token services on another host that may see credentials: registry=auth-host.'],
      'allowed-registries': ['LIST', 'The only registries that a reference may name.'],
      timeout: ['DURATION', 'How long one look at one image may take.'],
    },
  ],
];

/** Flags that are no inputs of the action: the fifth group. */
export const OWN: readonly (readonly [flag: string, text: string])[] = [
  ['--format text|json|reference', 'What to print. reference: the pinned reference, and nothing unless it passes.'],
  ['--quiet', 'Print only the failures and the result.'],
  ['--dotenv FILE', 'Write ASSERT_IMAGE_RESULT, ASSERT_IMAGE_REFERENCE and ASSERT_IMAGE_DIGEST for later jobs.'],
  ['--junit FILE', 'Write the checks as JUnit XML.'],
  ['--markdown FILE', 'Write the summary as Markdown.'],
  ['--report FILE', 'Write everything as JSON.'],
  ['-h, --help', 'Print this.'],
  ['--version', 'Print the version.'],
];

export const EXAMPLES = `Examples
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
`;
