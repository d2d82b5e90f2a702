// A WebSocket client by hand that does next to nothing: frames as bytes, no masks, no parsing of what is in them.
import { connect, type Socket } from "node:net";

export interface FrameSocketOptions {
  readonly url: URL;
  /** What is subscribed to when the server has acknowledged. */
  readonly payload: object;
  /** Called with each message after the acknowledgement. */
  readonly onMessage: (message: Buffer) => void;
  /** Called once: with the code of the server's close frame, 1006 where there was none. */
  readonly onClosed: (code: number) => void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Lengths from here on are written in two bytes more, or in eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const BROKEN = 1006;

/** One for all sockets: what is in it is dealt with before the next of them reads. */
const chunk = Buffer.alloc(256 * 1024);

/** A frame as clients send it. A mask of zeros leaves the bytes as they are. */
function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < LENGTH_16 ? [0x80 | length] : [0x80 | LENGTH_16, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}

/** One subscription on a connection of its own. */
export class FrameSocket {
  /** Resolves when the subscription has been asked for. */
  readonly subscribed: Promise<void>;
  private readonly options: FrameSocketOptions;
  private readonly socket: Socket;
  private take = (bytes: Buffer): number => this.takeUpgrade(bytes);
  private rest = Buffer.alloc(0);
  private isAcknowledged = false;
  private closeCode = BROKEN;
  private onSubscribed: () => void = () => undefined;

  constructor(options: FrameSocketOptions) {
    this.options = options;
    const { url } = options;
    this.subscribed = new Promise((resolve) => {
      this.onSubscribed = resolve;
    });
    const onread = { buffer: chunk, callback: (length: number) => this.read(chunk.subarray(0, length)) };
    this.socket = connect({ host: url.hostname, port: Number(url.port), onread });
    this.socket.on("error", () => undefined);
    this.socket.once("close", () => options.onClosed(this.closeCode));
    this.socket.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    );
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  cut(): void {
    this.socket.destroy();
  }

  /** What is only a part of a frame is kept for the next time. */
  private read(bytes: Buffer): boolean {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    this.rest = Buffer.from(all.subarray(this.take(all)));
    return true;
  }

  private takeUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return 0;
    const answer = bytes.toString("latin1", 0, end);
    if (!answer.startsWith("HTTP/1.1 101 ")) throw new Error(`no WebSocket: ${answer}`);
    this.send({ type: "connection_init" });
    this.take = (frames) => this.takeFrames(frames);
    return end + 4 + this.takeFrames(bytes.subarray(end + 4));
  }

  /** Takes the whole frames, and answers how many bytes they are. */
  private takeFrames(bytes: Buffer): number {
    let at = 0;
    while (at + 4 <= bytes.length || (at + 2 <= bytes.length && bytes.readUInt8(at + 1) < LENGTH_16)) {
      const short = bytes.readUInt8(at + 1);
      if (short === LENGTH_64) throw new Error("no message is expected to be so long");
      const begin = at + (short === LENGTH_16 ? 4 : 2);
      const end = begin + (short === LENGTH_16 ? bytes.readUInt16BE(at + 2) : short);
      if (end > bytes.length) break;
      this.takeFrame(bytes.readUInt8(at) & 15, bytes.subarray(begin, end));
      at = end;
    }
    return at;
  }

  private takeFrame(opcode: number, payload: Buffer): void {
    if (opcode === TEXT && this.isAcknowledged) this.options.onMessage(payload);
    else if (opcode === TEXT) this.acknowledged(payload.toString());
    else if (opcode === PING) this.socket.write(clientFrame(PONG, payload));
    else if (opcode === CLOSE) this.leave(payload);
    else throw new Error(`an unknown frame: ${opcode}`);
  }

  private acknowledged(text: string): void {
    if (JSON.parse(text).type !== "connection_ack") throw new Error(`not acknowledged: ${text}`);
    this.isAcknowledged = true;
    this.send({ id: "1", type: "subscribe", payload: this.options.payload });
    this.onSubscribed();
  }

  private leave(payload: Buffer): void {
    this.closeCode = payload.length < 2 ? BROKEN : payload.readUInt16BE(0);
    this.socket.end(clientFrame(CLOSE, Buffer.from(payload)));
  }

  private send(message: object): void {
    this.socket.write(clientFrame(TEXT, Buffer.from(JSON.stringify(message))));
  }
}
