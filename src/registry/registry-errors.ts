import { parseJsonObject } from '../json/loose-json.ts';
import type { StatedError } from '../net/network.ts';

const MAX_MESSAGE_CHARS = 200;

/**
 * The `errors` of an answer's body (distribution-spec, Error Codes); empty where it is no answer of a registry. Their
 * `detail` may hold anything and is left out.
 *
 * @param redact takes out what a server repeats of our secrets, before a message is cut
 */
export function readRegistryErrors(body: Uint8Array, redact: (text: string) => string): StatedError[] {
  const stated = parseJsonObject(body)?.['errors'];
  const errors = Array.isArray(stated) ? (stated as { code?: unknown; message?: unknown }[]) : [];
  return errors
    .filter((error) => typeof error?.code === 'string' && error.code !== '')
    .map(({ code, message }) => ({
      code: redact(code as string).slice(0, 64),
      message: redact(typeof message === 'string' ? message : '').slice(0, MAX_MESSAGE_CHARS),
    }));
}
