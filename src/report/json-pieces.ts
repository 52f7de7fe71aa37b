import { inertLines } from '../base/inert.ts';

/** Below the size at which V8 keeps a text until it collects everything: a hundred megabytes of those once waited for it. */
const PIECE_CHARS = 16 * 1024;

/**
 * A value of plain data as `JSON.stringify(value, null, 2)` writes it, inert in a log, in pieces. A list may be any
 * iterable, so that its items are made when it is their turn.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const part of partsOf(value, '\n')) {
    piece += part;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

function* partsOf(value: unknown, lineBreak: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return yield inertLines(JSON.stringify(value));
  const isList = Symbol.iterator in value;
  const entries = isList ? (value as Iterable<unknown>) : Object.entries(value);
  const inner = `${lineBreak}  `;
  let separator = isList ? '[' : '{';
  for (const entry of entries) {
    if (!isList && (entry as [string, unknown])[1] === undefined) continue;
    yield separator + inner;
    if (!isList) yield `${inertLines(JSON.stringify((entry as [string, unknown])[0]))}: `;
    yield* partsOf(isList ? entry : (entry as [string, unknown])[1], inner);
    separator = ',';
  }
  if (separator !== ',') yield isList ? '[]' : '{}';
  else yield lineBreak + (isList ? ']' : '}');
}
