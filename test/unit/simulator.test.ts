import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { NATIVE_AT, SLOTS_AT } from "../../device/flash/layout.js";
import { VirtualClock } from "../../host/board/clock.js";
import { NorFlash, SimulatorError } from "../../host/board/flash.js";
import { loadProfile } from "../../host/board/profiles.js";
import { SimulatedBoard } from "../../host/board/simulator.js";

const CLOSE = "E.setConsole(null,{force:true});";

/** A board with `program` in `.boot0`, not yet powered; `lines` collects what it prints. */
function boardWith(program: string, name = "puckjs", hangMs = 500) {
  const profile = loadProfile(name);
  const flash = new NorFlash(SimulatedBoard.geometry(profile));
  SimulatedBoard.provisionRegion(flash, profile);
  const text = Buffer.from(`${program}\0`, "latin1");
  flash.program(32, new Uint8Array(Buffer.concat([text, Buffer.alloc(-text.length & 3, 0xff)])));
  const lines: string[] = [];
  const board = new SimulatedBoard({
    profile,
    flash,
    clock: new VirtualClock(),
    hangMs,
    log: (line) => lines.push(line),
  });
  return { board, flash, profile, lines };
}

/** What a booting board prints. */
function printed(program: string, name?: string): string[] {
  const { board, lines } = boardWith(program, name);
  board.powerOn();
  return lines;
}

const collect = (board: SimulatedBoard, device: string) => {
  const seen: string[] = [];
  board.onData(device, (bytes) => seen.push(Buffer.from(bytes).toString("latin1")));
  return () => seen.join("");
};

describe("simulated interpreter", () => {
  for (const name of [
    ..."Map Set WeakMap WeakRef Symbol Proxy Reflect BigInt BigInt64Array Intl Atomics".split(" "),
    ..."SharedArrayBuffer FinalizationRegistry WebAssembly TextEncoder RangeError".split(" "),
    ..."queueMicrotask structuredClone setImmediate Buffer URL escape URIError".split(" "),
    ..."Math.imul Math.clz32 Math.trunc Math.fround Math.hypot Math.log2 Math.sign".split(" "),
    ..."Array.from Array.of [].at [].flat [].flatMap [].copyWithin [].lastIndexOf".split(" "),
    ..."[].reduceRight [].findLast [].keys [].entries Uint8Array.from Uint8Array.of".split(" "),
    ..."new(Uint8Array)(1).copyWithin new(ArrayBuffer)(1).slice Number.isInteger".split(" "),
    ..."Object.freeze Object.seal Object.is ''.at ''.codePointAt".split(" "),
    ..."''.matchAll String.raw ''.trimStart ''.localeCompare ''.normalize".split(" "),
    ..."Promise.allSettled Promise.any Promise.race Promise.resolve().finally".split(" "),
  ]) {
    it(`lacks ${name}`, () => {
      assert.deepEqual(printed(`print(typeof ${name})`), ["undefined"]);
    });
  }

  for (const [program, expected] of [
    ["let s=0;for(const x of new Uint8Array([1,2,3]))s+=x;print(s)", "6"],
    ["print('a-b-c'.replaceAll('-','').padStart(5,'x').toUpperCase())", "XXABC"],
    ["print([3,1,2].sort().map(x=>x*2).filter(x=>x>2).reduce((a,b)=>a+b,0))", "10"],
    ["print(/a(b+)/.exec('xabb')[1]+'q,r'.split(/,/).length)", "bb2"],
    ["print(Object.entries({a:1}).length+Object.keys(Object.assign({},{b:2})).join())", "1b"],
    [
      "class A{constructor(){this.x=1}} class B extends A{get y(){return 2}} print(new B().x+new B().y)",
      "3",
    ],
    ["print(new DataView(E.toArrayBuffer('\\x01\\x02')).getUint16(0,true))", "513"],
    ["print(Array.isArray(new Uint8Array([1,2]).slice(1)))", "true"],
    ["print(new Uint8Array([1,2,3]).subarray(1).length)", "2"],
    ["print(atob('AP8=').charCodeAt(1)+btoa('ab'))", "255YWI="],
    ["try{null.x}catch(e){print(e instanceof TypeError)}", "true"],
    ["print([1,2],{a:1},undefined,1.5,'x',[])", '[ 1, 2 ] { "a": 1 } undefined 1.5 x [  ]'],
    [
      "print(new Uint8Array([1,2]),JSON.stringify(new Uint8Array([1,2])))",
      "new Uint8Array([1, 2]) [1,2]",
    ],
    ["print(Array.isArray(new Uint8Array([1,2]).filter(x=>x>1)))", "true"],
    ["print(E.CRC32(new Uint16Array([0x201,3])))", "3251335684"],
    ["print(E.convolve(new Float64Array([1,2,3]),new Float64Array([4,5,6]),1))", "29"],
    ["throw {c:5}", "Uncaught [object Object]"],
    ["Promise.reject(3)", "Uncaught Error: Unhandled promise rejection: 3"],
    ["Promise.reject(3).catch(function(e){print(e)})", "3"],
    ["Promise.all([1,Promise.resolve(2)]).then(function(v){print(v.join())})", "1,2"],
    ["print(E.CRC32('123456789'))", "3421780262"],
    ["print(E.CRC32(new Uint8Array([1,2,3])))", "1438416925"],
    ["print(E.CRC32(new Uint8Array([0,1,2,3,9]).subarray(1,4)))", "1438416925"],
    ["print(E.CRC32([[1,2],new Uint8Array([3])]))", "1438416925"],
    ["print(E.toString('a',66,[67]))", "aBC"],
    ["print(E.toUint8Array('abc',1,[2]).join())", "97,98,99,1,2"],
    ["print(typeof E.toArrayBuffer(new Uint8Array(3)))", "undefined"],
    ["print(eval('1+1')+(0,eval)('2+2'))", "6"],
    ["try{require('nosuch')}catch(e){print(e.message)}", 'Module "nosuch" not found'],
    ["try{clearInterval(undefined)}catch(e){print(e instanceof Error)}", "true"],
    ["print(new Uint8Array(require('crypto').SHA256('abc'))[0])", "186"],
    ["print(require('crypto').SHA256('abc') instanceof ArrayBuffer)", "true"],
  ]) {
    it(`has ${program}`, () => assert.deepEqual(printed(program), [expected]));
  }

  it("has the crypto functions of its board only", () => {
    assert.deepEqual(printed("print(typeof require('crypto').SHA512)"), ["undefined"]);
    assert.deepEqual(printed("print(typeof require('crypto').SHA256)", "pixljs"), ["undefined"]);
    assert.deepEqual(printed("require('crypto')", "joltjs"), [
      'Uncaught Error: Module "crypto" not found',
    ]);
  });

  it("runs promises in order, after the program", () => {
    const program =
      "new Promise(function(r){print('a');r(1)}).then(function(v){print('c'+v);return 5})" +
      ".then(function(v){print('d'+v)});print('b')";
    assert.deepEqual(printed(program), ["a", "b", "c1", "d5"]);
  });

  it("reads and writes flash at any address, by whole words", () => {
    const program =
      "var F=require('Flash'),a=0x70000;F.write(new Uint8Array([1,2,3]),a+1);F.write('\\x0f',a+1);" +
      "print(F.read(6,a).join());F.erasePage(a+5);print(F.read(3,a).join())";
    assert.deepEqual(printed(program), ["255,1,2,3,255,255", "255,255,255"]);
  });

  it("refuses loudly what would destroy the firmware of a real board", () => {
    const { board } = boardWith("try{require('Flash').erasePage(0x20000)}catch(e){}");
    assert.throws(() => board.powerOn(), SimulatorError);
  });
});

describe("simulated board", () => {
  it("runs the text of .boot0 up to its NUL, at every boot, in a new context", () => {
    const { board, lines } = boardWith(
      "print(typeof x);x=1;setTimeout(function(){E.reboot()},100)",
    );
    const reasons: string[] = [];
    board.on("reboot", (reason) => reasons.push(reason));
    board.powerOn();
    board.advance(99);
    assert.deepEqual(lines, ["undefined"]);
    board.advance(1);
    assert.deepEqual(lines, ["undefined", "undefined"]);
    assert.deepEqual(reasons, ["reboot"]);
  });

  it("prints an exception and stays on", () => {
    const { board, lines } = boardWith("setTimeout('print(7)',5);foo.bar");
    board.powerOn();
    assert.match(lines[0], /^Uncaught ReferenceError/);
    board.advance(5);
    assert.equal(lines[1], "7");
  });

  it("boots nothing from blank flash", () => {
    const board = new SimulatedBoard({ profile: loadProfile("puckjs"), clock: new VirtualClock() });
    board.powerOn();
    assert.ok(board.isOn);
    assert.equal(board.console, "Serial1");
  });

  it("keeps flash over a reboot and does nothing after E.reboot", () => {
    const { board, flash } = boardWith(
      "var F=require('Flash'),a=0x70000;if(F.read(1,a)[0]==255){F.write('AAAA',a);" +
        "try{E.reboot()}catch(e){} try{F.write('BBBB',a+4)}catch(e){}}",
    );
    board.powerOn();
    board.advance(0);
    assert.deepEqual([...flash.read(SLOTS_AT, 8)], [65, 65, 65, 65, 255, 255, 255, 255]);
  });

  it("runs timers in the order in which they are due", () => {
    const { board, lines } = boardWith(
      "setTimeout(print,30,'c');setTimeout(print,10,'a');setTimeout(print,30,'d');" +
        "var n=0,i=setInterval(function(){print('i'+(++n));if(n==3)clearInterval(i)},20)",
    );
    board.powerOn();
    board.advance(1000);
    assert.deepEqual(lines, ["a", "i1", "c", "d", "i2", "i3"]);
  });

  it("does nothing any more when its power is off", () => {
    const { board, flash, lines } = boardWith(
      `${CLOSE}Bluetooth.on('data',function(d){print(d)});` +
        "setInterval(function(){print('tick');require('Flash').write('\\0',0x70000)},10)",
    );
    board.powerOn();
    board.advance(10);
    board.powerOff();
    const before = flash.digest();
    board.advance(100);
    board.send("Bluetooth", "hello");
    assert.deepEqual(lines, ["tick"]);
    assert.equal(flash.digest(), before);
    assert.equal(board.isOn, false);
  });

  it("is dead after a power cut, even to code that catches everything", () => {
    const { board, flash, lines } = boardWith(
      "var F=require('Flash');for(var i=0;i<4;i++)try{F.write('AAAA',0x70000+4*i)}catch(e){}",
    );
    let cuts = 0;
    board.on("cut", () => cuts++);
    const start = flash.totals.operations;
    flash.onOperation((op) => (op.index === start + 1 ? { when: "after" } : undefined));
    board.powerOn();
    assert.equal(board.isOn, false);
    assert.equal(cuts, 1);
    assert.deepEqual(
      [...flash.read(SLOTS_AT, 12)],
      [...Buffer.from("AAAAAAAA"), 255, 255, 255, 255],
    );
    flash.onOperation(undefined);
    board.powerOn();
    assert.equal(flash.read(SLOTS_AT + 15, 1)[0], 65);
    assert.deepEqual(lines, []);
  });
});

describe("simulated watchdog", () => {
  const reasons = (board: SimulatedBoard) => {
    const seen: string[] = [];
    board.on("reboot", (reason) => seen.push(reason));
    return seen;
  };

  it("resets a board that does not feed it", () => {
    const { board } = boardWith(
      "E.enableWatchdog(10,false);var n=0;setInterval(function(){if(n++<3)E.kickWatchdog()},5000)",
    );
    const seen = reasons(board);
    board.powerOn();
    board.advance(24_999);
    assert.deepEqual(seen, []);
    board.advance(1);
    assert.deepEqual(seen, ["watchdog"]);
  });

  it("goes on through a soft reset", () => {
    const { board } = boardWith(
      "if(require('Flash').read(1,0x70000)[0]==255){require('Flash').write('AAAA',0x70000);" +
        "E.enableWatchdog(10,false);E.reboot()}",
    );
    const seen = reasons(board);
    board.powerOn();
    board.advance(10_000);
    assert.deepEqual(seen, ["reboot", "watchdog"]);
    board.advance(60_000);
    assert.deepEqual(seen, ["reboot", "watchdog"]);
  });

  it("resets a board whose program never ends", () => {
    const { board, lines } = boardWith(
      "if(require('Flash').read(1,0x70000)[0]==255){require('Flash').write('AAAA',0x70000);" +
        "E.enableWatchdog(10);while(true);} print('again')",
      "puckjs",
      50,
    );
    const seen = reasons(board);
    board.powerOn();
    board.advance(0);
    assert.deepEqual(seen, ["watchdog"]);
    assert.deepEqual(lines, ["again"]);
  });

  it("leaves a board without it hanging until its power is cut", () => {
    const { board } = boardWith("while(true);", "puckjs", 50);
    let hangs = 0;
    board.on("hang", () => hangs++);
    board.powerOn();
    assert.equal(hangs, 1);
    assert.equal(board.isOn, false);
  });
});

describe("simulated console", () => {
  it("runs typed text while it is open, on the first serial device", () => {
    const { board } = boardWith("");
    const output = collect(board, "Serial1");
    board.powerOn();
    board.send("Serial1", "function f(){\nreturn 41\n}\nf()+1\n");
    assert.match(output(), /f\(\)\+1\r\n=42\r\n>$/);
  });

  it("goes to whoever connects over Bluetooth", () => {
    const { board, flash } = boardWith("");
    board.powerOn();
    board.send("Bluetooth", "\x10require('Flash').write('AAAA',0x70000)\n");
    assert.equal(board.console, "Bluetooth");
    assert.equal(flash.read(SLOTS_AT, 1)[0], 65);
  });

  it("ignores typed text once it is closed, and hands it to the listener byte for byte (H1)", () => {
    const { board, flash, lines } = boardWith(
      `${CLOSE}Bluetooth.on('data',function(d){Bluetooth.write(d)})`,
    );
    const output = collect(board, "Bluetooth");
    board.powerOn();
    const before = flash.digest();
    const typed = "\x03\x10print(1);require('Flash').write('AAAA',0x70000)\n\x01\xff\x00";
    board.send("Bluetooth", typed);
    board.send("Serial1", typed);
    assert.equal(flash.digest(), before);
    assert.equal(board.console, null);
    assert.deepEqual(lines, []);
    assert.equal(output(), typed);
  });

  it("closes within a line: what follows it does not run", () => {
    const { board, lines } = boardWith("");
    board.powerOn();
    board.send("Serial1", `${CLOSE}\nprint(1)\n`);
    board.send("Serial1", "print(2)\n");
    assert.deepEqual(lines, []);
  });

  it("cuts data into packets of the link", () => {
    const { board } = boardWith(`${CLOSE}Bluetooth.on('data',function(d){print(d.length)})`);
    const sizes: string[] = [];
    board.on("console", (text) => sizes.push(text));
    board.powerOn();
    board.send("Bluetooth", new Uint8Array(120));
    assert.deepEqual(sizes, ["50", "50", "20"]);
  });
});

describe("simulated native module", () => {
  const BASE = loadProfile("puckjs").baseAddress;
  const call = (args: string, address = `${BASE + NATIVE_AT}|1`) =>
    `var d=new Uint8Array(64);print(E.nativeCall(${address},"int(int,int,int,int)")(${args}));`;
  const withModule = (program: string, name?: string) => {
    const made = boardWith(program, name);
    made.flash.program(NATIVE_AT, Uint8Array.of(1, 2, 3, 4));
    return made;
  };

  it("identifies itself and refuses other operations", () => {
    const { board, lines } = withModule(call("0,0,0,0") + call("9,0,0,0"));
    board.powerOn();
    assert.deepEqual(lines, [String(0x53430001), "-1"]);
  });

  it("hashes flash in place, and RAM", () => {
    const { board, lines, flash } = withModule(
      `${call(`1,${BASE + SLOTS_AT},5000,E.getAddressOf(d,true)`)}print(d.subarray(0,32).join());` +
        `var m=new Uint8Array(40);${call("3,E.getAddressOf(m.subarray(1),true),3,E.getAddressOf(d,true)")}` +
        "print(d.join())",
    );
    board.powerOn();
    const hash = (name: string, data: Uint8Array) => [...createHash(name).update(data).digest()];
    assert.deepEqual(lines, [
      String(0x53430101),
      hash("sha256", flash.read(SLOTS_AT, 5000)).join(),
      String(0x53430303),
      hash("sha512", new Uint8Array(3)).join(),
    ]);
  });

  it("verifies signatures", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const message = Buffer.from("hello");
    const block = Buffer.concat([sign(null, message, privateKey), key, message]);
    for (const [change, result] of [
      ["", 0x53430202],
      ["b[100]^=1;", 0x534302ff],
    ] as const) {
      const { board, lines } = withModule(
        `var b=new Uint8Array([${[...block].join()}]);${change}${call("2,E.getAddressOf(b,true),5,0")}`,
      );
      board.powerOn();
      assert.deepEqual(lines, [String(result)]);
    }
  });

  it("gives no address to an array that is not flat", () => {
    assert.deepEqual(printed("print(E.getAddressOf(new Uint8Array(31),true))"), ["0"]);
    assert.deepEqual(printed("print(E.getAddressOf(new Uint8Array(32),true)>0)"), ["true"]);
  });

  for (const [what, program, name, expected] of [
    ["a call without the Thumb bit", call("0,0,0,0", `${BASE + NATIVE_AT}`), "puckjs", /no code/],
    ["a call elsewhere", call("0,0,0,0", `${BASE + 8192}|1`), "puckjs", /no code/],
    ["a buffer that is not there", call("1,16,4,16"), "puckjs", /no 4 bytes/],
    ["a call on a board without it", call("0,0,0,0"), "linux", /linux runs no native/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => withModule(program, name).board.powerOn(), expected);
    });
  }

  it("refuses a call into blank flash", () => {
    assert.throws(() => boardWith(call("0,0,0,0")).board.powerOn(), /blank/);
  });
});
