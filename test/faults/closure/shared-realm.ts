/**
 * One context for all lives of a board, where thousands of boots have to be cheap: programs are compiled
 * once. Sound only for apps that change nothing of the engine, which is what the apps of the closure are;
 * what a life leaves in its global scope is replaced at the next boot.
 */
import vm from "node:vm";
import { Realm } from "../../../host/board/realm.js";

export class SharedRealm extends Realm {
  /** Gets every program that a bootloader runs. */
  onProgram: (code: string) => void = () => {};
  /** In place of the bootloader's text in flash, when it does not fit there. */
  bootloader: string | undefined;
  private readonly scripts = new Map<string, vm.Script>();

  /** `most`: milliseconds that one piece of code may run; 0 (default) for any time, which is cheaper. */
  constructor(public most = 0) {
    super(most);
    const evaluate = this.global.eval as (code: string) => unknown;
    this.hide("eval", (code: string) => {
      this.onProgram(code);
      return evaluate(code);
    });
    // An agent is a function's body. What it unpacks itself comes from the image that was checked.
    this.hide(
      "Function",
      new Proxy(this.global.Function as FunctionConstructor, {
        construct: (target, args: string[]) => {
          if (args[0] === "$" && !this.unpacked.has(args[1])) this.onProgram(args[1]);
          return new target(...args);
        },
      }),
    );
  }

  override run(program: string, name: string): unknown {
    const text = name === ".boot0" ? (this.bootloader ?? program) : program;
    let script = this.scripts.get(text);
    if (!script) {
      script = new vm.Script(text, { filename: name });
      this.scripts.set(text, script);
    }
    return script.runInContext(this.context, { timeout: this.most || undefined });
  }

  override call(fn: unknown, args: unknown[]): unknown {
    if (this.most) return super.call(fn, args);
    return (fn as (...args: unknown[]) => unknown).apply(this.global, args);
  }
}
