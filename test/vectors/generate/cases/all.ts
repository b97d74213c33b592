/** Every case of the suite, in the order of its index. */
import type { Case } from "../define.js";
import { ACTIONS } from "./actions.js";
import { AUTHENTICATION } from "./authentication.js";
import { DEPENDENCIES } from "./dependencies.js";
import { ENCODING } from "./encoding.js";
import { FRAME, LIMITS } from "./frame.js";
import { IDENTITY } from "./identity.js";
import { IMAGES } from "./images.js";
import { INDEX_AND_ORDER } from "./index-and-order.js";
import { MANAGEMENT } from "./management.js";
import { RUN_SEQUENCE } from "./run-sequence.js";
import { SECTIONS } from "./sections.js";
import { SEVERABLE } from "./severable.js";
import { SOFT_FAILURE, TRY_EACH } from "./try-each.js";

export const CASES: Case[] = [
  ...IDENTITY,
  ...IMAGES,
  ...ACTIONS,
  ...INDEX_AND_ORDER,
  ...TRY_EACH,
  ...SOFT_FAILURE,
  ...RUN_SEQUENCE,
  ...SECTIONS,
  ...SEVERABLE,
  ...ENCODING,
  ...AUTHENTICATION,
  ...FRAME,
  ...LIMITS,
  ...MANAGEMENT,
  ...DEPENDENCIES,
];
