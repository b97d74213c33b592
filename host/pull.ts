/** Pull: a host that has no envelope asks the board where its next manifest is. */
import { SuitcaseError } from "./errors.js";
import { ACCEPTABLE, ALREADY, IDLE, REFUSED } from "./link/poll.js";
import { SmpClient, type Timing } from "./link/smp.js";
import type { Transport } from "./link/transport.js";

/** What is over: the board forgets it when it is told to. */
const ENDED = [REFUSED, ALREADY, ACCEPTABLE];

/**
 * The address that a board names, as it names it: it is for the caller to decide what may be fetched.
 *
 * @throws NO_MANIFEST_URI also when the board is in the middle of an update
 */
export async function askManifestUri(
  connect: () => Promise<Transport>,
  timing?: Timing,
): Promise<string> {
  const client = new SmpClient(await connect(), timing ? { timing } : {});
  try {
    let answer = await client.poll();
    if (ENDED.includes(answer.state)) {
      await client.cleanup();
      answer = await client.poll();
    }
    if (answer.manifest) return answer.manifest;
    const why = answer.state === IDLE ? undefined : `${client.name} is in the middle of an update.`;
    throw new SuitcaseError("NO_MANIFEST_URI", why);
  } finally {
    await client.close();
  }
}
