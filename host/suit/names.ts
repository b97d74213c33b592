/**
 * Names of every code point of draft-ietf-suit-manifest-37 and of its extensions: update management
 * (UM), trust domains (TD), firmware encryption (FE), reports. For people only.
 */

/** Members of the envelope; text keys are integrated payloads. */
export const ENVELOPE_NAMES: Record<number, string> = {
  1: "delegation",
  2: "authentication-wrapper",
  3: "manifest",
  14: "coswid",
  15: "dependency-resolution",
  16: "payload-fetch",
  18: "candidate-verification",
  20: "install",
  23: "text",
};

export const MANIFEST_NAMES: Record<number, string> = {
  1: "manifest-version",
  2: "sequence-number",
  3: "common",
  4: "reference-uri",
  5: "manifest-component-id",
  6: "set-version",
  7: "validate",
  8: "load",
  9: "invoke",
  14: "coswid",
  15: "dependency-resolution",
  16: "payload-fetch",
  18: "candidate-verification",
  20: "install",
  23: "text",
  24: "uninstall",
};

/** Members of the manifest that hold commands, in the order in which a board runs them. */
export const SEQUENCE_KEYS = [15, 16, 18, 20, 7, 8, 9, 24];

export const COMMAND_NAMES: Record<number, string> = {
  1: "condition-vendor-identifier",
  2: "condition-class-identifier",
  3: "condition-image-match",
  4: "condition-use-before",
  5: "condition-component-slot",
  6: "condition-check-content",
  7: "condition-dependency-integrity",
  8: "condition-is-dependency",
  11: "directive-process-dependency",
  12: "directive-set-component-index",
  14: "condition-abort",
  15: "directive-try-each",
  18: "directive-write",
  19: "directive-set-parameters",
  20: "directive-override-parameters",
  21: "directive-fetch",
  22: "directive-copy",
  23: "directive-invoke",
  24: "condition-device-identifier",
  25: "condition-image-not-match",
  26: "condition-minimum-battery",
  27: "condition-update-authorized",
  28: "condition-version",
  29: "directive-wait",
  31: "directive-swap",
  32: "directive-run-sequence",
  33: "directive-unlink",
  34: "directive-override-multiple",
  35: "directive-copy-params",
};

export const PARAMETER_NAMES: Record<number, string> = {
  1: "vendor-identifier",
  2: "class-identifier",
  3: "image-digest",
  4: "use-before",
  5: "component-slot",
  12: "strict-order",
  13: "soft-failure",
  14: "image-size",
  18: "content",
  19: "encryption-info",
  21: "uri",
  22: "source-component",
  23: "invoke-args",
  24: "device-identifier",
  25: "fetch-arguments",
  26: "minimum-battery",
  27: "update-priority",
  28: "version",
  29: "wait-info",
  30: "component-metadata",
};

export const TEXT_NAMES: Record<number, string> = {
  1: "manifest-description",
  2: "update-description",
  3: "manifest-json-source",
  4: "manifest-yaml-source",
};

export const COMPONENT_TEXT_NAMES: Record<number, string> = {
  1: "vendor-name",
  2: "model-name",
  3: "vendor-domain",
  4: "model-info",
  5: "component-description",
  6: "component-version",
  7: "version-required",
  8: "current-version",
};

export const ALGORITHM_NAMES: Record<number, string> = {
  1: "A128GCM",
  2: "SHA-256 of old drafts",
  5: "HMAC-SHA-256",
  [-3]: "A128KW",
  [-7]: "ES256",
  [-8]: "EdDSA",
  [-9]: "ESP256",
  [-16]: "SHA-256",
  [-18]: "SHAKE128",
  [-19]: "Ed25519",
  [-29]: "ECDH-ES+A128KW",
  [-43]: "SHA-384",
  [-44]: "SHA-512",
  [-45]: "SHAKE256",
  [-46]: "HSS-LMS",
  [-65534]: "A128CTR",
};

export const COSE_NAMES: Record<number, string> = {
  17: "COSE_Mac0",
  18: "COSE_Sign1",
  97: "COSE_Mac",
  98: "COSE_Sign",
};

/** Members of common. */
export const COMMON_NAMES: Record<number, string> = {
  1: "dependencies",
  2: "components",
  4: "shared-sequence",
};

/** Members of a dependency's description (TD). */
export const DEPENDENCY_NAMES: Record<number, string> = { 1: "prefix" };

/** Why a report says no (draft-ietf-suit-report). */
export const REASON_NAMES: Record<number, string> = {
  0: "ok",
  1: "CBOR cannot be parsed",
  2: "COSE structure or header unsupported",
  3: "algorithm unsupported",
  4: "signature not valid",
  5: "command unsupported",
  6: "component unsupported",
  7: "component not allowed to this signer",
  8: "parameter unsupported",
  9: "severing unsupported",
  10: "condition failed",
  11: "operation failed",
  12: "invocation pending",
};

/** Events of directive-wait (UM). */
export const EVENT_NAMES: Record<number, string> = {
  1: "an authorisation",
  2: "power",
  3: "the network",
  4: "another device's version",
  5: "a time",
  6: "a time of day",
  7: "a day of the week",
  8: "a time of day (UTC)",
  9: "a day of the week (UTC)",
};

/** The name of a code point, or its number when it has none. */
export function nameOf(names: Record<number, string>, code: unknown): string {
  const name = typeof code === "number" && Object.hasOwn(names, code) ? names[code] : undefined;
  return name ?? `unknown (${typeof code === "string" ? JSON.stringify(code) : String(code)})`;
}
