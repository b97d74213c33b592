/**
 * The agent (stage 2): it runs before the app, in place from flash, and stays. It serves the link,
 * verifies and stores updates, watches over a trial and feeds the watchdog. It is updated by the same
 * step as the app, so the bootloader never has to be.
 */
import { REVERT_DEADLINE } from "./errors.js";
import { CONFIG_DEADLINE, CONFIG_LINKS, CONFIG_WATCHDOG, PHASE, TRIAL } from "./flash/layout.js";
import { confirm, handle } from "./link/session.js";
import { answer } from "./link/smp.js";
import { frame, receiver } from "./link/uart.js";
import { every, later, listen, toBytes } from "./port/espruino-agent.js";
import { api, config, port, record } from "./shared.js";

const onTrial = (): boolean => record[PHASE] === TRIAL;

listen(config[CONFIG_LINKS], (device) =>
  receiver((packet) => device.write(frame(answer(toBytes(packet), handle)))),
);
if (config[CONFIG_WATCHDOG]) every(port.kick, config[CONFIG_WATCHDOG] * 300);
if (onTrial())
  later(
    () => {
      if (onTrial()) {
        api.revert(REVERT_DEADLINE);
        port.restart();
      }
    },
    (config[CONFIG_DEADLINE] + 256 * config[CONFIG_DEADLINE + 1]) * 1000,
  );
global.suitcase = {
  confirm: () => onTrial() && confirm(),
  trial: onTrial,
  status: () => handle(1, {}),
};
