import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { AssertImageError } from '../base/errors.ts';
import type { ConnectionGuard } from './address-guard.ts';

/** An explanation must not hold up an error. */
const MAX_MS = 2_000;

/**
 * Adds the date to the error about a certificate that has expired, or is not valid yet. Node does not keep such a
 * certificate, so it is asked for again, on a connection over which nothing is sent.
 */
export async function withDates(
  error: AssertImageError,
  url: URL,
  guard: ConnectionGuard | undefined,
): Promise<AssertImageError> {
  const { code, message, hint } = error;
  if (code !== 'tls' || !/certificate (has expired|is not valid yet)\.$/.test(message)) return error;
  const dates = await datesOf(url, guard);
  if (dates === null) return error;
  const said = message.replace('has expired.', `expired on ${dates.to}.`).replace('yet.', `before ${dates.from}.`);
  return new AssertImageError(code, said, { hint });
}

/** Days, in UTC; null where the certificate cannot be had. */
function datesOf(
  { hostname, port }: URL,
  guard: ConnectionGuard | undefined,
): Promise<{ from: string; to: string } | null> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const lookup = guard ? { lookup: guard.lookup } : {};
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, ...servername, ...lookup });
    const end = (dates: { from: string; to: string } | null): void => {
      socket.destroy();
      resolve(dates);
    };
    socket.setTimeout(MAX_MS, () => end(null));
    socket.once('error', () => end(null));
    socket.once('secureConnect', () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      end(dayOf(from) && dayOf(to) ? { from: dayOf(from) as string, to: dayOf(to) as string } : null);
    });
  });
}

function dayOf(text: string | undefined): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}
