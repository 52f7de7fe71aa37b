/** The pages that readers meet, each from a run of the committed `dist/`: for their heights, and for pictures. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildImage, buildIndex, COMMIT, type ImageOptions, OTHER_COMMIT, REVISION } from './images.ts';
import { Internet, json } from './internet.ts';
import { FakeRegistry } from './registry.ts';
import { type Run, runAction } from './runner.ts';
import { REPOSITORY_ID, SigningInstance } from './signing.ts';

const TWO = ['linux/amd64', 'linux/arm64'];
const SIX = [...TWO, 'linux/arm/v7', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64'];
const VERSION = 'org.opencontainers.image.version';
/** Three checks: commit, version, user. */
const EXPECTED = { labels: `${VERSION}=1.2.3`, expect: 'image.config.User == "app"' };
const HOSTILE = '</code><img src=x> | ✅ pass | [click](https://evil.example) @org/team \u202e ```';

const optionsOf = (revision: string, version: string, user: string): ImageOptions => ({
  labels: {
    [REVISION]: revision,
    [VERSION]: version,
    'org.opencontainers.image.source': 'https://github.example/acme/app',
    'org.opencontainers.image.licenses': 'MIT',
  },
  created: '2026-11-25T10:27:00Z',
  config: { User: user, Entrypoint: ['node', 'server.js'], ExposedPorts: { '8080/tcp': {} } },
});

export const PAGES = [
  'pass',
  'fail-two',
  'fail-six',
  'missing',
  'error',
  'inputs',
  'forty-tags',
  'forty-digests',
  'none-of-forty',
  'comparison',
  'provenance',
  'hostile',
] as const;
export type Page = (typeof PAGES)[number];

export class Scenes {
  readonly #registry: FakeRegistry;
  readonly #internet: Internet;
  readonly #folder: string;

  private constructor(registry: FakeRegistry, internet: Internet, folder: string) {
    this.#registry = registry;
    this.#internet = internet;
    this.#folder = folder;
  }

  /** @param folder for files that inputs name */
  static async open(folder: string): Promise<Scenes> {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const scenes = new Scenes(registry, await Internet.start(), folder);
    scenes.#fill();
    return scenes;
  }

  async close(): Promise<void> {
    await this.#registry.stop();
    await this.#internet.stop();
  }

  #push(name: string, tag: string, platforms: readonly string[], options: ImageOptions): void {
    const images = platforms.map((platform) => buildImage({ ...options, platform }));
    this.#registry.push(name, tag, buildIndex(images));
  }

  #fill(): void {
    this.#push('acme/app', 'main', TWO, optionsOf(COMMIT, '1.2.3', 'app'));
    this.#push('acme/app', 'stale', TWO, optionsOf(OTHER_COMMIT, '1.2.2', 'root'));
    this.#push('acme/app', 'stale-six', SIX, optionsOf(OTHER_COMMIT, '1.2.2', 'root'));
    this.#push('acme/app', 'production', TWO, optionsOf(OTHER_COMMIT, '1.2.2', 'root'));
    this.#registry.push(
      'acme/app',
      'hostile',
      buildImage({ labels: { [REVISION]: HOSTILE, [HOSTILE]: HOSTILE }, config: { User: HOSTILE } }),
    );
    for (let n = 1; n <= 40; n += 1) {
      const options = n % 7 === 0 ? optionsOf(OTHER_COMMIT, '1.2.2', 'app') : optionsOf(COMMIT, '1.2.3', 'app');
      this.#push('acme/web', `v1.${n}`, ['linux/amd64'], options);
      this.#push('acme/each', `v1.${n}`, ['linux/amd64'], { ...options, created: `2026-11-25T10:${n + 10}:00Z` });
    }
    // GitHub's compare API: the other commit is three behind.
    this.#internet.site('api.github.com', ({ path: asked }, response) =>
      asked.includes('/compare/')
        ? json(response, 200, { status: 'behind', behind_by: 3 })
        : json(response, 404, { message: 'Not Found' }),
    );
  }

  #image(tag: string): string {
    return this.#registry.reference('acme/app', tag);
  }

  async #check(inputs: Record<string, string>): Promise<Run> {
    const token = { 'github-token': 'ghs_0123456789abcdef' };
    return runAction({ inputs: { ...this.#internet.inputs, ...token, ...inputs }, env: this.#internet.env });
  }

  /** The run behind a page. */
  run(page: Page): Promise<Run> {
    return this.#runs[page]();
  }

  get #runs(): Readonly<Record<Page, () => Promise<Run>>> {
    const web = (name: string): string => `${this.#registry.host()}/acme/${name}:v1.*`;
    return {
      pass: () => this.#check({ image: this.#image('main'), ...EXPECTED }),
      'fail-two': () => this.#check({ image: this.#image('stale'), ...EXPECTED }),
      'fail-six': () => this.#check({ image: this.#image('stale-six'), ...EXPECTED }),
      missing: () => this.#check({ image: this.#image('mian') }),
      error: () => this.#check({ image: 'registry.invalid/acme/app:main', timeout: '1s' }),
      inputs: () => this.#check({ image: this.#image('main'), labels: 'tier: gold', 'wait-timeout': '10' }),
      'forty-tags': () => this.#check({ image: web('web') }),
      'forty-digests': () => this.#check({ image: web('each') }),
      'none-of-forty': () => this.#check({ image: web('web'), revision: '1'.repeat(40), require: 'any' }),
      comparison: () => this.#check({ image: this.#image('main'), 'compare-with': this.#image('production') }),
      provenance: () => this.#forged(),
      hostile: () => this.#check({ image: this.#image('hostile') }),
    };
  }

  /** The text of a page, as a reader of ghcr.io would see it. */
  async markdown(page: Page): Promise<string> {
    const { summary } = await this.run(page);
    return summary.replaceAll(this.#registry.host(), 'ghcr.io').replaceAll(/took [0-9.]+ s/g, 'took 0.4 s');
  }

  /** Its label says the commit of this run; what a workflow signed is about another one. */
  async #forged(): Promise<Run> {
    const sigstore = await SigningInstance.start();
    const roots = path.join(this.#folder, 'roots.jsonl');
    writeFileSync(roots, sigstore.trustedRoot());
    const image = buildIndex(TWO.map((platform) => buildImage({ ...optionsOf(COMMIT, '1.2.3', 'app'), platform })));
    this.#registry.push('acme/app', 'forged', image);
    const bundle = await sigstore.sign(image.manifest.digest, { extensions: { 13: OTHER_COMMIT } });
    this.#registry.attach('acme/app', image.manifest, bundle);
    return runAction({
      inputs: {
        image: this.#image('forged'),
        'signer-workflow': 'acme/app/.github/workflows/build.yml',
        'trusted-root': roots,
        'github-token': 'ghs_0123456789abcdef',
        ...this.#internet.inputs,
      },
      env: { ...this.#internet.env, GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: REPOSITORY_ID },
    });
  }
}
