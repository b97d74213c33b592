import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateKey, privateKeyToPem } from "../../host/author/keys.js";
import { componentFiles } from "../../host/cli/pack.js";
import { readEnvelope, readSequence } from "../../host/suit/read.js";

const MAIN = fileURLToPath(new URL("../../host/cli/main.js", import.meta.url));
const TEST_SEED = Buffer.from(
  "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
  "hex",
);

describe("command line", function () {
  this.slow(3000);
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-cli-"));
    put("app.js", "LED1.set()");
    put("agent.js", "agent");
    put("author.key", privateKeyToPem(generateKey()), 0o600);
  });
  afterEach(() => {
    fs.chmodSync(folder, 0o700);
    fs.rmSync(folder, { recursive: true });
  });

  const put = (name: string, text: string | Uint8Array, mode = 0o644) =>
    fs.writeFileSync(path.join(folder, name), text, { mode });
  const get = (name: string) => fs.readFileSync(path.join(folder, name));
  const files = () => fs.readdirSync(folder).sort();
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const PACK = ["pack", "--key", "author.key", "--out", "lamp.suit"];
  const pack = (...args: string[]) =>
    run(...PACK, "--component", "app=app.js", "--component", "agent=agent.js", ...args);

  /** The command must fail with this number and exit code, and change no file. */
  const fails = (result: ReturnType<typeof run>, code: number, exit: number, before: string[]) => {
    const context = `${code}: ${JSON.stringify(result)}`;
    assert.equal(result.status, exit, context);
    assert.match(
      result.stderr,
      new RegExp(`^error ${code} [a-z-]+: .+\\nadvice: .+$`, "m"),
      context,
    );
    assert.doesNotMatch(result.stderr, /^\s+at /m, context);
    assert.deepEqual(files(), before, context);
  };

  it("makes a key pair, packs with it and inspects the result", () => {
    assert.equal(run("keygen", "--out", "keys").status, 0);
    const packed = run(
      ...["pack", "--key", "keys/author.key", "--out", "lamp-2.suit", "--sequence", "2"],
      ...["--component", "app=app.js", "--component", "agent=agent.js", "--json"],
    );
    assert.equal(packed.status, 0, packed.stderr);
    const result = JSON.parse(packed.stdout);
    assert.deepEqual(
      result.components.map(({ name, id, size, uri, file }: Record<string, unknown>) => [
        ...[name, id, size, uri, file],
      ]),
      [
        ["agent", "81456167656e74", 5, "lamp-2.agent.bin", "lamp-2.agent.bin"],
        ["app", "8143617070", 10, "lamp-2.app.bin", "lamp-2.app.bin"],
      ],
    );
    assert.deepEqual(get("lamp-2.app.bin"), get("app.js"));
    assert.equal(
      result.components[1].sha256,
      createHash("sha256").update(get("app.js")).digest("hex"),
    );
    assert.equal(result.bytes, get("lamp-2.suit").length);
    assert.match(packed.stderr, /^note: no suitcase\.json: .*"example\.com".*"espruino-demo"/);
    const shown = JSON.parse(run("inspect", "lamp-2.suit", "--json").stdout);
    assert.equal(shown.authentication.digest.value, result.digest);
    const text = run("inspect", "lamp-2.suit", "--board", "puckjs").stdout;
    assert.match(text, /^manifest version 1, sequence 2$/m);
    assert.match(text, /^limits of puckjs\n {2}\d+ bytes of envelope, 2048 at most\n {2}2 comp/m);
    assert.equal(files().filter((name) => name.includes("tmp")).length, 0);
  });

  it("prints the key pair as JSON and never overwrites it", () => {
    const made = JSON.parse(run("keygen", "--out", "k", "--name", "ops", "--json").stdout);
    assert.match(made.key, /^[0-9a-f]{64}$/);
    const before = fs.readFileSync(path.join(folder, "k/ops.key"));
    fails(run("keygen", "--out", "k", "--name", "ops"), 907, 2, files());
    assert.deepEqual(fs.readFileSync(path.join(folder, "k/ops.key")), before);
  });

  it("takes vendor, class, board, components and sequence from suitcase.json", () => {
    fs.mkdirSync(path.join(folder, "project"));
    put("project/main.js", "main");
    put(
      "project/suitcase.json",
      JSON.stringify({
        ...{ vendor: "acme.org", class: "lamp", board: "pixljs", sequence: 4, version: "1.2" },
        components: { agent: "../agent.js", app: "main.js" },
        uriBase: "http://up.example/x",
      }),
    );
    const result = run(...PACK, "--config", "project/suitcase.json", "--json");
    assert.equal(result.status, 0, result.stderr);
    assert.equal(result.stderr, "");
    const packed = JSON.parse(result.stdout);
    assert.deepEqual([packed.sequence, packed.version], [4, "1.2"]);
    assert.match(run("inspect", "lamp.suit").stdout, /^set version 1\.2$/m);
    assert.equal(packed.slot.size, 8192);
    assert.equal(packed.components[1].uri, "http://up.example/x/lamp.app.bin");
    assert.deepEqual(get("lamp.app.bin"), Buffer.from("main"));
    const again = run(
      ...PACK,
      ...["--config", "project/suitcase.json", "--sequence", "9", "--board", "linux", "--json"],
      ...["--vendor-domain", "a".repeat(32), "--component", "app=app.js", "--integrated"],
      ...["--version", "2.0.1-beta.3"],
    );
    const over = JSON.parse(again.stdout);
    assert.deepEqual([over.sequence, over.board, over.vendor], [9, "linux", "a".repeat(32)]);
    assert.match(run("inspect", "lamp.suit").stdout, /^set version 2\.0\.1-beta\.3$/m);
    const app = readEnvelope(get("lamp.suit"), "").members.get("#app");
    assert.deepEqual(Buffer.from(app as Uint8Array), get("app.js"));
  });

  it("replaces a release only by a later one, or by force", () => {
    assert.equal(pack("--sequence", "5").status, 0);
    const before = get("lamp.suit");
    const all = files();
    for (const sequence of ["4", "5"]) fails(pack("--sequence", sequence), 921, 1, all);
    assert.deepEqual(get("lamp.suit"), before);
    assert.equal(pack("--sequence", "6").status, 0);
    assert.equal(readSequence(get("lamp.suit")), 6);
    assert.equal(pack("--sequence", "1", "--force").status, 0);
    assert.equal(readSequence(get("lamp.suit")), 1);
  });

  it("gives every wrong input its own number and leaves no file behind", () => {
    put("empty.js", "");
    put("big.js", new Uint8Array(12288));
    put("bad.json", "{");
    put("unknown.suit", "not an envelope");
    fs.mkdirSync(path.join(folder, "dir"));
    const pem = { type: "pkcs8", format: "pem" } as const;
    const ed = generateKeyPairSync("ed25519");
    put("rsa.key", generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pem));
    put("author.pub", ed.publicKey.export({ type: "spki", format: "pem" }));
    put("locked.key", ed.privateKey.export({ ...pem, cipher: "aes-256-cbc", passphrase: "x" }));
    put("test.key", privateKeyToPem(generateKey(TEST_SEED)), 0o600);
    const before = files();
    const seq = ["--sequence", "1"];
    const key = (file: string) => pack(...seq, "--key", file);
    const cases: [ReturnType<typeof run>, number, number][] = [
      [run("pack"), 901, 2],
      [pack(), 901, 2],
      [pack(...seq, "--component", "app"), 901, 2],
      [pack(...seq, "--no-such-option"), 901, 2],
      [pack(...seq, "--out", "two words.suit"), 901, 2],
      [pack(...seq, "--config", "bad.json"), 902, 2],
      [pack(...seq, "--config", "none.json"), 903, 2],
      [pack(...seq, "--component", "data=none.js"), 903, 2],
      [pack(...seq, "--component", "data=dir"), 904, 2],
      [pack(...seq, "--out", "dir"), 905, 2],
      [pack(...seq, "--out", "none/lamp.suit"), 906, 2],
      [pack(...seq, "--component", "data=lamp.suit", "--out", "lamp.suit"), 903, 2],
      [pack(...seq, "--out", "agent.js", "--force"), 908, 2],
      [key("app.js"), 911, 2],
      [key("rsa.key"), 912, 2],
      [key("author.pub"), 913, 2],
      [key("locked.key"), 914, 2],
      [key("test.key"), 916, 1],
      [key("none.key"), 903, 2],
      ...["0", "-1", "+1", "1.5", "x", "4294967295", "99999999999"].map(
        (text): [ReturnType<typeof run>, number, number] => [pack(`--sequence=${text}`), 922, 2],
      ),
      ...["1.", "v1", "-1", "1.2-gamma", "1..2", "1.2-rc.", "9999999999", ""].map(
        (text): [ReturnType<typeof run>, number, number] => [
          pack(...seq, `--version=${text}`),
          ...([942, 2] as const),
        ],
      ),
      [pack(...seq, "--component", "App=app.js"), 923, 2],
      [pack(...seq, "--component", "app=app.js"), 924, 2],
      [pack(...seq, "--component", "data=empty.js"), 925, 2],
      [run(...PACK, ...seq, "--no-agent"), 926, 2],
      [pack(...seq, "--component", "data=big.js"), 928, 1],
      [pack(...seq, "--board", "toaster"), 929, 2],
      [pack(...seq, "--board", "toString"), 929, 2],
      [pack(...seq, "--device", "12"), 931, 2],
      [pack(...seq, "--vendor-domain", "two words"), 931, 2],
      [pack(...seq, "--out", "unknown.suit"), 934, 2],
      [run("inspect", "none.suit"), 903, 2],
      [run("inspect", "app.js"), 201, 1],
      [run("keygen"), 901, 2],
      [run("keygen", "--out", "app.js"), 906, 2],
      [run("nonsense"), 901, 2],
      [run(), 901, 2],
    ];
    for (const [result, code, exit] of cases) fails(result, code, exit, before);
  });

  it("signs with a published test key only when told to", () => {
    put("test.key", privateKeyToPem(generateKey(TEST_SEED)), 0o600);
    const result = pack("--sequence", "1", "--key", "test.key", "--allow-test-key");
    assert.equal(result.status, 0, result.stderr);
  });

  it("warns of a private key that others can read, and goes on", () => {
    fs.chmodSync(path.join(folder, "author.key"), 0o644);
    const result = pack("--sequence", "1");
    assert.equal(result.status, 0);
    assert.match(result.stderr, /^warning 915 key-readable: /m);
  });

  it("puts the agent first: the project's own, or the package's for the board", () => {
    fs.mkdirSync(path.join(folder, "dist"));
    const dist = path.join(folder, "dist");
    const names = (board: string, components: Record<string, string>, agent = true) =>
      componentFiles({ board, components }, agent, dist);
    assert.throws(() => names("puckjs", { app: "a" }), { name: "agent-bundle" });
    put("dist/agent.img", "native");
    assert.throws(() => names("linux", { app: "a" }), { name: "agent-bundle" });
    put("dist/agent-js.img", "pure");
    const bundled = (file: string) => [
      ["agent", path.join(dist, file)],
      ["app", "a"],
      ["data", "d"],
    ];
    const components = { app: "a", data: "d" };
    assert.deepEqual(names("puckjs", components), bundled("agent.img"));
    assert.deepEqual(names("linux", components), bundled("agent-js.img"));
    assert.deepEqual(names("puckjs", components, false), bundled("").slice(1));
    const own = { app: "a", agent: "mine.js" };
    for (const agent of [true, false])
      assert.deepEqual(names("puckjs", own, agent), [
        ["agent", "mine.js"],
        ["app", "a"],
      ]);
  });

  it("packs without an agent when told to", () => {
    const alone = ["--component", "app=app.js", "--sequence", "1"];
    assert.equal(run(...PACK, ...alone, "--no-agent", "--json").status, 0);
    const shown = JSON.parse(run("inspect", "lamp.suit", "--json").stdout);
    assert.deepEqual(
      shown.manifest.components.map(({ name }: { name: string }) => name),
      ["app"],
    );
  });

  it("reports errors as JSON on stdout too", () => {
    const result = run("inspect", "none.suit", "--json");
    assert.deepEqual(JSON.parse(result.stdout), {
      error: {
        code: 903,
        name: "file-missing",
        message: "The file of the envelope does not exist: none.suit",
        advice: "Check the path.",
      },
    });
  });

  it("answers --help and --version with exit 0", () => {
    const version = run("--version");
    assert.equal(version.status, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    for (const command of ["keygen", "pack", "inspect"]) {
      const { status, stdout } = run(command, "--help");
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`^Usage: suitcase ${command} .*--json`, "s"));
    }
  });

  it("is quiet when its reader has seen enough", async () => {
    pack("--sequence", "1");
    const child = spawn(process.execPath, [MAIN, "inspect", "lamp.suit"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });
});
