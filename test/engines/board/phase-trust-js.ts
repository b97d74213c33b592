/** Ed25519 in JavaScript with a meter at it, in the place of device/suit/trust.ts. */
import * as real from "../../../device/board-trust-js.js";
import { metered, VERIFY } from "./phase-port.js";

export { hash, trusted } from "../../../device/board-keys.js";

export const verify = metered(VERIFY, real.verify);
