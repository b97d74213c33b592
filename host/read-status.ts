/** Asks a board for everything that its status is made of. */
import { type Asked, type SmpClient, SmpError } from "./link/smp.js";
import { ROLE_OTHER, ROLE_RUNNING } from "./link/state.js";
import { type StatusReport, statusReport } from "./status-report.js";

export interface StatusOptions {
  /** What the report calls the board. */
  name: string;
  /** The doors that the hardware of a profile leaves open. */
  hardware: (profile: string) => string[];
  /** Also what its agent supports. */
  capabilities?: boolean;
}

export async function readStatus(
  client: SmpClient,
  { name, hardware, capabilities }: StatusOptions,
): Promise<StatusReport> {
  const running = await client.state(ROLE_RUNNING);
  const other = running && (await client.state(ROLE_OTHER));
  const told = { report: await quietly(client.report()) };
  const able = capabilities ? { capabilities: await quietly(client.capabilities()) } : {};
  return statusReport(name, running, other, { ...told, ...able }, hardware(running?.board ?? ""));
}

/** Whatever else a board answers: a status is worth showing without it. */
async function quietly(asked: Promise<Asked>): Promise<Asked> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SmpError) return "unsupported";
    throw error;
  }
}
