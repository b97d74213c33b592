import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { NATIVE_AT, SLOTS_AT } from "../../device/flash/layout.js";
import { SimulatorError } from "../../host/board/flash.js";
import { loadProfile } from "../../host/board/profiles.js";
import { boardWith, printed } from "./board.js";

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
    ["print('abc'.charCodeAt(4294967297),'abc'.charCodeAt(-1))", "98 NaN"],
    ["var t=getTime();setTime(2e9);print(t<9,getTime()>=2e9&&getTime()<2e9+9)", "true true"],
    ["print(Array.isArray(new Uint8Array([1,2]).filter(x=>x>1)))", "true"],
    ["print(new Uint8Array([1,2]).subarray(1,4).join())", "2,0,0"],
    ["print(new Uint8Array([1,2,3]).subarray(0,1).subarray(0,2).join())", "1,2"],
    [
      "print(new Uint8Array([1,2,3]).subarray(-2,-1).join(),new Uint8Array(3).subarray(4).length)",
      "2 0",
    ],
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
