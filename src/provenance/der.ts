/** A UTF8String in DER; null for anything else. */
export function readUtf8String(der: Uint8Array): string | null {
  const content = contentOf(der, 0x0c);
  try {
    return content && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

/** The only name of a certificate, if it is an address: SEQUENCE of one [6] IA5String (RFC 5280, 4.2.1.6). Null for anything else. */
export function readOnlyUri(der: Uint8Array): string | null {
  const names = contentOf(der, 0x30);
  const uri = names && contentOf(names, 0x86);
  return uri?.every((byte) => byte < 0x80) ? Buffer.from(uri).toString('latin1') : null;
}

/** The content behind a tag, with the shortest form of its length, and nothing behind it. */
function contentOf(der: Uint8Array, wanted: number): Uint8Array | null {
  const [tag, length] = der;
  if (length === undefined || length === 0x80) return null;
  const lengthBytes = length < 0x80 ? 0 : length - 0x80;
  if (tag !== wanted || lengthBytes > 2) return null;
  const content = der.subarray(2 + lengthBytes);
  const stated =
    lengthBytes === 0 ? length : der.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  const isShortest = lengthBytes === 0 || stated >= (lengthBytes === 1 ? 0x80 : 0x100);
  return isShortest && content.length === stated ? content : null;
}
