/**
 * Random programs in the boards' language do the same before and after their names were given out
 * again (host/author/alias.ts, short-names.ts).
 */
import assert from "node:assert/strict";
import vm from "node:vm";
import { aliasProperties } from "../../host/author/alias.js";
import { shortenNames } from "../../host/author/short-names.js";

/** mulberry32: the same programs in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Few names, so that they hide each other all the time; some are what the result may be called. */
const NAMES = ["e", "t", "n", "alpha", "beta", "gamma", "delta", "zeta"];
const MEMBERS = ["length", "someMember", "anotherOne", "indexOf"];

class Writer {
  #next: (below: number) => number;
  #scopes: Set<string>[] = [];
  #left = 70;
  constructor(seed: number) {
    this.#next = random(seed);
  }
  #pick<T>(list: readonly T[]): T {
    return list[this.#next(list.length)];
  }
  /** A name that holds something here. */
  #visible(): string {
    const all = [...new Set(this.#scopes.flatMap((scope) => [...scope]))];
    return all.length ? this.#pick(all) : "1";
  }
  #expression(depth = 0): string {
    const kind = this.#next(depth > 2 ? 3 : 12);
    const sub = () => this.#expression(depth + 1);
    if (kind < 2) return this.#visible();
    if (kind < 3) return String(this.#next(9));
    if (kind < 5) return `(${sub()}+${sub()})`;
    if (kind < 6) return `({${this.#visible().replace(/^1$/, "k:1")}})`;
    if (kind < 7) return `"text".${this.#pick(["length", "indexOf"])}`;
    if (kind < 8) return `[${sub()},${sub()}].indexOf(${sub()})`;
    if (kind < 9) return `({someMember:${sub()},anotherOne:${sub()}}).${this.#pick(MEMBERS)}`;
    if (kind < 10) return `({length:1,someMember(){return this.length+${sub()}}}).someMember()`;
    if (kind < 11) return this.#arrow(depth);
    return `(${sub()}?${sub()}:${sub()})`;
  }
  #arrow(depth: number): string {
    const count = this.#next(3);
    const names = [...NAMES].sort(() => this.#next(3) - 1).slice(0, count);
    this.#scopes.push(new Set(names));
    const isBlock = this.#next(2) && this.#left > 0;
    const body = isBlock
      ? `{${this.#statements(names)}return ${this.#expression(depth + 1)}}`
      : `(${this.#expression(depth + 1)})`;
    this.#scopes.pop();
    return `((${names.join()})=>${body})(${names.map(() => this.#expression(3)).join()})`;
  }
  #block(own: string[] = []): string {
    this.#scopes.push(new Set(own));
    const text = this.#statements(own);
    this.#scopes.pop();
    return text;
  }
  #statements(taken: string[]): string {
    const scope = new Set<string>();
    this.#scopes.push(scope);
    const free = NAMES.filter((name) => !taken.includes(name)).sort(() => this.#next(3) - 1);
    let text = "";
    for (let left = 1 + this.#next(5); left && this.#left > 0; left--) {
      this.#left--;
      const kind = this.#next(9);
      if (kind < 3 && free.length) {
        const name = free.pop() as string;
        // Inside of its own scope only: before it is declared it is nobody's (TDZ).
        const hidden = this.#scopes.map((each) => each.delete(name));
        const value = this.#expression();
        for (const [i, each] of this.#scopes.entries()) if (hidden[i]) each.add(name);
        scope.add(name);
        text += `${this.#pick(["let", "const"])} ${name}=${value};`;
        if (this.#next(2)) text += `log.push(${name});`;
      } else if (kind < 4) {
        const name = this.#pick(NAMES);
        text += `for(let ${name}=0;${name}<2;${name}++){${this.#block([name])}}`;
      } else if (kind < 5) {
        const name = this.#pick(NAMES);
        text += `try{${this.#block()}throw ${this.#next(9)}}catch(${name}){${this.#block([name])}}`;
      } else if (kind < 6) text += `if(${this.#expression()}){${this.#block()}}`;
      else text += `log.push(${this.#expression()});`;
    }
    this.#scopes.pop();
    // Names that a statement behind may still close over.
    return text;
  }
  program(): string {
    return `(()=>{${this.#statements([])}log.push("end")})()`;
  }
}

function run(code: string): string {
  const log: unknown[] = [];
  try {
    vm.runInNewContext(code, { log }, { timeout: 1000 });
  } catch (error) {
    log.push(String(error));
  }
  return log.map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each))).join();
}

describe("review 2: names", () => {
  it("R12: random programs do the same with other names", () => {
    let ran = 0;
    for (let seed = 0; seed < 150; seed++) {
      const code = new Writer(seed).program();
      const before = run(code);
      if (/SyntaxError/.test(before) || /before initialization/.test(before)) continue;
      // Where the order of members of `{a}` shows, it is by name: those keep theirs.
      for (const [what, after] of [
        ["alias", aliasProperties(code)],
        ["names", shortenNames(code)],
        ["both", shortenNames(aliasProperties(code))],
      ])
        assert.equal(run(after), before, `${what}, seed ${seed}\n${code}\n${after}`);
      ran++;
    }
    assert.ok(ran > 75, String(ran));
  });

  it("R13: a parameter that is not used keeps clear of what the body declares", () => {
    for (const code of [
      "log.push([7].map((alpha,beta)=>{let gamma=beta;return gamma})[0])",
      "try{throw 1}catch(alpha){let beta=2;log.push(beta)}",
    ])
      assert.equal(run(shortenNames(`(()=>{${code}})()`)), run(`(()=>{${code}})()`));
  });

  it("R14: what a switch declares is not the name of something around it (Espruino has no scope there)", () => {
    const code =
      "(()=>{const alpha=1;switch(3){case 3:let beta=5;log.push(beta,beta,beta)}log.push(alpha)})()";
    const names = /const (\w+)=1;.*let (\w+)=5/.exec(shortenNames(code)) as RegExpExecArray;
    assert.notEqual(names[1], names[2]);
  });

  it("R18: a function keeps its own name when a parameter of it has the same", () => {
    for (const code of [
      'const long="length";function n(n,beta){return n[long]+beta}log.push(n("abc",1),long)',
      "function alpha(alpha){return alpha+1}function beta(alpha){return alpha+2}log.push(alpha(1),beta(1))",
      "log.push((function alpha(beta){return beta?alpha(beta-1)+1:0})(5))",
      "class alpha{beta(alpha){return alpha+1}}const zeta=new alpha();log.push(zeta.beta(4))",
      "function alpha(){return beta()}function beta(){return 7}{let beta=1;log.push(beta)}log.push(alpha())",
    ])
      assert.equal(run(shortenNames(`(()=>{${code}})()`)), run(`(()=>{${code}})()`), code);
  });

  it("R15: an alias is never used without its declaration", () => {
    const code = '!function(){log.push("a".length,"b".length,"c".length,"d".length,"e".length)}()';
    assert.equal(run(aliasProperties(code)), run(code));
  });
});
