/**
 * Markdown from a hostile image, rendered, holds no element that our own template did not make: every
 * attack carries a mark, and the mark may stand in text inside of <code> only.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../../src/base/errors.ts';
import { checkImage } from '../../../src/expectations/check-image.ts';
import { parseExpectation } from '../../../src/expectations/field/parse.ts';
import { parsePattern } from '../../../src/expectations/field/pattern.ts';
import { shownRevisions } from '../../../src/expectations/revision/stated.ts';
import type { Image } from '../../../src/image/image.ts';
import { parseReference } from '../../../src/reference/reference.ts';
import type { Occasion } from '../../../src/report/occasion.ts';
import { formatComment, formatSummary } from '../../../src/report/markdown/summary.ts';
import { judge, type Look, type Seen, type Verdict, verdictOfError } from '../../../src/gate/verdict.ts';
import { imageOf } from '../../support/facts.ts';
import { COMMIT, REVISION } from '../../support/images.ts';
import { expectInert, MARK } from '../../support/markdown.ts';

const reference = parseReference('ghcr.io/acme/app:main');
const asked = { kind: 'reference' as const, registry: reference.registry, reference };
const occasion: Occasion = {
  links: { serverUrl: 'https://github.example', repository: 'acme/app' },
  commit: COMMIT,
  isOwnCommit: true,
  require: 'all',
  run: { commit: COMMIT, name: 'run 7', url: 'https://github.example/acme/app/actions/runs/1001' },
  tookMs: 400,
  now: new Date('2026-11-25T10:27:00Z'),
};
const revisionFrom = [{ kind: 'label' as const, key: REVISION }];
const seen = (image: Image | null): Seen => ({
  image,
  isTold: image !== null,
  revisions: image === null ? new Map() : shownRevisions(revisionFrom, image),
});

/** After catalogue I-12 and I-13, the GFM specification's own examples, and what GitHub adds to it. */
const ATTACKS = [
  '</code><img src=https://t.example/x>',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '</details><h1>',
  '<details open>',
  '<!--',
  '-->',
  '<!-- x --><b>',
  '<svg/onload=x>',
  '<a href="javascript:x">y</a>',
  '<iframe src=x>',
  '<style>*{}</style>',
  '<![CDATA[x]]>',
  '<?php x ?>',
  '&lt;img&gt;',
  '&#60;img&#62;',
  '[click](https://evil.example)',
  '![x](https://evil.example/i.png)',
  '[x][y]\n\n[y]: https://evil.example',
  '[^1]: note',
  '<https://evil.example>',
  'https://evil.example/a',
  'www.evil.example',
  'mailto:x@evil.example',
  'x@evil.example',
  '[x](javascript:alert(1))',
  '| ✅ | pass |',
  '|',
  '||||',
  '\\|',
  'a | b\n-|-\nc | d',
  '\n| ✅ pass |\n',
  '\n# PASS',
  '\n## ✅ assert-image: pass',
  'PASS\n===',
  'PASS\n---',
  '\n---\n',
  '\n***\n',
  '`',
  '``',
  '```',
  '````',
  '`x`',
  '`` x ``',
  '```\n# x',
  '~~~\n# x',
  '```mermaid\ngraph',
  '`` ` ``',
  '\\`',
  '`\\',
  ' ` ',
  '`a``b`',
  '**bold**',
  '*em*',
  '_em_',
  '~~gone~~',
  '- item',
  '1. item',
  '> quote',
  '- [x] done',
  '    code',
  '\tcode',
  '@org/team',
  '#123',
  'GH-1',
  'acme/app@deadbeef',
  'acme/app#1',
  ':shipit:',
  '$math$',
  '$$x$$',
  '\\(x\\)',
  '^sup^',
  '\u202egnp',
  '\u200b',
  '\ufeff',
  '\u2028# x',
  '\r# x',
  '\u0000',
  '\u001b[31m',
  '\ud83d',
  '\u00ad',
  'a'.repeat(5000),
];

/** Wherever text of an image or of a registry can stand. */
function verdictsWith(attack: string): Verdict[] {
  const text = `${attack}${MARK}${attack}`;
  const hostile = imageOf(
    [
      {
        labels: {
          [REVISION]: text,
          [text]: text,
          'org.opencontainers.image.version': text,
          'org.opencontainers.image.source': `https://github.example/${text}`,
        },
        env: [`A=${text}`, `${text.replaceAll('=', '')}=x`],
        created: text.slice(0, 255),
        annotations: { [text]: text },
        configFile: { os: text.slice(0, 255) },
        config: {
          User: text,
          Entrypoint: [text],
          Cmd: [text, text],
          ExposedPorts: { [text]: {} },
          Volumes: { [text]: {} },
          WorkingDir: text,
        },
      },
      { platform: 'linux/arm64', labels: { [REVISION]: COMMIT } },
    ],
    { annotations: { [text]: text } },
  );
  const plain: Image = imageOf([{ labels: { [REVISION]: COMMIT } }, { platform: 'linux/arm64', labels: {} }]);
  const wellFormed = text.toWellFormed();
  const fields = [
    parseExpectation(`${JSON.stringify(`${wellFormed}k`)}=${JSON.stringify(wellFormed)}`, 'label', parsePattern),
    parseExpectation(`A=${JSON.stringify(`${wellFormed}x`)}`, 'env', parsePattern),
    parseExpectation('A', 'env', parsePattern),
  ];
  const { checks, notices } = checkImage(hostile, {
    revision: { commit: COMMIT },
    revisionFrom,
    provenance: null,
    containsCommit: null,
    digest: null,
    fields,
    cel: [],
    metadataTests: [],
  });
  const look = (image: Image | null, error: AssertImageError | null): Look => ({
    asked,
    reference,
    result: error ? 'error' : 'fail',
    ...seen(image),
    provenance: null,
    isUnproven: false,
    checks: image === hostile ? checks : [],
    notices: [...notices, text],
    error,
  });
  const error = new AssertImageError('protocol', `the registry said ${text}.\n${text}`, { hint: text });
  return [
    judge([look(hostile, null)]),
    { ...judge([look(hostile, null)]), comparison: { reference, ...seen(plain), error: null } },
    { ...judge([look(plain, null), look(hostile, null)]), comparison: { reference, ...seen(hostile), error: null } },
    { ...judge([look(null, error)]), comparison: { reference, ...seen(null), error } },
    verdictOfError(error),
  ];
}

describe(`${ATTACKS.length} attack strings in every place`, () => {
  test.each(ATTACKS.map((attack) => [JSON.stringify(attack.slice(0, 40)), attack] as const))('%s', (_, attack) => {
    for (const verdict of verdictsWith(attack)) {
      expectInert(formatSummary(verdict, occasion));
      expectInert(formatComment(verdict, occasion, 60_000));
    }
  });

  test('there are at least 60', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  });
});

test('any string at all', () => {
  const pieces = fc.constantFrom(
    ...'`|\\<>[]()!#*_~-=+.:@&"\'\n\r\t 0aé$^{}'.split(''),
    '```',
    '\u202e',
    '<b>',
    '</code>',
    'https://x.example',
    '| - |',
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: pieces, maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 30 })),
      (attack) => {
        for (const verdict of verdictsWith(attack)) expectInert(formatSummary(verdict, occasion));
      },
    ),
    { numRuns: 150 },
  );
});

describe('sizes', () => {
  const many = (count: number): Verdict =>
    judge(
      Array.from({ length: count }, (__, nth) => ({
        asked,
        reference,
        result: 'fail' as const,
        ...seen(
          imageOf([
            {
              labels: Object.fromEntries(
                Array.from({ length: 200 }, (_, at) => [`label${nth}-${at}`, 'é'.repeat(100)]),
              ),
            },
          ]),
        ),
        checks: [],
        notices: [],
        provenance: null,
        isUnproven: false,
        error: null,
      })),
    );
  test('a summary is never over 900 KiB, is cut at a row, says so, and closes what is open', () => {
    const summary = formatSummary(many(60), occasion);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900 * 1024);
    expect(summary).toContain('Cut here: ');
    expectInert(summary);
    expect(summary.match(/<details>/g)?.length).toBe(summary.match(/<\/details>/g)?.length);
  });
  test('a comment is never over its limit', () => {
    const verdict = many(300);
    expect(formatComment(verdict, occasion, 60_000).length).toBeLessThanOrEqual(60_000);
    expectInert(formatComment(verdict, occasion, 60_000));
  });
});
