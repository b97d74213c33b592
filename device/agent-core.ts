/**
 * The agent (stage 2): it runs before the app, in place from flash, and stays. It serves the link,
 * verifies and stores updates, watches over a trial and feeds the watchdog. It is updated by the same
 * step as the app, so the bootloader never has to be.
 */
import type { BootApi } from "./boot-api.js";
import { u16 } from "./bytes.js";
import { REVERT_DEADLINE } from "./errors.js";
import { CONFIG_DEADLINE, CONFIG_LINKS, CONFIG_WATCHDOG, PHASE, TRIAL } from "./flash/layout.js";
import { confirm, openSession } from "./link/session.js";
import { answer } from "./link/smp.js";
import { frame, receiver } from "./link/uart.js";
import { every, later, listen, toBytes } from "./port/espruino-agent.js";

/**
 * Starts the agent on what the bootloader handed over as the global `suitcase`.
 *
 * @param verify strict Ed25519 over signature(64) | public key(32) | message
 */
export const startAgent = (api: BootApi, verify: (block: Uint8Array) => void): void => {
  const port = api.port;
  const config = api.config;
  const onTrial = (): boolean => api.record[PHASE] === TRIAL;
  const handle = openSession(api, verify);

  listen(config[CONFIG_LINKS], (send) =>
    receiver((packet) =>
      send(frame(answer(toBytes(packet), handle, () => later(port.restart, 300)))),
    ),
  );
  if (config[CONFIG_WATCHDOG]) every(port.kick, config[CONFIG_WATCHDOG] * 300);
  if (onTrial())
    later(() => {
      if (onTrial()) {
        api.revert(REVERT_DEADLINE);
        port.restart();
      }
    }, u16(config, CONFIG_DEADLINE) * 1000);
  global.suitcase = { confirm: () => onTrial() && confirm(api), trial: onTrial };
};
