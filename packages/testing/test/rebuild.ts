import { dissect, type FieldValue } from "../src/dissect/index.js";
import { fromHex, mptcp, opt, tcp, type Packet, type TcpFlag, type TcpOption } from "../src/packet/index.js";

type Fields = ReadonlyMap<string, FieldValue>;

/** Reads the fields of one option: `get("token")`, or `get("")` for an option that is a single value. */
class OptionFields {
  constructor(
    readonly fields: Fields,
    readonly path: string,
  ) {}

  has(name: string): boolean {
    return this.fields.has(`${this.path}.${name}`);
  }

  number(name = ""): number {
    return Number(this.fields.get(name === "" ? this.path : `${this.path}.${name}`));
  }

  big(name: string): bigint {
    return BigInt(this.fields.get(`${this.path}.${name}`) as bigint);
  }

  bytes(name: string): Uint8Array {
    return fromHex(String(this.fields.get(`${this.path}.${name}`)));
  }

  /** `{ [name]: value }` when the option has the field. */
  maybe<K extends string>(...names: K[]): { [P in K]?: number } {
    return Object.fromEntries(
      names.filter((name) => this.has(name)).map((name) => [name, this.number(name)]),
    ) as { [P in K]?: number };
  }
}

const BUILDERS: Readonly<Record<string, (f: OptionFields) => TcpOption>> = {
  nop: () => opt.nop,
  mss: (f) => opt.mss(f.number()),
  wscale: (f) => opt.wscale(f.number()),
  sackPermitted: () => opt.sackPermitted(),
  timestamps: (f) => opt.timestamps(f.number("value"), f.number("echo")),
  mpCapable: (f) =>
    mptcp.capable({
      flags: f.number("flags"),
      ...(f.has("senderKey") && { senderKey: f.big("senderKey") }),
      ...(f.has("receiverKey") && { receiverKey: f.big("receiverKey") }),
      ...f.maybe("dataLength", "checksum"),
    }),
  mpJoin: (f) => {
    if (f.has("reserved")) return mptcp.joinAck({ hmac: f.bytes("hmac") });
    const common = {
      backup: f.number("backup") === 1,
      addressId: f.number("addressId"),
      nonce: f.number("nonce"),
    };
    return f.has("token")
      ? mptcp.joinSyn({ ...common, token: f.number("token") })
      : mptcp.joinSynAck({ ...common, hmac: f.bytes("hmac") });
  },
  dss: (f) => {
    const flags = f.number("flags");
    return mptcp.dss({
      fin: (flags & 0x10) !== 0,
      ackSize: flags & 2 ? 8 : 4,
      dsnSize: flags & 8 ? 8 : 4,
      ...(f.has("ack") && { ack: f.big("ack") }),
      ...(f.has("dsn") && { dsn: f.big("dsn") }),
      ...f.maybe("subflowSeq", "dataLength", "checksum"),
    });
  },
  addAddr: (f) =>
    mptcp.addAddr({
      address: String(f.fields.get(`${f.path}.address`)),
      addressId: f.number("addressId"),
      echo: f.number("echo") === 1,
      ...f.maybe("port"),
      ...(f.has("hmac") && { hmac: f.bytes("hmac") }),
    }),
  removeAddr: (f) =>
    mptcp.removeAddr(
      ...String(f.fields.get(`${f.path}.addressIds`))
        .split(",")
        .map(Number),
    ),
  mpPrio: (f) => mptcp.prio({ backup: f.number("backup") === 1 }),
  mpFastclose: (f) => mptcp.fastclose(f.big("receiverKey")),
  mpTcprst: (f) => mptcp.tcprst({ flags: f.number("flags"), reason: f.number("reason") }),
};

function rebuildOptions(fields: Fields): TcpOption[] {
  const seen = new Map<string, number>();
  return String(fields.get("tcp.options") ?? "")
    .split(" ")
    .filter((name) => name !== "")
    .map((name) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      const build = BUILDERS[name];
      if (!build) throw new Error(`no builder for ${name}`);
      return build(new OptionFields(fields, `tcp.${name}${count > 1 ? `#${count}` : ""}`));
    });
}

/** Builds a TCP packet anew from nothing but the fields that the dissector read. */
export function rebuild(bytes: Uint8Array): Packet {
  const { fields: list, upperChecksum } = dissect(bytes);
  const fields: Fields = new Map(list.map((field) => [field.path, field.value]));
  const text = (path: string): string => String(fields.get(path));
  const number = (path: string): number => Number(fields.get(path));
  const addresses = { src: text("ip.src"), dst: text("ip.dst") };
  const ip =
    number("ip.version") === 4
      ? {
          ...addresses,
          id: number("ip.id"),
          ttl: number("ip.ttl"),
          tos: number("ip.tos"),
          df: fields.get("ip.df") === true,
        }
      : {
          ...addresses,
          hopLimit: number("ip.hopLimit"),
          flowLabel: number("ip.flowLabel"),
          trafficClass: number("ip.trafficClass"),
        };
  return tcp({
    eth: { src: text("eth.src"), dst: text("eth.dst") },
    ip,
    sport: number("tcp.sport"),
    dport: number("tcp.dport"),
    seq: number("tcp.seq"),
    ack: number("tcp.ack"),
    flags: text("tcp.flags").split(" ") as TcpFlag[],
    window: number("tcp.window"),
    options: rebuildOptions(fields),
    checksum: upperChecksum === "partial" ? "partial" : "good",
    payload: fromHex(String(fields.get("payload") ?? "")),
  });
}
