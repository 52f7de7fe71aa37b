import { parseJsonObject } from '../../json/loose-json.ts';

/** One entry of a registry's `errors` (distribution-spec, Error Codes). `detail` may hold anything and is left out. */
export interface RegistryError {
  readonly code: string;
  readonly message: string;
}

const MAX_MESSAGE_CHARS = 200;

/**
 * The `errors` of an answer's body; empty where it is no answer of a registry.
 *
 * @param redact takes out what a server repeats of our secrets, before a message is cut
 */
export function readRegistryErrors(body: Uint8Array, redact: (text: string) => string): RegistryError[] {
  const stated = parseJsonObject(body)?.['errors'];
  const errors = Array.isArray(stated) ? (stated as { code?: unknown; message?: unknown }[]) : [];
  return errors
    .filter((error) => typeof error?.code === 'string' && error.code !== '')
    .map(({ code, message }) => ({
      code: redact(code as string).slice(0, 64),
      message: redact(typeof message === 'string' ? message : '').slice(0, MAX_MESSAGE_CHARS),
    }));
}
