/** Where a kind's devices are made: two namespaces, and addresses of its own. */
export interface Place {
  /** Namespace of the device that is tried. */
  readonly a: string;
  /** Namespace of the other end. */
  readonly b: string;
  /** Name of the device that is tried; what carries it is called `u` and the same number. */
  readonly device: string;
  /** Device below a virtual one, in both namespaces. */
  readonly under: string;
  /** Addresses of the device and of its other end, with a prefix of 24 bits. */
  readonly here: string;
  readonly there: string;
  /** Addresses of what carries a tunnel. */
  readonly underHere: string;
  readonly underThere: string;
}

/** How a kind of device is made, by command lines; `a` and `b` begin a command of ip(8) in a namespace. */
export interface Kind {
  readonly name: string;
  /** Kernel module or option without which it cannot be made. */
  readonly needs: string;
  readonly commands: (place: Place, a: string, b: string) => readonly string[];
  /** Nothing comes in. */
  readonly egressOnly?: boolean;
  /** The packets that arrive belong to the device below. */
  readonly note?: string;
}

/** A veth pair below the device. */
export const under = ({ under: u, b }: Place, a: string, bIp: string): string[] => [
  `${a} link add ${u} type veth peer name ${u} netns ${b}`,
  `${a} link set ${u} up`,
  `${bIp} link set ${u} up`,
];

/** A veth pair below a tunnel, with addresses. */
export const underlay = (p: Place, a: string, b: string): string[] => [
  ...under(p, a, b),
  `${a} addr add ${p.underHere}/24 dev ${p.under}`,
  `${b} addr add ${p.underThere}/24 dev ${p.under}`,
];

/** Addresses on both ends, which go up. */
export const addresses = (p: Place, a: string, b: string, there = p.device): string[] => [
  `${a} addr add ${p.here}/24 dev ${p.device}`,
  `${b} addr add ${p.there}/24 dev ${there}`,
  `${a} link set ${p.device} up`,
  `${b} link set ${there} up`,
];
