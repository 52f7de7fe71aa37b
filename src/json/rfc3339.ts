/** A moment, as image configurations and CEL have it. */
export interface Moment {
  /** Since 1970, negative before; whole. */
  readonly seconds: bigint;
  readonly nanos: number;
}

const YEAR_0 = -62_167_219_200;
const YEAR_10000 = 253_402_300_800;

const FORM =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9})[0-9]*)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/**
 * Reads RFC 3339, section 5.6, as Go does (in capitals), and nothing else: `Date.parse` takes what other programs cannot read as a time, and
 * counts the 30th of February as the 2nd of March. Null for anything else.
 */
export function parseRfc3339(text: string): Moment | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  const offset = (offsetHour * 60 + offsetMinute) * 60 * (match[8] === '-' ? -1 : 1);
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
  // Its offset may lead out of the years that the form can write.
  if (seconds < YEAR_0 || seconds >= YEAR_10000) return null;
  return { seconds: BigInt(seconds), nanos: Number((match[7] ?? '').padEnd(9, '0') || '0') };
}
