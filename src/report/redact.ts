import { AssertImageError } from '../errors.ts';
import type { Secrets } from '../secrets.ts';
import type { Look, Verdict } from '../verdict.ts';

/**
 * A verdict without our secrets in its texts. First of all steps: what is cut or escaped before
 * could no longer be recognised. What the image says stands elsewhere, and is redacted as data.
 */
export function redactVerdict(verdict: Verdict, secrets: Secrets): Verdict {
  return {
    ...verdict,
    looks: verdict.looks.map((look) => redactLook(look, secrets)),
    error: redactError(verdict.error, secrets),
    comparison: verdict.comparison && {
      ...verdict.comparison,
      error: redactError(verdict.comparison.error, secrets),
    },
  };
}

function redactLook(look: Look, secrets: Secrets): Look {
  return {
    ...look,
    checks: secrets.redactDeep(look.checks),
    notices: secrets.redactDeep(look.notices),
    error: redactError(look.error, secrets),
  };
}

function redactError(error: AssertImageError | null, secrets: Secrets): AssertImageError | null {
  if (error === null) return null;
  const hint = error.hint === undefined ? undefined : secrets.redact(error.hint);
  return new AssertImageError(error.code, secrets.redact(error.message), { hint, retryAfterMs: error.retryAfterMs });
}
