/**
 * Boards whose console was left open (`--keep-console`) take what arrives as typed text, and the agent
 * hears nothing of it. When a prompt shows that this is so, the console is asked to step aside until the
 * next reset. A board whose console is closed sends no prompt, and would ignore the request.
 */
import type { Duplex } from "./transport.js";

/** Only where an agent is: the console of another board is none of our business. */
const STEP_ASIDE = " \x03\x10global.suitcase&&E.setConsole(null,{force:true})\n";
/** Milliseconds in which one request is enough. */
const WAIT = 1000;
/** What is looked through for a prompt. */
const TAIL = 16;

/** Milliseconds until it has done so: what it took for typed text is then sent again. */
const ASIDE = 150;

export function consoleAside(duplex: Duplex): Duplex {
  let tail = "";
  let asked = 0;
  let last = new Uint8Array(0);
  const write = async (bytes: Uint8Array) => {
    try {
      await duplex.write(bytes);
    } catch {
      // Whoever uses the link finds it broken, too.
    }
  };
  duplex.onData((bytes) => {
    tail = (tail + Buffer.from(bytes.subarray(-TAIL)).toString("latin1")).slice(-TAIL);
    if (!/\n>/.test(tail) || Date.now() < asked + WAIT) return;
    tail = "";
    asked = Date.now();
    void write(Buffer.from(STEP_ASIDE, "latin1"));
    setTimeout(() => void write(last), ASIDE);
  });
  return {
    ...duplex,
    write: (bytes) => {
      last = bytes.slice();
      return duplex.write(bytes);
    },
  };
}
