import assert from "node:assert/strict";
import vm from "node:vm";
import { detokenise, pretokenise } from "../../host/author/pretokenise.js";

const text = (code: string) => Buffer.from(pretokenise(code)).toString("latin1");

/** Written so that it is no template string here. */
const HOLE = "$" + "{";

describe("pretokeniser", () => {
  const cases: [name: string, code: string, expected: string][] = [
    ["reserved words and operators", "const a=b===c?1:2", "\xaea=b\x8bc?1:2"],
    ["a word before a name needs no space", "return x", "\xabx"],
    ["names keep their space", "let a", "\xada"],
    ["arrow functions", "a=>b&&c", "a\xa2b\x9ec"],
    ["strings become raw", 'f("ab\\x01")', "f(\xd1\x03ab\x01)"],
    ["empty strings stay", 'f("")', 'f("")'],
    [
      "larger numbers become raw where that is shorter",
      "[0,7,100,4096,70000]",
      "[0,7,\xd4\x64,\xd5\x00\x10,70000]",
    ],
    ["signs do not run together", "a- -b", "a- -b"],
    ["template strings stay whole", `\`a${HOLE}b===c}\`+d`, `\`a${HOLE}b===c}\`+d`],
    ["regular expressions stay", "/a===b/.test(c)", "/a===b/.test(c)"],
    ["property names that are words", "a.of", "a.\xc6"],
  ];
  for (const [name, code, expected] of cases)
    it(name, () => {
      assert.equal(text(code), expected);
    });

  it("gives back a program that does the same", () => {
    const code =
      '(()=>{const a=[1,2,300,40000,127,128,0];let s="";for(let i=0;i<a.length;i++)s+=a[i]+":";' +
      "try{throw{c:5}}catch(e){return s+e.c+typeof s+(a.length-1- -1)+`t" +
      HOLE +
      's.length>3?"y":"n"}`+"\\xff"}})()';
    const back = detokenise(text(code));
    assert.notEqual(back, code);
    assert.equal(vm.runInNewContext(back), vm.runInNewContext(code));
    assert.equal(text(back), text(code));
  });

  it("leaves plain source as it is", () => {
    const code = 'if (a) { b("c") } // ===';
    assert.equal(detokenise(code), code);
  });

  it("refuses a byte that is no token", () => {
    assert.throws(() => detokenise("a\xff"), SyntaxError);
  });
});
