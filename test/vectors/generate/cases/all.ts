/** Every case of the suite, in the order of its index. */
import type { Case } from "../define.js";
import { ACTIONS } from "./actions.js";
import { AUTHENTICATION } from "./authentication.js";
import { CODES } from "./codes.js";
import { COMPONENT_INDEX } from "./component-index.js";
import { CONTENT } from "./content.js";
import { DEPENDENCIES } from "./dependencies.js";
import { ENCODING } from "./encoding.js";
import { ENCODING_TYPES } from "./encoding-types.js";
import { FETCH } from "./fetch.js";
import { FRAME } from "./frame.js";
import { IDENTITY } from "./identity.js";
import { IMAGES } from "./images.js";
import { LIMITS } from "./limits.js";
import { MANAGEMENT } from "./management.js";
import { PROCESS_DEPENDENCY } from "./process-dependency.js";
import { RUN_SEQUENCE } from "./run-sequence.js";
import { SECTIONS } from "./sections.js";
import { SEVERABLE } from "./severable.js";
import { SHARED_SEQUENCE } from "./shared-sequence.js";
import { SIGNATURES } from "./signatures.js";
import { SLOT } from "./slot.js";
import { SOFT_FAILURE } from "./soft-failure.js";
import { STRICT_ORDER } from "./strict-order.js";
import { TRY_EACH } from "./try-each.js";
import { VERSIONS } from "./versions.js";
import { WAIT } from "./wait.js";

export const CASES: Case[] = [
  ...IDENTITY,
  ...SLOT,
  ...IMAGES,
  ...CONTENT,
  ...FETCH,
  ...ACTIONS,
  ...COMPONENT_INDEX,
  ...STRICT_ORDER,
  ...TRY_EACH,
  ...SOFT_FAILURE,
  ...RUN_SEQUENCE,
  ...SECTIONS,
  ...SHARED_SEQUENCE,
  ...SEVERABLE,
  ...ENCODING,
  ...ENCODING_TYPES,
  ...AUTHENTICATION,
  ...SIGNATURES,
  ...FRAME,
  ...CODES,
  ...LIMITS,
  ...MANAGEMENT,
  ...VERSIONS,
  ...WAIT,
  ...DEPENDENCIES,
  ...PROCESS_DEPENDENCY,
];
