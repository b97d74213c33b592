/**
 * What Ed25519 verifies, as the native module takes it: signature(64) | public key(32) | Sig_structure
 * (RFC 9052 section 4.4 with context "Signature1", empty external data and the 36 bytes of the
 * digest as detached payload, draft-ietf-suit-manifest-37 section 8.3).
 */
export const signedBlock = (
  envelope: Uint8Array,
  digestAt: number,
  protectedAt: number,
  signatureAt: number,
  key: Uint8Array,
): Uint8Array => {
  // The protected header is a byte string of at most 23 bytes: one byte of head.
  const protectedSize = 1 + (envelope[protectedAt] & 31);
  const block = new Uint8Array(96 + 12 + protectedSize + 39);
  block.set(envelope.subarray(signatureAt, signatureAt + 64), 0);
  block.set(key, 64);
  block.set([0x84, 0x6a, 83, 105, 103, 110, 97, 116, 117, 114, 101, 49], 96);
  block.set(envelope.subarray(protectedAt, protectedAt + protectedSize), 108);
  block.set([0x40, 0x58, 0x24], 108 + protectedSize);
  block.set(envelope.subarray(digestAt, digestAt + 36), 111 + protectedSize);
  return block;
};
