/**
 * The part of the agent that is only needed while something is offered. Where it is packed this is a
 * program of its own: the resident part hands it the services and takes what it answers with.
 */
import { handle } from "./link/session.js";
import type { Services } from "./services.js";
import { api } from "./shared.js";

(api as Services).serve = handle;
