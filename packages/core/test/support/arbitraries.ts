import fc from "fast-check";
import type { Hook } from "../../src/module/types.js";
import { addressValue, parseAddress } from "../../src/params/address.js";
import { formatPrefix, maskPrefix } from "../../src/params/prefix-text.js";
import { all, any, not, policy, policySet } from "../../src/policy/build.js";
import type { Condition, PacketFacts, PolicySet } from "../../src/policy/types.js";
import type { Json } from "../../src/params/types.js";

/**
 * Generators of policies and packets in a world so small that overlaps, ties and contradictions are the rule.
 * The same ones drive the model here and the kernel in the cross-package tests.
 */

const TEXT4 = ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.6", "10.0.1.1", "11.0.0.1"];
const TEXT6 = ["fd00::", "fd00::1", "fd00::2", "fd00::3", "fd00:0:0:1::1", "fe80::1"];
const LENGTHS = { 4: [0, 7, 8, 24, 29, 30, 31, 32], 6: [0, 7, 16, 64, 126, 127, 128] };
const PORTS = [0, 1, 2, 3, 4, 7, 8, 15, 16, 443, 65535];

const module = (name: string, params: Record<string, Json>): Condition => ({
  kind: "match",
  module: name,
  params,
});

const addressText = fc.constantFrom(...TEXT4, ...TEXT6);

const prefixText = fc.tuple(addressText, fc.nat(7)).map(([text, n]) => {
  const address = parseAddress(text);
  if (!address) throw new TypeError(text);
  const lengths = LENGTHS[address.family];
  return formatPrefix(maskPrefix({ ...address, length: lengths[n % lengths.length] ?? 0 }));
});

const addressInput: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: addressText as fc.Arbitrary<Json> },
  { weight: 4, arbitrary: prefixText as fc.Arbitrary<Json> },
  { weight: 1, arbitrary: fc.array(prefixText, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json> },
  { weight: 1, arbitrary: fc.constant("*") as fc.Arbitrary<Json> },
);

const portNumber = fc.constantFrom(...PORTS);
const portRange = fc.tuple(portNumber, portNumber).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
const portInput: fc.Arbitrary<Json> = fc.oneof(
  portNumber as fc.Arbitrary<Json>,
  portRange as fc.Arbitrary<Json>,
  fc.tuple(portNumber, portRange).map(([a, b]) => `${a},${b}`) as fc.Arbitrary<Json>,
  fc.array(fc.oneof(portNumber, portRange), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json>,
);

const endpointInput: fc.Arbitrary<Json> = fc.oneof(
  fc.tuple(addressText, portNumber).map(([a, p]) => (a.includes(":") ? `[${a}]:${p}` : `${a}:${p}`)),
  fc.record({ address: addressInput, port: portInput }),
  fc.record({ address: addressInput }),
  fc.record({ port: portInput }),
);

function ends(end: fc.Arbitrary<Json>): fc.Arbitrary<Record<string, Json>> {
  return fc.oneof(
    fc.record({ src: end, dst: end }),
    fc.record({ local: end, remote: end }),
    fc.record({ between: fc.tuple(end, end) }) as fc.Arbitrary<Record<string, Json>>,
    fc.record({ src: end }),
    fc.record({ remote: end }),
  );
}

/** One match of any selector. */
export const matchArbitrary: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: ends(addressInput).map((p) => module("ip-pair", p)) },
  { weight: 3, arbitrary: ends(portInput).map((p) => module("port", p)) },
  { weight: 3, arbitrary: ends(endpointInput).map((p) => module("subflow", p)) },
  { weight: 1, arbitrary: fc.constant(module("tcp", {})) },
  { weight: 1, arbitrary: prefixText.map((address) => module("src", { address })) },
  {
    weight: 1,
    arbitrary: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }).map((t) => module("token", { token: t })),
  },
);

/** Conditions with all, any and not, a few levels deep. */
export const conditionArbitrary: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: matchArbitrary },
    { weight: 2, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((c) => all(...c)) },
    { weight: 2, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((c) => any(...c)) },
    { weight: 2, arbitrary: tie("node").map(not) },
  ),
})).node;

export const hookArbitrary = fc.constantFrom<Hook>("xdp", "tc-ingress", "tc-egress");

/** Policy sets on every hook of `eth0`, some with the same priorities. */
export const policySetsArbitrary: fc.Arbitrary<PolicySet[]> = fc
  .uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 2 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .array(
            fc.record({
              when: conditionArbitrary,
              priority: fc.constantFrom(-1, 0, 0, 1),
              continue: fc.boolean(),
            }),
            { minLength: 1, maxLength: 4 },
          )
          .map((policies) =>
            policySet(name, {
              attach: { xdp: ["eth0"], "tc-ingress": ["eth0"], "tc-egress": ["eth0"] },
              policies: policies.map((p, i) =>
                policy(`p${(i * 7) % 4}`, { ...p, chain: [{ kind: "step", module: "record", params: {} }] }),
              ),
            }),
          ),
      ),
    ),
  );

const addressFacts = (texts: readonly string[], family: 4 | 6): fc.Arbitrary<PacketFacts> =>
  fc.record({ s: fc.constantFrom(...texts), d: fc.constantFrom(...texts) }).map(({ s, d }) => ({
    family,
    src: addressValue(parseAddress(s)?.bytes ?? new Uint8Array()),
    dst: addressValue(parseAddress(d)?.bytes ?? new Uint8Array()),
  }));

const ipFacts = fc.oneof(addressFacts(TEXT4, 4), addressFacts(TEXT6, 6));

/** Packets: TCP, UDP, ICMP, later fragments, and some that are not IP. */
export const packetArbitrary: fc.Arbitrary<PacketFacts> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(ipFacts, portNumber, portNumber, fc.option(fc.nat(4), { nil: undefined }))
      .map(([ip, sport, dport, t]) => ({
        ...ip,
        proto: 6,
        sport,
        dport,
        ...(t === undefined ? {} : { keys: { token: { token: BigInt(t) } } }),
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(ipFacts, portNumber, portNumber)
      .map(([ip, sport, dport]) => ({ ...ip, proto: 17, sport, dport })),
  },
  { weight: 1, arbitrary: ipFacts.map((ip) => ({ ...ip, proto: ip.family === 4 ? 1 : 58 })) },
  { weight: 1, arbitrary: ipFacts.map((ip) => ({ ...ip, proto: 6 })) },
  { weight: 1, arbitrary: fc.constant<PacketFacts>({ family: 0 }) },
);
