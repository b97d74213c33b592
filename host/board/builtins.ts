/**
 * The names that Espruino's own objects have, as asked of the real interpreter (2v29, Linux build).
 * A fresh V8 context is reduced to them, so that code which works on the simulator does not fail on
 * a board for want of a method. Constants of `Number` cannot be removed from V8. Syntax that Espruino lacks is the business of the build guard.
 */
const words = (text: string) => text.split(" ");

export const GLOBALS = words(
  "Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function Int8Array " +
    "Int16Array Int32Array JSON Math NaN Infinity Number Object Promise ReferenceError RegExp String " +
    "SyntaxError TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array undefined " +
    "decodeURIComponent encodeURIComponent eval isFinite isNaN parseFloat parseInt globalThis",
);

/** Expression in the context, and the names it keeps. Symbols are kept: syntax needs them. */
const KEPT: [string, string][] = [
  ["Array", "isArray"],
  [
    "Array.prototype",
    "concat every fill filter find findIndex forEach includes indexOf join map pop push reduce " +
      "reverse shift slice some sort splice toString unshift",
  ],
  ["ArrayBuffer", ""],
  ["ArrayBuffer.prototype", "byteLength"],
  ["Object.getPrototypeOf(Uint8Array)", ""],
  [
    "Object.getPrototypeOf(Uint8Array.prototype)",
    "buffer byteLength byteOffset every fill filter find findIndex forEach includes indexOf join " +
      "map reduce reverse set slice some sort subarray toString",
  ],
  ["String", "fromCharCode"],
  [
    "String.prototype",
    "charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat " +
      "replace replaceAll slice split startsWith substr substring toLowerCase toString toUpperCase " +
      "trim valueOf",
  ],
  ["Number", "MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY"],
  ["Number.prototype", "toFixed toString valueOf"],
  [
    "Math",
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max " +
      "min pow random round sin sqrt tan",
  ],
  ["Promise", "all reject resolve"],
  ["Promise.prototype", "then catch"],
  ["Date", "now parse"],
  ["Error", ""],
  ["JSON", "parse stringify"],
  [
    "DataView.prototype",
    "buffer byteLength byteOffset getInt8 getUint8 getInt16 getUint16 getInt32 getUint32 getFloat32 " +
      "getFloat64 setInt8 setUint8 setInt16 setUint16 setInt32 setUint32 setFloat32 setFloat64",
  ],
  ["Object.prototype", "__proto__ hasOwnProperty toString valueOf"],
  [
    "Object",
    "assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor " +
      "getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys setPrototypeOf values",
  ],
];

/** A script that removes from its context whatever Espruino does not have. */
export function reduceScript(): string {
  const kept = KEPT.map(([object, names]) => `[${object}, ${JSON.stringify(names)}]`).join(",\n");
  return `(function () {
  var names = Object.getOwnPropertyNames;
  // On Espruino slice and filter of a typed array give a plain array, and JSON shows one.
  var view = Object.getPrototypeOf(Uint8Array.prototype);
  ["slice", "filter"].forEach(function (name) {
    var plain = Array.prototype[name];
    view[name] = function (a, b) { return plain.call(this, a, b); };
  });
  // And subarray does not stop at the end: what lies behind is seen, and zeros where nothing does.
  view.subarray = function (a, b) {
    var length = this.length;
    var from = a < 0 ? Math.max(a + length, 0) : a || 0;
    var to = b === undefined ? length : b < 0 ? b + length : b;
    var size = Math.max(to - from, 0);
    var at = this.byteOffset + from * this.BYTES_PER_ELEMENT;
    if (at + size * this.BYTES_PER_ELEMENT <= this.buffer.byteLength)
      return new this.constructor(this.buffer, at, size);
    var copy = new this.constructor(size);
    for (var i = 0; i < size; i++) copy[i] = this[from + i];
    return copy;
  };
  // An index is a whole number of 32 bits.
  var charCodeAt = String.prototype.charCodeAt;
  String.prototype.charCodeAt = function (at) { return charCodeAt.call(this, at | 0); };
  function toJSON() { return plainSlice.call(this); }
  var plainSlice = Array.prototype.slice;
  var structure = ["constructor", "prototype", "length", "name"];
  [${kept}].forEach(function (entry) {
    var keep = structure.concat(entry[1].split(" "));
    names(entry[0]).forEach(function (name) {
      if (keep.indexOf(name) < 0) delete entry[0][name];
    });
  });
  ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64"].forEach(
    function (kind) { delete globalThis[kind + "Array"].BYTES_PER_ELEMENT; });
  var globals = ${JSON.stringify(GLOBALS)};
  names(globalThis).forEach(function (name) {
    if (globals.indexOf(name) < 0) delete globalThis[name];
  });
  Object.defineProperty(view, "toJSON", { value: toJSON });
  Math.clip = function (x, min, max) { return x < min ? min : x > max ? max : x; };
  globalThis.InternalError = class InternalError extends Error {};
})();`;
}
