import { expect, it } from "vitest";
import { dropped, entry, hop } from "./fixture.js";
import { PacketJoiner } from "./packets.js";

it("joins the hops of packets that mix", () => {
  const joiner = new PacketJoiner();
  const told = [
    entry({ packet: 1n }),
    entry({ packet: 2n }),
    hop({ packet: 1n }),
    hop({ packet: 2n, final: "pass" }),
    hop({ packet: 1n, final: "drop" }),
  ].map((one) => joiner.add(one).map(({ id, hops, complete }) => [id, hops.length, complete]));
  expect(told).toEqual([[], [], [], [[2n, 2, true]], [[1n, 3, true]]]);
  expect(joiner.rest()).toEqual([]);
});

it("tells packets of which records are missing as incomplete", () => {
  const joiner = new PacketJoiner();
  expect(joiner.add(hop({ packet: 1n, final: "pass" }))).toMatchObject([{ id: 1n, complete: false }]);
  joiner.add(entry({ packet: 2n, time: 0n }));
  expect(joiner.add(entry({ packet: 3n, time: 1_000_000_000n }))).toMatchObject([
    { id: 2n, complete: false },
  ]);
  expect(joiner.rest()).toMatchObject([{ id: 3n, complete: false }]);
});

it("keeps no more packets than it must", () => {
  const joiner = new PacketJoiner();
  let given = 0;
  for (let i = 0; i < 10_000; i++) given += joiner.add(entry({ packet: BigInt(i) })).length;
  expect(given).toBe(10_000 - 4096);
});

it("takes a packet that is told to its end", () => {
  const joiner = new PacketJoiner();
  expect(dropped().hops.flatMap((one) => joiner.add(one))).toEqual([dropped()]);
});
