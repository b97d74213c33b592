/** The offer as a program of its own (programs-packed.ts). */
import { handle } from "../link/offer.js";
import { api } from "../shared.js";
import type { Services } from "./services.js";

(api as Services).serve = handle;
