// A WebSocket client that does next to nothing, so that the server is what is measured: it counts the messages that come.
import { connect, type Socket } from "node:net";

/** What sockets count together: how many of them have got as many messages as is waited for. */
export interface Tally {
  goal: number;
  reached: number;
  bytes: number;
  onReached(): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Lengths from here on are written in two bytes more. No event is shorter, and no other message of the server longer. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** One for all sockets: what is in it is counted before the next of them reads. */
const chunk = Buffer.alloc(256 * 1024);

/** A frame as clients send it. A mask of zeros leaves the bytes as they are. */
function clientFrame(opcode: number, payload: Buffer): Buffer {
  const length =
    payload.length < LENGTH_16 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), payload]);
}

/** One subscription on a socket of its own. */
export class CountingSocket {
  /** Messages since they were last set to 0. */
  messages = 0;
  /** Resolves when the subscription has been asked for. */
  readonly subscribed: Promise<void>;
  private readonly socket: Socket;
  private readonly tally: Tally;
  private readonly payload: object;
  private take = (bytes: Buffer): number => this.takeUpgrade(bytes);
  private takeText = (text: string): void => this.takeAcknowledgement(text);
  private hasEvent = false;
  private rest = Buffer.alloc(0);
  private onSubscribed: () => void = () => undefined;

  /** `headers` are sent with the upgrade. */
  constructor(url: URL, payload: object, tally: Tally, headers: Readonly<Record<string, string>> = {}) {
    this.payload = payload;
    this.tally = tally;
    this.subscribed = new Promise((resolve) => {
      this.onSubscribed = resolve;
    });
    const onread = { buffer: chunk, callback: (length: number) => this.read(chunk.subarray(0, length)) };
    this.socket = connect({ host: url.hostname, port: Number(url.port), onread });
    this.socket.setNoDelay(true);
    this.socket.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
        Object.entries({ "Sec-WebSocket-Protocol": "graphql-transport-ws", ...headers })
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join("") +
        "\r\n",
    );
    this.socket.once("close", () => {
      throw new Error("the server has closed a socket");
    });
  }

  /** What is only a part is kept for the next time. */
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
      if (short === LENGTH_16 && this.hasEvent) this.count(end - begin);
      else this.takeSeldom(bytes.readUInt8(at) & 15, bytes.subarray(begin, end));
      at = end;
    }
    return at;
  }

  /** The first event, and whatever is none, is looked into. */
  private takeSeldom(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.socket.write(clientFrame(PONG, payload));
    else if (opcode === TEXT) this.takeText(payload.toString());
    else throw new Error(opcode === CLOSE ? `closed: ${payload.toString("utf8", 2)}` : `an unknown frame: ${opcode}`);
  }

  private takeAcknowledgement(text: string): void {
    if (JSON.parse(text).type !== "connection_ack") throw new Error(`not acknowledged: ${text}`);
    this.takeText = (event) => this.takeEvent(event);
    this.send({ id: "1", type: "subscribe", payload: this.payload });
    this.onSubscribed();
  }

  private takeEvent(text: string): void {
    const { type, payload } = JSON.parse(text);
    if (type !== "next" || payload.errors !== undefined) throw new Error(`not an event: ${text}`);
    this.hasEvent = true;
    this.count(Buffer.byteLength(text));
  }

  private count(bytes: number): void {
    this.messages += 1;
    this.tally.bytes += bytes;
    if (this.messages !== this.tally.goal) return;
    this.tally.reached += 1;
    this.tally.onReached();
  }

  private send(message: object): void {
    this.socket.write(clientFrame(TEXT, Buffer.from(JSON.stringify(message))));
  }
}
