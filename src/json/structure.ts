/** Deepest real config: 5. `JSON.parse` takes seconds for some megabytes of `[`, and stops for no deadline. */
export const MAX_DEPTH = 64;
/** Names, values and containers of one manifest or config. The largest real ones have some thousands. */
export const MAX_VALUES = 50_000;
/** Of a list: some registries answer with all their tags on one page. */
const MAX_LISTED = 250_000;

export interface Structure {
  readonly depth: number;
  readonly values: number;
}

/** How deep a JSON text is nested and how much is in it, counted before it is parsed. Of what is no JSON, a guess. */
export function structureOf(json: Uint8Array): Structure {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        values += 1;
        if (depth > deepest) deepest = depth;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
      case COMMA:
      case COLON:
        values += 1;
        break;
      default:
    }
  }
  return { depth: deepest, values };
}

/** Whether what is no manifest or config can be parsed in a moment. */
export function isReadable({ depth, values }: Structure): boolean {
  return depth <= MAX_DEPTH && values <= MAX_LISTED;
}

/** Where the string that begins at `start` ends: its closing quote, or the end of the text. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
