/**
 * Runs in the real interpreter: writes requests to the link and prints what it notifies, as
 * `@name bytes,bytes…` in hexadecimal, one line for each request.
 */

// First, as the link takes its parts from it.
import { disconnected, onNotify, services, write } from "./link-fake-boot.js";
import "./link.js";

declare function print(text: string): void;
declare function setTimeout(callback: () => void, milliseconds: number): number;
declare const NRF: { setServices(services: object): void };
/** In hexadecimal, by name, each as its pieces and milliseconds to wait behind them. */
declare const requests: [name: string, pieces: string[], wait: number][];

const bytesOf = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.substr(2 * i, 2), 16);
  return bytes;
};

const hexOf = (value: string): string =>
  value
    .split("")
    .map((character) => (256 + character.charCodeAt(0)).toString(16).substr(1))
    .join("");

let answers: string[] = [];
onNotify((value) => {
  answers.push(hexOf(value));
});

const next = (index: number): void => {
  const request = requests[index];
  if (!request) {
    print("@done");
    return;
  }
  request[1].forEach((piece) => {
    if (piece === "disconnect") disconnected();
    else write(bytesOf(piece));
  });
  setTimeout(() => {
    print(`@${request[0]} ${answers.join(",")}`);
    answers = [];
    next(index + 1);
  }, request[2]);
};

NRF.setServices({ "180D": { "2A37": { value: "x" } } });
print(`@services ${Object.keys(services).join(",")}`);
next(0);
