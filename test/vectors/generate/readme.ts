/** The README.md of the published suite. */
import type { Case } from "./define.js";

export function readme(cases: Case[]): string {
  const count = (expect: string) => cases.filter(({ outcome }) => outcome.expect === expect).length;
  return `# SUIT manifests with Ed25519: ${cases.length} envelopes and what to do with each

Small signed envelopes of **draft-ietf-suit-manifest-37**, with
draft-ietf-suit-update-management-14 and draft-ietf-suit-trust-domains-12, for whoever writes a manifest
processor: ${count("accept")} to accept, ${count("reject")} to refuse, ${count("accept-or-reject")} that the drafts leave open. Every case changes one thing. The
expectations are our reading of the drafts, written by hand case by case; they are nobody's authority.
If you read a sentence of the drafts in another way, tell us.

Licence: MIT. Written by \`npm run vectors\`; do not edit by hand.

| file | holds |
|---|---|
| \`*.suit\` | the envelopes |
| \`index.json\` | an array with one object per envelope |
| \`device.json\` | the device that each case starts from |
| \`*.bin\` | images and dependencies, bytes that must not be reformatted |

## The key

Everything is signed with COSE algorithm -19 (Ed25519) unless a case is about that, by the key whose seed
is 32 bytes of 0x51. **Everybody knows it: never trust it.** Strangers' signatures come from the seed of
32 bytes of 0x52. Vendor, class and device identifiers are UUIDs, version 5: "example.com" in the DNS
name space, "suite-board" and "device-0001" in the vendor's.

## index.json

| member | meaning |
|---|---|
| \`id\`, \`file\` | \`cNN-\` is about command NN, \`pNN-\` about parameter NN, \`sNN-\` about section NN (0: shared) |
| \`title\` | a sentence; ids such as \`C27\` are rows of our list of attacks |
| \`draft\` | the draft and its section that decides |
| \`device\` | what differs from \`device.json\` |
| \`expect\` | \`accept\`, \`reject\`, or \`accept-or-reject\` where the drafts leave it open |
| \`ours\`, \`reason\` | then: what our device does, and why |
| \`error\` | our number and name of the reason for which our device refuses; yours will have others |
| \`trace\` | the commands that are executed, in order, the one that fails included |
| \`components\` | SHA-256 of what the device holds after acceptance, by component identifier (hex of its CBOR) |

An entry of \`trace\` is \`[section, offset, command, component]\`. The section is the key in the manifest, 0
for the shared sequence. The offset is that of the command code in the content of the section's byte
string, nested sequences counted through. A command that applies to several components has one entry for
each; set-component-index has \`null\`. A fifth number says in which dependency (by component index) the
command stands. A command that is refused before it is executed has no entry.

## The device

| member | meaning |
|---|---|
| \`vendor\`, \`class\`, \`device\` | 16 bytes each, hex |
| \`keys\` | trusted keys: \`public\`, and \`kid\`, empty when the key fits every identifier |
| \`sequence\` | the highest sequence number that was accepted |
| \`slot\` | the slot that the update goes to, for condition 5 |
| \`components\` | what it holds: file by component identifier (hex of its CBOR) |
| \`payloads\` | what can be fetched: file by URI |
| \`now\` | seconds since 1970; null: no clock |
| \`battery\` | mWh; null: the board cannot tell |
| \`version\` | the installed version; null: not known |
| \`authorize\` | updates whose priority is at most this number are authorized; null: none is |
| \`limits\` | \`slot\`: bytes for all images, each padded to 4; \`envelope\`: bytes; 0: no limit |
| \`features\` | \`dependencies\`: trust domains, one level |

The limits of every device here: 8 components, 256 commands looked at in all sections together, 4 nested
sequences, URIs of 96 bytes, 8 signatures, 11 members behind the manifest.

A verdict is of the whole: authentication, the sections 15, 16, 18, 20, 7, 8 and 9 in this order, the
shared sequence before each that is there. A refused envelope changes nothing.
`;
}
