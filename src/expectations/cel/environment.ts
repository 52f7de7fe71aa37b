import { celEnv, celFunc, type CelInput, CelScalar, celUint, mapType, objectType } from '@bufbuild/cel';
import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { type Moment, parseRfc3339 } from '../../json/rfc3339.ts';

/** The variables of the contract, and their types. */
export const VARIABLES = {
  image: mapType(CelScalar.STRING, CelScalar.DYN),
  provenance: mapType(CelScalar.STRING, CelScalar.DYN),
  index: mapType(CelScalar.STRING, CelScalar.DYN),
  now: CelScalar.DYN,
  run: mapType(CelScalar.STRING, CelScalar.DYN),
  github: mapType(CelScalar.STRING, CelScalar.DYN),
} as const;

/** The variables of an expression; see {@link CelFacts}. */
export type CelFacts = Readonly<Record<'image' | 'index' | 'now' | 'run', CelInput>> & {
  /** Absent where none is signed. */
  readonly provenance?: CelInput;
  /** Absent in any other CI. */
  readonly github?: CelInput;
};

/** Source: cel-spec, langdef.md (timestamp): from year 1 to year 9999. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;
const TIMESTAMP = objectType(TimestampSchema);

function timestampOf({ seconds, nanos }: Moment): Timestamp {
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new Error('timestamp out of range');
  return create(TimestampSchema, { seconds, nanos });
}

/** The library counts milliseconds where CEL has seconds, and takes the 30th of February. (@bufbuild/cel 0.6.1, std/cast.js) */
const TIMESTAMPS = [
  celFunc('timestamp', [CelScalar.INT], TIMESTAMP, (seconds) => timestampOf({ seconds, nanos: 0 })),
  celFunc('timestamp', [CelScalar.STRING], TIMESTAMP, (text) => {
    const moment = parseRfc3339(text);
    if (moment === null) throw new Error('bad timestamp');
    return timestampOf(moment);
  }),
];
/**
 * The library reads numbers as JavaScript does: "" as 0, "n/a" as NaN, "0x10" as 16. CEL has them as Go's strconv does.
 * (cel-go common/types/string.go, ConvertToType)
 */
const NUMBERS = [
  celFunc('int', [CelScalar.STRING], CelScalar.INT, (text) =>
    integerOf(text, /^[+-]?[0-9]+$/, -(2n ** 63n), 2n ** 63n),
  ),
  celFunc('uint', [CelScalar.STRING], CelScalar.UINT, (text) => celUint(integerOf(text, /^[0-9]+$/, 0n, 2n ** 64n))),
  celFunc('double', [CelScalar.STRING], CelScalar.DOUBLE, (text) => {
    if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) throw new Error('bad double');
    return Number(text);
  }),
];

function integerOf(text: string, form: RegExp, min: bigint, end: bigint): bigint {
  if (text.length > 40 || !form.test(text)) throw new Error('bad integer');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value < min || value >= end) throw new Error('integer out of range');
  return value;
}

/** The language as cel-spec has it, where the library differs. */
export const ENVIRONMENT = celEnv({ variables: VARIABLES, funcs: [...TIMESTAMPS, ...NUMBERS] });
