import assert from "node:assert/strict";
import { SLOTS_AT } from "../../device/flash/layout.js";
import { VirtualClock } from "../../host/board/clock.js";
import { loadProfile } from "../../host/board/profiles.js";
import { SimulatedBoard } from "../../host/board/simulator.js";
import { boardWith } from "./board.js";

const CLOSE = "E.setConsole(null,{force:true});";

const collect = (board: SimulatedBoard, device: string) => {
  const seen: string[] = [];
  board.onData(device, (bytes) => seen.push(Buffer.from(bytes).toString("latin1")));
  return () => seen.join("");
};

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
      500,
    );
    const seen = reasons(board);
    board.powerOn();
    board.advance(0);
    assert.deepEqual(seen, ["watchdog"]);
    assert.deepEqual(lines, ["again"]);
  });

  it("leaves a board without it hanging until its power is cut", () => {
    const { board } = boardWith("while(true);", "puckjs", 500);
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
