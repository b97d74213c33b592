/**
 * suitcase as a library: everything the command line does, for programs of your own.
 *
 * ```ts
 * import { generateKey, packRelease, push, openLink, openSimulated, serveFolder } from "suitcase";
 *
 * const release = packRelease({ vendor, class: classId, sequence: 2, components, key });
 * const result = await push({
 *   connect: () => openLink("sim:board.bin", openSimulated),
 *   envelope: release.envelope,
 *   fetchPayload: async (uri) => payloads.get(uri),
 * });
 * ```
 *
 * What fails throws a {@link SuitcaseError}: `code`, `name`, `message`, `advice`
 * ({@link buildImage}: a {@link BuildError}). What a board or {@link verifyEnvelope} decides is a result, not an exception.
 */

// Author: build, keys, releases.
export { BuildError, type BuildOptions, buildImage, type Image } from "./author/build.js";
export { type Config, type Identity, loadConfig, resolveIdentity } from "./author/config.js";
export { type InspectView, inspectEnvelope } from "./author/inspect.js";
export {
  generateKey,
  type KeyFiles,
  loadPrivateKey,
  loadTrust,
  parsePrivateKey,
  parsePublicKey,
  privateKeyToPem,
  publicKeyToPem,
  type SigningKey,
  writeKeyPair,
} from "./author/keys.js";
export {
  packRelease,
  type Release,
  type ReleaseFile,
  type ReleaseOptions,
} from "./author/pack.js";
export { classId, formatUuid, parseUuid, vendorId } from "./author/uuid.js";
// Board: simulated boards and their provisioning.
export type { BoardConfig } from "./board/config-page.js";
export { NorFlash, PowerCut, SimulatorError } from "./board/flash.js";
export {
  boardDuplex,
  claim,
  type OpenBoard,
  openBoard,
  openFlash,
  openSimulated,
  profileOf,
  provisionedAs,
} from "./board/open.js";
export { type Limits, loadProfile, type Profile, profileNames } from "./board/profiles.js";
export { type ProvisionParts, provision, randomDevice } from "./board/provision.js";
export { type BoardProcess, type BoardServer, serveBoard } from "./board/serve-board.js";
export { type BoardOptions, SimulatedBoard } from "./board/simulator.js";
// Verdicts: the board's own processor on the host.
export { loadDevice, parseDevice } from "./device-file.js";
export type { DeviceKey, DeviceState } from "./device-state.js";
// Push: an envelope into a board, to its end.
export { type DryRunOptions, dryRun } from "./dry-run.js";
export {
  allErrors,
  describeError,
  type ErrorDescription,
  type HostErrorName,
  SuitcaseError,
} from "./errors.js";
// Link: addresses, transports, the SMP client.
export { type Address, parseAddress } from "./link/address.js";
export { type BleTiming, chooseBle, openBle } from "./link/ble.js";
export type { BleDevice, Bluetooth } from "./link/bluetooth.js";
export { openLink } from "./link/open.js";
export { SmpClient, SmpError, type Timing } from "./link/smp.js";
export { type OtherState, ROLE_OTHER, ROLE_RUNNING, type RunningState } from "./link/state.js";
export { framedTransport } from "./link/stream.js";
export type { Duplex, Transport } from "./link/transport.js";
export { askManifestUri } from "./pull.js";
export { push } from "./push.js";
export type {
  DryRunResult,
  PushEvent,
  PushLimits,
  PushOptions,
  PushResult,
} from "./push-types.js";
// Storage: untrusted, over HTTP.
export { type FetchOptions, getBytes } from "./storage/fetch.js";
export { payloadLocation } from "./storage/resolve.js";
export { type ServeOptions, type Storage, serveFolder } from "./storage/serve.js";
// Reports of boards.
export { type Capabilities, decodeCapabilities } from "./suit/capabilities.js";
// Envelopes of others: verified on the host, never on a board.
export {
  authenticateForeign,
  type ForeignReport,
  type ForeignSignature,
} from "./suit/foreign/authenticate.js";
export { type ForeignKey, hmacKey, loadForeignKey, publicForeignKey } from "./suit/foreign/keys.js";
export { draftAdvice, type OlderDraft } from "./suit/older-drafts.js";
export { decodeReport, type SuitReport } from "./suit/report.js";
export { type ReportView, viewReport } from "./suit/report-words.js";
export { type Verdict, verifyEnvelope } from "./verify.js";
