/**
 * The two shapes of a link. A `Duplex` carries bytes; a `Transport` carries whole SMP packets.
 * Neither is trusted, and neither repairs losses: that is the SMP client's work.
 */

/** A stream of bytes to a board: a socket, a serial port, a board in memory. */
export interface Duplex {
  write(bytes: Uint8Array): Promise<void> | void;
  onData(callback: (bytes: Uint8Array) => void): void;
  /** Called once, with the reason when there is one. */
  onClose(callback: (reason?: Error) => void): void;
  close(): Promise<void>;
}

/** Whole packets to and from a board. */
export interface Transport {
  /** For people: the address it was opened with. */
  readonly name: string;
  /** Bytes of the pieces in which a packet travels, where it is cut. */
  readonly pieceSize?: number;
  send(packet: Uint8Array): Promise<void>;
  onPacket(callback: (packet: Uint8Array) => void): void;
  /** Called once, with the reason when there is one. */
  onClose(callback: (reason?: Error) => void): void;
  close(): Promise<void>;
}
