import { AssertImageError } from '../base/errors.ts';
import { formatReference, parseReference, type Reference } from '../reference/reference.ts';
import type { Registries } from '../registry/registries.ts';

/** Names in a list are untrusted. @throws AssertImageError `protocol` */
export function assertListed(reference: Reference, registries: Registries): void {
  assertGrammar(reference);
  assertNoSecret(reference, registries);
}

/** Names stand in every report: a registry that was given a password could have us publish it. */
function assertNoSecret(reference: Reference, registries: Registries): void {
  if (!registries.hasSecretIn(formatReference(reference), reference.registry)) return;
  throw new AssertImageError(
    'protocol',
    `${reference.registry} lists a name that holds a credential; nothing of that list was read.`,
  );
}

/** Names come from the registry, and stand in URLs and outputs: each has to be what a reference may hold. */
function assertGrammar(reference: Reference): void {
  const text = formatReference(reference);
  try {
    if (formatReference(parseReference(text)) === text) return;
  } catch {
    // Told below, without repeating what a registry made up.
  }
  throw new AssertImageError(
    'protocol',
    `${reference.registry} lists a name that no reference may hold; nothing of that list was read.`,
  );
}
