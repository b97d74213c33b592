import assert from "node:assert/strict";
import type { GattError } from "../../host/board/radio.js";
import { boardWith } from "./board.js";

const SERVICE = "0000bcde-0000-1000-8000-00805f9b34fb";
const CHARACTERISTIC = "0000abcd-0000-1000-8000-00805f9b34fb";

const set = (members: string, options = "undefined") =>
  `NRF.setServices({0xBCDE:{0xABCD:{${members}}}},${options});`;
const NOTIFY = (value: string) =>
  `NRF.updateServices({0xBCDE:{0xABCD:{value:${value},notify:true}}})`;

const started = (code: string) => {
  const made = boardWith(code);
  made.board.powerOn();
  return made;
};
const because = (reason: GattError["reason"]) => (error: unknown) =>
  (error as GattError).reason === reason;

describe("radio of a simulated board", () => {
  it("hands written bytes to the board, and notifications to who asked for them", () => {
    const { board, lines } = started(
      set(
        "maxLen:20,writable:true,notify:true,onWrite:e=>{print(E.toString(e.data));" +
          `${NOTIFY('"pong"')}}`,
      ),
    );
    const central = board.radio.connect();
    const heard: string[] = [];
    central.write(SERVICE, CHARACTERISTIC, Buffer.from("deaf"), true);
    central.subscribe(SERVICE, CHARACTERISTIC, (bytes) =>
      heard.push(Buffer.from(bytes).toString()),
    );
    central.write(SERVICE, CHARACTERISTIC, Buffer.from("ping"), false);
    assert.deepEqual(heard, []);
    board.advance(8);
    assert.deepEqual([lines, heard], [["deaf", "ping"], ["pong"]]);
  });

  it("loses a notification while another one is in the air, and cuts what is too long", () => {
    const { board } = started(
      set('maxLen:100,notify:true,value:"x"') +
        `NRF.on("connect",()=>setTimeout(()=>{${NOTIFY('"a".repeat(99)')};${NOTIFY('"b"')}},5))`,
    );
    const central = board.radio.connect({ mtu: 23, interval: 30 });
    const heard: number[] = [];
    central.subscribe(SERVICE, CHARACTERISTIC, (bytes) => heard.push(bytes.length));
    board.advance(100);
    assert.deepEqual([heard, central.lost], [[20], 1]);
  });

  it("refuses as the attribute protocol does, and says so only to writes with a response", () => {
    const { board, lines } = started(
      set('maxLen:4,writable:true,security:{write:{encrypted:true}},onWrite:()=>print("taken")'),
    );
    const central = board.radio.connect({ mtu: 53 });
    const write = (size: number, hasResponse: boolean) =>
      central.write(SERVICE, CHARACTERISTIC, new Uint8Array(size), hasResponse);
    assert.throws(() => write(1, true), because("encryption"));
    write(1, false);
    central.isEncrypted = true;
    assert.throws(() => write(5, true), because("length"));
    assert.throws(() => write(51, false), because("length"));
    assert.throws(
      () => central.subscribe(SERVICE, CHARACTERISTIC, () => {}),
      because("not-permitted"),
    );
    assert.throws(
      () => central.write(SERVICE, SERVICE, new Uint8Array(1), true),
      because("not-found"),
    );
    assert.deepEqual(lines, []);
    write(4, true);
    assert.deepEqual(lines, ["taken"]);
    central.disconnect();
    assert.throws(() => write(1, false), because("not-connected"));
  });

  it("changes services when nobody is connected, and takes no update until then", () => {
    const { board, lines } = started(
      set('value:"x",notify:true') +
        `NRF.on("connect",()=>{NRF.setServices({"180D":{"2A37":{value:"y"}}});` +
        `try{${NOTIFY('"z"')}}catch(e){print(e.message)}})`,
    );
    const central = board.radio.connect();
    assert.deepEqual([...board.radio.services.keys()], [SERVICE]);
    assert.deepEqual(lines, [
      "BLE Connected, queueing BLE restart for later",
      "Can't update services until BLE restart",
    ]);
    central.disconnect();
    assert.deepEqual([...board.radio.services.keys()], ["0000180d-0000-1000-8000-00805f9b34fb"]);
  });

  it("keeps a connection over load() and ends it with a reset", () => {
    const { board } = started('setTimeout("load()",50);setTimeout("E.reboot()",20000)');
    const central = board.radio.connect();
    board.advance(60);
    assert.ok(central.isConnected);
    board.powerOff();
    assert.ok(!central.isConnected);
  });

  it("pulls the console to itself, unless that was closed for good or there is no UART", () => {
    for (const [code, console] of [
      ["", "Bluetooth"],
      ["E.setConsole(null,{force:true})", null],
      ["NRF.setServices(undefined,{uart:false})", "Serial1"],
    ] as const) {
      const { board } = started(code || ";");
      board.radio.connect();
      assert.equal(board.console, console, code);
    }
  });

  for (const [what, code, message] of [
    ["a bad UUID", 'NRF.setServices({"xyz":{}})', /Invalid Service UUID: xyz/],
    ["no object", "NRF.setServices(7)", /Expecting Object/],
    ["what was not set", NOTIFY('"x"'), /Unable to find service/],
  ] as const)
    it(`throws for ${what}`, () => {
      assert.match(started(code).lines[0] as string, message);
    });
});
