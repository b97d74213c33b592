/**
 * Espruino's Promise, as a script for the context. V8's own would run its callbacks outside of the
 * board's tasks, past power cut and time limit, and an unhandled rejection would end the host.
 * Expects the hidden global `ÿlater(fn)`, which runs `fn` as a task of the board.
 */
export const PROMISE = `(function () {
  var later = globalThis.\u00fflater;
  function settle(promise, failed, value) {
    var state = promise.\u00ffstate;
    if (state.done) return;
    if (!failed && value && typeof value.then === "function") {
      state.done = true;
      value.then(function (v) { finish(state, false, v); }, function (e) { finish(state, true, e); });
      return;
    }
    finish(state, failed, value);
  }
  function finish(state, failed, value) {
    state.done = state.settled = true;
    state.failed = failed;
    state.value = value;
    later(function () { flush(state); });
  }
  function flush(state) {
    if (!state.settled) return;
    var waiting = state.waiting;
    state.waiting = [];
    if (state.failed && !state.handled) {
      state.handled = true;
      throw new Error("Unhandled promise rejection: " + state.value);
    }
    waiting.forEach(function (entry) { entry(state.failed, state.value); });
  }
  class Promise {
    constructor(executor) {
      var self = this;
      Object.defineProperty(this, "\u00ffstate", { value: { waiting: [] } });
      function reject(e) { settle(self, true, e); }
      try {
        executor(function (v) { settle(self, false, v); }, reject);
      } catch (e) {
        reject(e);
      }
    }
    then(resolved, rejected) {
      var state = this.\u00ffstate;
      state.handled = true;
      return new Promise(function (resolve, reject) {
        state.waiting.push(function (failed, value) {
          var handler = failed ? rejected : resolved;
          if (!handler) return failed ? reject(value) : resolve(value);
          try {
            resolve(handler(value));
          } catch (e) {
            reject(e);
          }
        });
        if (state.settled) later(function () { flush(state); });
      });
    }
    catch(rejected) {
      return this.then(undefined, rejected);
    }
    static resolve(value) {
      return new Promise(function (resolve) { resolve(value); });
    }
    static reject(error) {
      return new Promise(function (resolve, reject) { reject(error); });
    }
    static all(promises) {
      return new Promise(function (resolve, reject) {
        var values = [];
        var left = promises.length;
        if (left === 0) resolve(values);
        promises.forEach(function (promise, i) {
          Promise.resolve(promise).then(function (value) {
            values[i] = value;
            if (--left === 0) resolve(values);
          }, reject);
        });
      });
    }
  }
  globalThis.Promise = Promise;
})();`;
