/**
 * The health rule of a release: what its trial must show. It is the argument of the invocation
 * (suit-parameter-invoke-args, an "implementation-defined" byte string): a CBOR map of at most 22 bytes
 * from the members RULE_* to numbers below 65,536.
 */
import { PARAMETER_VALUE } from "../errors.js";
import { at, end, head, readMap, refuse, reread, UINT } from "../suit/cbor.js";
import { RULE_SECONDS } from "./layout.js";

/** Refuses a byte string with its head at `from` that is no rule: an agent must not overlook one. */
export const checkRule = (from: number): void =>
  reread(from, () => {
    // The agent reads it with heads of one byte.
    if (end - at > 22) refuse(PARAMETER_VALUE);
    readMap(PARAMETER_VALUE, (member) => {
      if (!member || member > RULE_SECONDS || head(UINT) > 65535) refuse(PARAMETER_VALUE);
    });
  });
