import { array, assert, constantFrom, oneof, property, uint8Array } from 'fast-check';
import { compress } from 'snappyjs';
import { describe, expect, test } from 'vitest';
import { uncompressSnappy } from '../../src/base/snappy.ts';

const MAX = 4 * 1024 * 1024;
const of = (...bytes: number[]): Uint8Array | null => uncompressSnappy(new Uint8Array(bytes), MAX);

describe("Snappy's raw form", () => {
  test('what another program compressed', () => {
    const text = oneof(
      uint8Array({ maxLength: 300 }),
      array(constantFrom(1, 2, 3), { maxLength: 70_000 }).map((list) => new Uint8Array(list)),
    );
    assert(
      property(text, (bytes) => {
        expect(uncompressSnappy(compress(bytes), MAX)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });
  test('no input makes it run or throw anything but its limit', () => {
    assert(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        const started = performance.now();
        try {
          uncompressSnappy(bytes, 1000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
        expect(performance.now() - started).toBeLessThan(1000);
      }),
      { numRuns: 2000 },
    );
  });
  test.each<[string, number[], string]>([
    ['nothing', [0], ''],
    ['a literal', [3, 2 << 2, 97, 98, 99], 'abc'],
    ['a literal with its length in a byte', [3, 60 << 2, 2, 97, 98, 99], 'abc'],
    ['in two', [3, 61 << 2, 2, 0, 97, 98, 99], 'abc'],
    ['in four', [3, 63 << 2, 2, 0, 0, 0, 97, 98, 99], 'abc'],
    ['a copy of one byte of offset', [6, 1 << 2, 97, 98, 1, 2], 'ababab'],
    ['of two', [5, 1 << 2, 97, 98, (2 << 2) | 2, 2, 0], 'ababa'],
    ['of four', [5, 1 << 2, 97, 98, (2 << 2) | 3, 2, 0, 0, 0], 'ababa'],
  ])('%s', (_, bytes, text) => expect(Buffer.from(of(...bytes) ?? []).toString()).toBe(text));

  test.each<[string, number[]]>([
    ['no length', []],
    ['a length without an end', [0x80]],
    ['of five bytes and more', [0x80, 0x80, 0x80, 0x80, 0x80, 1]],
    ['of more than 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a literal that is cut', [3, 2 << 2, 97]],
    ['a length of four bytes that is negative where it is signed', [5, 0xfc, 0xfa, 0xff, 0xff, 0xff]],
    ['a literal longer than announced', [1, 1 << 2, 97, 98]],
    ['shorter than announced', [2, 0, 97]],
    ['a copy from before the beginning', [5, 0, 97, 1, 2]],
    ['a copy of nothing', [5, 0, 97, 1, 0]],
    ['a copy without its offset', [5, 0, 97, 1]],
    ['a copy of two without its offset', [5, 0, 97, 2, 1]],
    ['a copy longer than announced', [4, 0, 97, 1, 1]],
    ['a length without its bytes', [5, 63 << 2, 1]],
  ])('%s is not in that form', (_, bytes) => {
    expect(of(...bytes)).toBeNull();
  });
  test('more than may be', () => {
    expect(() => uncompressSnappy(new Uint8Array([0xe9, 0x07]), 1000)).toThrow(RangeError);
    expect(uncompressSnappy(new Uint8Array([0xe8, 0x07]), 1000)).toBeNull();
  });
});
