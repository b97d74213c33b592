/** LEDs and buttons of a simulated board: what an app does with them has no effect but an event. */
import { guarded, type Machine } from "./hardware.js";

type Pin = Record<string, unknown>;

/**
 * The globals `LED`, `LED1`, `BTN`, `BTN1` ... of the profile and the functions that take pins. A
 * button is never pressed. Every change of a pin is reported to `machine.pinChanged`.
 */
export function pinGlobals(machine: Machine): Record<string, unknown> {
  const values = new Map<Pin, number>();
  const names = new Map<Pin, string>();
  const write = (pin: Pin, value: number) => {
    const name = names.get(pin);
    if (name === undefined || values.get(pin) === value) return;
    values.set(pin, value);
    machine.pinChanged(name, value);
  };
  const read = (pin: Pin) => values.get(pin) ?? 0;
  const create = (name: string): Pin => {
    let mode: unknown = "auto";
    const pin: Pin = guarded(machine, {
      read: () => read(pin) > 0,
      write: (value: unknown) => write(pin, value ? 1 : 0),
      set: () => write(pin, 1),
      reset: () => write(pin, 0),
      toggle: () => {
        write(pin, read(pin) ? 0 : 1);
        return read(pin) > 0;
      },
      mode: (wanted?: unknown) => {
        mode = wanted ?? mode;
        return mode;
      },
      getMode: () => mode,
      analog: () => read(pin),
      pwm: (value: number) => write(pin, value),
    });
    names.set(pin, name);
    return pin;
  };
  const pins: Record<string, unknown> = {};
  for (const name of machine.profile.pins) {
    pins[name] = create(name);
    if (name.endsWith("1")) pins[name.slice(0, -1)] = pins[name];
  }
  const each = (pin: Pin | Pin[]) => (Array.isArray(pin) ? pin : [pin]);
  let watches = 0;
  return {
    ...pins,
    ...guarded(machine, {
      // The last pin of an array is the lowest bit.
      digitalRead: (pin: Pin | Pin[]) =>
        each(pin).reduce((bits, one) => 2 * bits + (read(one) ? 1 : 0), 0),
      digitalWrite: (pin: Pin | Pin[], value: unknown) => {
        const list = each(pin);
        const bits = list.length > 1 ? Number(value) : value ? 1 : 0;
        list.forEach((one, i) => {
          write(one, (bits >> (list.length - 1 - i)) & 1);
        });
      },
      digitalPulse: (pin: Pin, value: unknown) => {
        write(pin, value ? 1 : 0);
        write(pin, value ? 0 : 1);
      },
      analogRead: (pin: Pin) => read(pin),
      analogWrite: (pin: Pin, value: number) => write(pin, value),
      pinMode: () => undefined,
      setWatch: () => ++watches,
      clearWatch: () => undefined,
    }),
  };
}
