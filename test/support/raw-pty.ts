/** A pseudo terminal: one end has a path, as a serial port has; the other is this process. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Node cannot make one, Python can. */
const BRIDGE = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
sys.stderr.write(os.ttyname(slave) + "\\n")
sys.stderr.flush()
while True:
    for fd in select.select([0, master], [], [])[0]:
        data = os.read(fd, 4096)
        if not data: sys.exit(0)
        os.write(master if fd == 0 else 1, data)
`;

export const hasPython = spawnSync("python3", ["-c", "import pty"]).status === 0;

export class Pty {
  readonly path: string;
  readonly #child: ChildProcess;

  private constructor(path: string, child: ChildProcess) {
    this.path = path;
    this.#child = child;
  }

  static async open(): Promise<Pty> {
    const child = spawn("python3", ["-c", BRIDGE], { stdio: ["pipe", "pipe", "pipe"] });
    const [first] = await once(child.stderr, "data");
    return new Pty(String(first).trim(), child);
  }

  write(bytes: Uint8Array): void {
    this.#child.stdin?.write(bytes);
  }

  onData(callback: (bytes: Uint8Array) => void): void {
    this.#child.stdout?.on("data", callback);
  }

  close(): void {
    this.#child.kill();
  }
}
