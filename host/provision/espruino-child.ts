/**
 * The console of a board by the package `espruino`, in a process of its own: the package switches off the
 * verification of TLS certificates for the whole process that loads it, and keeps everything in globals.
 *
 * Takes `{id, port}` and `{id, expression, limit}`, answers `{id, value}` or `{id, error}`.
 */
import { createRequire } from "node:module";

interface Connection {
  espruinoEval(expression: string, options: { timeout: number }): Promise<unknown>;
}

interface Port {
  path: string;
  description?: string;
}

interface EspruinoTools {
  Config: Record<string, unknown>;
  Core: {
    Serial: {
      connection: Connection;
      getPorts(listed: (ports: Port[], again: boolean) => void): void;
      open(port: string, opened: (info: unknown) => void, closed: () => void): void;
    };
  };
}

interface Order {
  id: number;
  port?: string;
  isRadio?: boolean;
  baud?: number;
  expression?: string;
  limit?: number;
}

const tools = (): EspruinoTools => (globalThis as unknown as { Espruino: EspruinoTools }).Espruino;
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** A radio hears of boards one after the other. */
const LISTENINGS = 12;

async function findPort(name: string): Promise<string> {
  for (let i = 0; i < LISTENINGS; i++) {
    const ports = await new Promise<Port[]>((done) => tools().Core.Serial.getPorts(done));
    const found = ports.find(({ path, description }) => path === name || description === name);
    if (found) return found.path;
    await pause(1000);
  }
  throw new Error(`no board named ${name} was found`);
}

async function open({ port = "", isRadio = false, baud }: Order): Promise<void> {
  const espruino = createRequire(import.meta.url)("espruino") as { init(ready: () => void): void };
  await new Promise<void>((ready) => espruino.init(ready));
  const { Config, Core } = tools();
  Config.BLUETOOTH_LOW_ENERGY = isRadio;
  // Without a message bus the package would end this process.
  if (!isRadio) Config.BLUETOOTH_LOW_ENERGY_DBUS = false;
  if (port.startsWith("tcp://")) Config.SERIAL_TCPIP = [port];
  if (baud !== undefined) Config.BAUD_RATE = baud;
  const path = isRadio ? await findPort(port) : port;
  await new Promise<void>((done, failed) => {
    const opened = (info: unknown) =>
      info ? done() : failed(new Error(`${port} cannot be opened`));
    Core.Serial.open(path, opened, () => process.exit(0));
  });
}

function evaluate({ expression = "", limit = 5000 }: Order): Promise<unknown> {
  return tools().Core.Serial.connection.espruinoEval(expression, { timeout: limit });
}

process.on("message", (order: Order) => {
  const work = order.port === undefined ? evaluate(order) : open(order);
  work.then(
    (value) => process.send?.({ id: order.id, value }),
    (error) => process.send?.({ id: order.id, error: String((error as Error)?.message ?? error) }),
  );
});
process.on("disconnect", () => process.exit(0));
