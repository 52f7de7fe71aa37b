import type { Node } from 'yaml';
import { parsePartialPattern, type Pattern } from '../field/pattern.ts';
import type { PolicyDocument } from './document.ts';

/** `key` and `value` of a metadataTest. */
export interface KeyValue {
  readonly key: string;
  /** A text to be equal to, or a pattern that may match anywhere: that tool does not anchor. */
  readonly value: string | Pattern;
}

/** That tool looks at the names only, and does not mind a value. */
export function readUnbound(document: PolicyDocument, node: Node | null | undefined): string[] {
  if (node === undefined || node === null) return [];
  return document.items(node, 'unboundEnvVars').flatMap((item): string[] => {
    const entries = document.entries(item, ['key', 'value', 'isRegex'], 'an item of unboundEnvVars');
    const key = document.text(entries.get('key') ?? item, 'key');
    if (key === '') document.add(entries.get('key'), 'key is empty', 'Write the name.');
    if (key !== undefined && /[=$\s]/.test(key))
      document.add(entries.get('key'), 'no variable has such a name: it can never fail', 'Write the name alone.');
    if (entries.has('isRegex') && document.boolean(entries.get('isRegex'), 'isRegex'))
      document.add(
        entries.get('isRegex'),
        'isRegex means nothing in unboundEnvVars: a name is compared as it stands',
        'Leave it out.',
      );
    return key ? [key] : [];
  });
}

export function readPairs(document: PolicyDocument, node: Node | null | undefined, name: string): KeyValue[] {
  if (node === undefined || node === null) return [];
  return document.items(node, name).flatMap((item): KeyValue[] => {
    const entries = document.entries(item, ['key', 'value', 'isRegex'], `an item of ${name}`);
    const key = document.text(entries.get('key') ?? item, 'key');
    if (key === '') document.add(entries.get('key'), 'key is empty', 'Write the name.');
    const value = entries.has('value') ? document.text(entries.get('value'), 'value') : '';
    const isRegex = entries.has('isRegex') ? document.boolean(entries.get('isRegex'), 'isRegex') : false;
    if (isRegex && !entries.has('value'))
      document.add(item, 'isRegex without a value matches everything', 'Write the pattern as value.');
    if (!key || value === undefined) return [];
    if (!isRegex) return [{ key, value }];
    const pattern = document.attempt(entries.get('value'), () => parsePartialPattern(value));
    return pattern === undefined ? [] : [{ key, value: pattern }];
  });
}
