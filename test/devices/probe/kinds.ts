import { existsSync } from "node:fs";
import { addresses, under, underlay, type Kind, type Place } from "./kind.js";

/** A device over a veth, whose other end is that veth. */
const over = (
  name: string,
  needs: string,
  make: (p: Place, a: string) => string[],
  more: Partial<Kind> = {},
): Kind => ({
  name,
  needs,
  commands: (p, a, b) => [...under(p, a, b), ...make(p, a), ...addresses(p, a, b, p.under)],
  ...more,
});

/** A tunnel: the same device at both ends of an underlay. */
const tunnel = (name: string, needs: string, make: (local: string, remote: string) => string): Kind => ({
  name,
  needs,
  commands: (p, a, b) => [
    ...underlay(p, a, b),
    `${a} link add ${p.device} type ${make(p.underHere, p.underThere)}`,
    `${b} link add ${p.device} type ${make(p.underThere, p.underHere)}`,
    ...addresses(p, a, b),
  ],
});

/** A card of a guest: moved into the namespaces, both ends on one wire. Never one of the machine that runs the tests. */
const card = (name: string, here: string, there: string): Kind => ({
  name,
  needs: `a ${name} card (guest)`,
  commands: (p, a, b) => [
    ...(inGuest ? [] : ["echo 'only in a guest' >&2; false"]),
    `ip link set ${here} netns ${p.a} name ${p.device}`,
    `ip link set ${there} netns ${p.b} name ${p.device}`,
    ...addresses(p, a, b),
  ],
});

/** Whether this is a guest (test/guest/lib/init.sh makes this file): its cards may be taken. */
const inGuest = existsSync("/guest/run");

/** Every kind of device that is tried, in the order of the table. */
export const kinds: readonly Kind[] = [
  {
    name: "veth",
    needs: "veth",
    commands: (p, a, b) => [
      `${a} link add ${p.device} type veth peer name ${p.device} netns ${p.b}`,
      ...addresses(p, a, b),
    ],
  },
  card("virtio_net", "eth0", "eth2"),
  card("e1000", "eth3", "eth1"),
  over("bond", "bonding", (p, a) => [
    `${a} link add ${p.device} type bond mode active-backup`,
    `${a} link set ${p.under} down`,
    `${a} link set ${p.under} master ${p.device}`,
  ]),
  over("bridge", "bridge", (p, a) => [
    `${a} link add ${p.device} type bridge`,
    `${a} link set ${p.under} master ${p.device}`,
  ]),
  {
    name: "vlan",
    needs: "8021q",
    commands: (p, a, b) => [
      ...under(p, a, b),
      `${a} link add link ${p.under} name ${p.device} type vlan id 7`,
      `${b} link add link ${p.under} name ${p.device} type vlan id 7`,
      ...addresses(p, a, b),
    ],
  },
  {
    name: "vrf",
    needs: "vrf",
    note: "what comes in is seen on the interfaces of the VRF, not on its device",
    commands: (p, a, b) => [
      ...under(p, a, b),
      `${a} link add ${p.device} type vrf table 77`,
      `${a} link set ${p.device} up`,
      `${a} link set ${p.under} master ${p.device}`,
      `${a} addr add ${p.here}/24 dev ${p.under}`,
      `${b} addr add ${p.there}/24 dev ${p.under}`,
      `ip netns exec ${p.a} sysctl -qw net.ipv4.tcp_l3mdev_accept=1`,
    ],
  },
  over("macvlan", "macvlan", (p, a) => [
    `${a} link add link ${p.under} name ${p.device} type macvlan mode bridge`,
  ]),
  over("ipvlan", "ipvlan", (p, a) => [`${a} link add link ${p.under} name ${p.device} type ipvlan mode l2`]),
  {
    name: "dummy",
    needs: "dummy",
    egressOnly: true,
    commands: (p, a) => [
      `${a} link add ${p.device} type dummy`,
      `${a} addr add ${p.here}/24 dev ${p.device}`,
      `${a} link set ${p.device} up`,
    ],
  },
  {
    name: "tun",
    needs: "tun",
    commands: (p, a, b) => [
      `ip netns exec ${p.a} $FORWARDER ${p.device} /run/netns/${p.b} ${p.device} 0 0 1073741824 $OWNER`,
      ...addresses(p, a, b),
    ],
  },
  {
    name: "wireguard",
    needs: "wireguard",
    commands: (p, a, b) => [
      ...underlay(p, a, b),
      ...[a, b].map((ip) => `${ip} link add ${p.device} type wireguard`),
      `bash $WIREGUARD ${p.a} ${p.b} ${p.device} ${p.underHere} ${p.underThere}`,
      ...addresses(p, a, b),
    ],
  },
  tunnel("ipip", "ipip", (local, remote) => `ipip local ${local} remote ${remote}`),
  tunnel("gre", "ip_gre", (local, remote) => `gre local ${local} remote ${remote}`),
  tunnel("gretap", "ip_gre", (local, remote) => `gretap local ${local} remote ${remote}`),
  tunnel("vxlan", "vxlan", (local, remote) => `vxlan id 7 dstport 4789 local ${local} remote ${remote}`),
  tunnel("geneve", "geneve", (_, remote) => `geneve id 7 remote ${remote}`),
  {
    name: "ppp",
    needs: "ppp_generic, ppp_async",
    commands: (p) => [`bash $PPP ${p.a} ${p.b} ${p.device} ${p.here} ${p.there}`],
  },
];
