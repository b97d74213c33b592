/** The intake as a program of its own (programs-packed.ts). */
import type { Transfer } from "../flash/transfer.js";
import { begin } from "../link/intake.js";
import { api } from "../shared.js";
import type { Services } from "./services.js";

const services = api as Services;
services.serve = begin(services.planned as Transfer);
