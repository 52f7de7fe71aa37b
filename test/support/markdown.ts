/** Markdown as GitHub renders it: holds no element that our own template did not make. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes as Tree, parseFragment } from 'parse5';
import { expect } from 'vitest';

/** Every attack carries it; it may stand in text inside of <code> only. */
export const MARK = 'ATTACKMARK';

/** Elements that our template makes. Links are checked apart. */
const OURS = new Set([
  'h2',
  'h3',
  'p',
  'code',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'ul',
  'li',
  'details',
  'summary',
  'pre',
  'strong',
  'a',
]);

export function expectInert(markdown: string): void {
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const visit = (node: Tree.Node, isCode: boolean): void => {
    if ('tagName' in node) {
      expect(OURS).toContain(node.tagName);
      for (const { name, value } of node.attrs) {
        if (node.tagName === 'code' && value === 'language-text') continue;
        expect(node.tagName === 'a' && name === 'href').toBe(true);
        expect(value).toMatch(
          /^https:\/\/github\.example\/[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+\/((commit|compare)\/[a-f0-9.]+|actions\/runs\/[0-9]+|pkgs\/container\/app)$/,
        );
      }
    }
    if (node.nodeName === '#comment') throw new Error('a comment');
    if ('value' in node && !isCode) expect(node.value).not.toContain(MARK);
    if ('childNodes' in node)
      for (const child of node.childNodes) visit(child, isCode || ('tagName' in node && node.tagName === 'code'));
  };
  for (const child of parseFragment(html).childNodes) visit(child, false);
  // The verdict is ours, in the first line, and nowhere said otherwise.
  expect(markdown).toMatch(/^## (✅|❌|⚠️) /);
  expect(html.match(/<h2>/g)).toHaveLength(1);
}
