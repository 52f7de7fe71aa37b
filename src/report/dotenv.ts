import { AssertImageError } from '../base/errors.ts';
import type { Outputs } from './outputs.ts';

/**
 * Three variables for later jobs. Nothing that an image says: GitLab expands `$` in such values where they are used.
 *
 * @throws AssertImageError `output` for a reference that a reader could take for something else (a layout's path)
 */
export function formatDotenv({ result, reference, digest }: Pick<Outputs, 'result' | 'reference' | 'digest'>): string {
  if (!/^(\[[0-9a-f:]+\])?[A-Za-z0-9._:/@+-]*$/.test(reference)) {
    throw new AssertImageError(
      'output',
      `--dotenv: ${JSON.stringify(reference)} has characters that a shell would read.`,
      {
        hint: 'Give the layout a plain path.',
      },
    );
  }
  return `ASSERT_IMAGE_RESULT=${result}\nASSERT_IMAGE_REFERENCE=${reference}\nASSERT_IMAGE_DIGEST=${digest}\n`;
}
