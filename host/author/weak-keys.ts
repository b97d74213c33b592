/**
 * Ed25519 public keys that must not guard a board: their private half is printed in a public
 * document, or they make forged signatures pass.
 */

/** Published key pairs: whoever reads the document can sign with them. */
const TEST_KEYS = new Set([
  // RFC 8032, section 7.1: TEST 1, 2, 3, 1024, SHA(abc). TEST 1 is also the key of the COSE examples.
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
  "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
  "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
  // RFC 8032, section 7.2
  "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
  "0f1d1274943b91415889152e893d80e93275a1fc0b65fd71b4b0dda10ad7d772",
  // RFC 8410, section 10
  "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
  // The seeds 00 00 .. 00 and 00 01 .. 1f, which examples everywhere use.
  "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
  "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
]);

/** y coordinates of the points of small order: 0, 1, p-1 and the two of order 8. Little endian. */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** Whether the private half of this key (32 bytes) is public knowledge. */
export function isTestKey(publicKey: Uint8Array): boolean {
  return TEST_KEYS.has(Buffer.from(publicKey).toString("hex"));
}

/**
 * Whether this public key (32 bytes) is a point of small order or written with y >= p. The board
 * refuses both (RFC 8032, section 5.1.3; design: canonical A, small-order A refused).
 */
export function isWeakKey(publicKey: Uint8Array): boolean {
  const y = Buffer.from(publicKey);
  y[31] &= 0x7f;
  // p = 2^255 - 19, so y >= p only when all bytes but the lowest are at their maximum.
  const aboveField = y[0] >= 0xed && y[31] === 0x7f && y.subarray(1, 31).every((b) => b === 0xff);
  return aboveField || SMALL_ORDER.has(y.toString("hex"));
}
