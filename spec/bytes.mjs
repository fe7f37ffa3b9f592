// What a tape is made of: bytes, text, checksums and MessagePack.

import { decode as unpackMessage } from '@msgpack/msgpack';

/** What is wrong with a tape: a class of section 13, and where the frame is. */
export class TapeError extends Error {
  constructor(cls, what, offset) {
    super(`${cls}: ${what}`);
    this.class = cls;
    this.offset = offset;
  }
}

export const fail = (cls, what) => { throw new TapeError(cls, what); };
export const bad = (what) => fail('payload', what);
/** Section 14. */
export const MAX = { header: 4096, frame: 16 << 20, values: 4 << 20, strings: 1 << 20, bytes: 64 << 20, tree: 1024, depth: 64 };

/** Text of a tape, WTF-8, as a string of JavaScript. */
export function wtf8(bytes) {
  if (!(bytes instanceof Uint8Array)) bad('no text');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch { /* it has lone surrogates, or other bytes */ }
  let s = '';
  for (let i = 0, n; i < bytes.length; i += n) {
    const b = bytes[i];
    n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    let c = n === 1 ? b : b & (0xff >> (n + 1));
    for (let j = 1; j < n; j++) c = (c << 6) | (bytes[i + j] & 0x3f);
    s += c > 0x10ffff ? '\ufffd' : String.fromCodePoint(c);
  }
  return s;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
  return n;
});
/** CRC-32C of the chunks one after the other. */
export const crc32c = (...chunks) => {
  let c = ~0;
  for (const b of chunks) for (let i = 0; i < b.length; i++) c = (c >>> 8) ^ crcTable[(c ^ b[i]) & 0xff];
  return ~c >>> 0;
};

/** One MessagePack value: text and bin both as bytes, 64-bit integers as BigInt. */
export function message(bytes) {
  try {
    const most = bytes.length;
    return unpackMessage(bytes, {
      useBigInt64: true, rawStrings: true, maxArrayLength: most, maxMapLength: most, maxStrLength: most, maxBinLength: most,
      mapKeyConverter: (k) => (typeof k === 'bigint' || Number.isInteger(k) ? Number(k) : `?${k}`),
      extensionCodec: { tryToEncode: () => null, decode: () => bad('extension type') },
    });
  } catch (e) {
    throw e instanceof TapeError ? e : new TapeError('payload', e.message);
  }
}

/** Checks how deep a value is that is not known (section 14). */
export function shallow(v, left = MAX.depth) {
  if (v === null || typeof v !== 'object' || v instanceof Uint8Array) return v;
  if (left === 0) fail('limit', 'depth');
  for (const e of Object.values(v)) shallow(e, left - 1);
  return v;
}
