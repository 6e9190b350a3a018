/**
 * Each test is named after a defect of the original eMPTCP, in the order in which they were found there, and
 * shows that it is not here.
 */
import { blkSubflow } from "@emptcp/actor-blk-subflow";
import { drop } from "@emptcp/actor-drop";
import { pass } from "@emptcp/actor-pass";
import { record } from "@emptcp/actor-record";
import { setBackup } from "@emptcp/actor-set-backup";
import { setWindow } from "@emptcp/actor-set-window";
import { BpfObject } from "@emptcp/core/libbpf";
import { ipPair } from "@emptcp/selector-ip-pair";
import { port } from "@emptcp/selector-port";
import { describe, expect, it } from "vitest";
import { manifestOf, objectOf } from "../src/contract/manifest.js";
import {
  dataSegment,
  dissect,
  fieldOf,
  fragments,
  mptcp,
  openChain,
  opt,
  runChain,
  tcp,
  untestable,
  type OpenChain,
  type TcpFields,
} from "../src/index.js";

const hooks = ["xdp", "tc-ingress", "tc-egress"] as const;
const actors = { blkSubflow, drop, pass, record, setBackup, setWindow };
const announcement = mptcp.addAddr({ address: "10.9.9.9", addressId: 7, hmac: [1, 2, 3, 4, 5, 6, 7, 8] });
const stamps = [opt.nop, opt.nop, opt.timestamps(1, 2)];

/** Runs `use` on a chain and closes it. */
async function onChain(
  opened: Promise<OpenChain>,
  use: (chain: OpenChain) => void | Promise<void>,
): Promise<void> {
  const chain = await opened;
  try {
    await use(chain);
  } finally {
    await chain.close();
  }
}

describe.each(hooks)("seed bugs on %s", (hook) => {
  it("1: payload is never read as an MPTCP option", async () => {
    const tls = Uint8Array.of(0x17, 3, 3, 0, 40, ...Array<number>(40).fill(0x1e));
    const packets = [
      tcp({ payload: announcement.bytes }),
      tcp({ options: stamps, payload: announcement.bytes }),
      tcp({ options: stamps, payload: tls }),
    ];
    await onChain(openChain(hook, [blkSubflow()]), (chain) => {
      for (const packet of packets) expect(chain.run(packet).packet).toEqualPacket(packet);
    });
    const syn = tcp({
      flags: ["syn"],
      options: [opt.mss(1460)],
      payload: mptcp.capable({ senderKey: 1n }).bytes,
    });
    expect((await runChain(hook, [drop()], syn)).verdict).toBe("drop");
    expect((await runChain(hook, [drop()], syn.with({ payload: tls }))).verdict).toBe("drop");
  });

  it("2: a pure ACK with nothing behind its options does not end the chain", async () => {
    const before: TcpFields = { options: [...stamps, mptcp.dss({ ack: 1n })], window: 65535 };
    const result = await runChain(hook, [record(), blkSubflow(), setWindow({ window: 1000 })], tcp(before));
    expect(result.packet).toEqualPacket(tcp({ ...before, window: 1000 }));
    expect(result.counters.steps).toEqual([1, 1, 1]);
  });

  it.each(Object.entries(actors))("3: %s as the last actor starts no other chain", async (_, actor) => {
    await onChain(openChain(hook, [lastStep(actor)]), async (chain) => {
      const [first] = chain.engine.list();
      const other = {
        ...first!.policies[0]!,
        name: "other",
        priority: -1,
        chain: [setWindow({ window: 1 })],
      };
      await chain.engine.apply({ ...first!, name: "other", policies: [other] });
      const result = chain.run(dataSegment());
      expect(result.counters).toMatchObject({ matched: 1, steps: [1], missed: 0 });
      expect(fieldOf(dissect(result.packet), "tcp.window")).not.toBe(1);
      expect(chain.engine.stats("other").map(({ packets }) => packets)).toEqual([0n]);
    });
  });

  it.each([1, 2, 3, 4])(
    "4: nothing stays in front of the packet after an OR of %i selectors",
    async (count) => {
      const of = Array.from({ length: count }, (_, i) => port({ dst: 8080 + i }));
      for (const packet of [tcp({ dport: 8080 }), tcp({ dport: 8080 + count - 1 }), tcp({ dport: 9999 })]) {
        const result = await runChain(hook, [pass()], packet, { when: { kind: "any", of } });
        expect(result.metadata).toBe(0);
        expect(result.packet).toEqualPacket(packet);
      }
    },
  );

  it("5: options of length 0 and 1, EOL and 40 bytes that end in NOP give no false hit", async () => {
    const filler = opt.bytes([254, 38, ...Array<number>(36).fill(0)]);
    const packets = [
      tcp({ options: [opt.bytes([254, 0]), announcement] }),
      tcp({ options: [opt.bytes([254, 1]), announcement] }),
      tcp({ options: [opt.eol, announcement] }),
      tcp({ options: [opt.nop, opt.eol, announcement] }),
      tcp({ options: [filler, opt.nop, opt.nop], payload: announcement.bytes }),
      tcp({ options: [opt.bytes([...announcement.bytes.slice(0, 2), 0x30])] }),
    ];
    await onChain(openChain(hook, [blkSubflow()]), (chain) => {
      for (const packet of packets) expect(chain.run(packet).packet).toEqualPacket(packet);
    });
  });

  it("6: every byte of an option is written", async () => {
    const known = [...stamps, mptcp.dss({ ack: 1n })];
    const before = tcp({ options: [...known, announcement] });
    const after = tcp({
      options: [...known, ...Array<typeof opt.nop>(announcement.bytes.length).fill(opt.nop)],
    });
    expect((await runChain(hook, [blkSubflow()], before)).packet).toEqualPacket(after);
    const ack = tcp({ options: [...stamps, mptcp.dss({ ack: 1n })] });
    const told = tcp({ options: [...stamps, mptcp.dss({ ack: 1n }), mptcp.prio({ backup: true }), opt.nop] });
    expect((await runChain(hook, [setBackup({ backup: true })], ack)).packet).toEqualPacket(told);
  });

  it("7: an option that fills the 40 bytes exactly is inserted on every hook, one more is not", async () => {
    const options = [...stamps, mptcp.dss({ ack: 1n }), opt.raw(254, Array<number>(10).fill(0))];
    const result = await runChain(hook, [setBackup({ backup: true })], tcp({ options }));
    expect(result.packet).toEqualPacket(
      tcp({ options: [...options, mptcp.prio({ backup: true }), opt.nop] }),
    );
    const full = tcp({ options: [...options, ...Array<typeof opt.nop>(4).fill(opt.nop)] });
    const refused = await runChain(hook, [setBackup({ backup: true })], full);
    expect(refused.packet).toEqualPacket(full);
    expect(refused.refusals).toHaveLength(1);
  });

  it("8: fragments are no TCP; IP options, VLAN, QinQ and IPv6 are; a data offset below 5 is malformed", async () => {
    await onChain(openChain(hook, [setWindow({ window: 1000 })]), (chain) => {
      const v6 = { version: 6 } as const;
      for (const family of [{}, v6]) {
        const [, ...later] = fragments(tcp({ ip: family, payload: new Uint8Array(400) }), 128);
        for (const packet of later) expect(chain.run(packet).packet).toEqualPacket(packet);
      }
      for (const fields of [
        { ip: { options: [1, 1, 1, 0] } },
        { vlan: [5] },
        { vlan: [5, 6] },
        { ip: v6 },
      ] as TcpFields[]) {
        expect(chain.run(tcp(fields)).packet).toEqualPacket(tcp({ ...fields, window: 1000 }));
      }
      for (const dataOffset of [0, 4]) {
        const packet = tcp({ dataOffset });
        expect(chain.run(packet).packet).toEqualPacket(packet);
      }
    });
  });

  it("9: one or two NOPs at the end of a pure ACK do not end the chain", async () => {
    for (const options of [
      [...stamps.slice(1), opt.nop],
      [opt.timestamps(1, 2), opt.nop, opt.nop],
    ]) {
      const result = await runChain(hook, [blkSubflow(), setWindow({ window: 1000 })], tcp({ options }));
      expect(result.packet).toEqualPacket(tcp({ options, window: 1000 }));
    }
  });

  it("10: no object has variables of its own, and no packet length makes a program fail", async () => {
    for (const { definition } of Object.values(actors)) {
      const manifest = manifestOf(definition.root);
      const bytes = objectOf(definition.root, manifest, hook);
      using object = BpfObject.open(bytes, { name: manifest.symbol });
      expect(
        object
          .maps()
          .map(({ name }) => name)
          .filter((name) => /\.(bss|data)$/.test(name)),
      ).toEqual([]);
    }
    await onChain(
      openChain(hook, [blkSubflow(), setBackup(), setWindow({ window: 1 })], { onError: "drop" }),
      (chain) => {
        for (let length = 14; length < dataSegment().length; length++) {
          const packet = dataSegment().truncate(length);
          if (untestable(hook, packet) === undefined) expect(chain.run(packet).verdict).toBe("pass");
        }
      },
    );
  });

  it("11: an option is not repeated for ever, rules expire, and each rule counts", async () => {
    const ack = tcp({ options: [...stamps, mptcp.dss({ ack: 1n })] });
    await onChain(openChain(hook, [setBackup({ backup: true, repeat: "0s" })]), (chain) => {
      const grown = Array.from({ length: 20 }, () => chain.run(ack).packet.length > ack.length);
      expect(grown.filter(Boolean)).toHaveLength(3);
    });
    const when = ipPair({ src: "10.0.0.77", dst: "10.0.0.2" });
    await onChain(openChain(hook, [drop()], { when }), async (chain) => {
      const { rules } = chain.engine.policy("test/test");
      const verdict = (src: string): string => chain.run(tcp({ ip: { src } })).verdict;
      await rules.add({ when: ipPair({ src: "10.0.0.1", dst: "10.0.0.2" }), ttl: 0.5 });
      await rules.add({ when: ipPair({ src: "10.0.0.3", dst: "10.0.0.2" }) });
      expect(["10.0.0.1", "10.0.0.3", "10.0.0.3", "10.0.0.4"].map(verdict)).toEqual([
        "drop",
        "drop",
        "drop",
        "pass",
      ]);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(["10.0.0.1", "10.0.0.3"].map(verdict)).toEqual(["pass", "drop"]);
      const counts = [...rules.list()].map(({ packets }) => packets).filter((packets) => packets > 0n);
      expect(counts.sort()).toEqual([1n, 3n]);
    });
  });
});

/** One step of an actor with parameters that it works with. */
function lastStep(actor: (typeof actors)[keyof typeof actors]): Parameters<typeof openChain>[1][number] {
  return actor === setWindow ? setWindow({ window: 500 }) : (actor as typeof pass)();
}
