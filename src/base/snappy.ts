const MAX_LENGTH_BYTES = 4; // behind the first: 32 bits, seven to a byte

/**
 * Decompresses Snappy's raw form. Source: google/snappy, format_description.txt. (The library that there is, snappyjs
 * 0.7.0, reads a length of four bytes as a signed number and runs for ever on six bytes.)
 *
 * @returns null for what is not in that form
 * @throws RangeError where it says that it has more than `maxBytes`
 */
export function uncompressSnappy(input: Uint8Array, maxBytes: number): Uint8Array | null {
  const header = readVarint(input);
  if (header === null) return null;
  if (header.value > maxBytes) throw new RangeError(`${header.value} bytes`);
  const output = new Uint8Array(header.value);
  let at = header.end;
  let written = 0;
  while (at < input.length) {
    const element = readElement(input, at);
    if (element === null || written + element.length > output.length) return null;
    const { length, offset, end } = element;
    if (offset === null) {
      if (end + length > input.length) return null;
      output.set(input.subarray(end, end + length), written);
      at = end + length;
    } else {
      if (offset === 0 || offset > written) return null;
      // Byte by byte, for a copy may reach into what it writes.
      for (let index = 0; index < length; index += 1)
        output[written + index] = output[written + index - offset] as number;
      at = end;
    }
    written += length;
  }
  return written === output.length ? output : null;
}

/** How many bytes it says that it has; null for what is not in that form. */
export function uncompressedLength(input: Uint8Array): number | null {
  return readVarint(input)?.value ?? null;
}

/** A literal, whose bytes follow, or a copy of what was written so many bytes before. */
interface Element {
  readonly length: number;
  /** Null: a literal. */
  readonly offset: number | null;
  readonly end: number;
}

function readElement(input: Uint8Array, at: number): Element | null {
  const tag = input[at] as number;
  const size = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const bytes = size < 60 ? 0 : size - 59;
      const length = bytes === 0 ? size : littleEndian(input, at + 1, bytes);
      return length === null ? null : { length: length + 1, offset: null, end: at + 1 + bytes };
    }
    case 1: {
      const low = littleEndian(input, at + 1, 1);
      return low === null ? null : { length: (size & 7) + 4, offset: ((tag >> 5) << 8) + low, end: at + 2 };
    }
    default: {
      const bytes = (tag & 3) === 2 ? 2 : 4;
      const offset = littleEndian(input, at + 1, bytes);
      return offset === null ? null : { length: size + 1, offset, end: at + 1 + bytes };
    }
  }
}

/** Unsigned; null where the input ends before. */
function littleEndian(input: Uint8Array, at: number, bytes: number): number | null {
  if (at + bytes > input.length) return null;
  let value = 0;
  for (let index = bytes - 1; index >= 0; index -= 1) value = value * 256 + (input[at + index] as number);
  return value;
}

/** At most 32 bits, seven to a byte. */
function readVarint(input: Uint8Array): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let index = 0; index <= MAX_LENGTH_BYTES; index += 1) {
    const byte = input[index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value < 2 ** 32 ? { value, end: index + 1 } : null;
  }
  return null;
}
