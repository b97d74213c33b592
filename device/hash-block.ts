/**
 * The program in block 1 of a board that has SHA-256 neither in its engine nor in a native module
 * (FLAG_HASH). The bootloader runs it, takes the function and puts its services in the same place.
 */
import { sha256 } from "./crypto/sha256-words.js";

global.suitcase = sha256;
