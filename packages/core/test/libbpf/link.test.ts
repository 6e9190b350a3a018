import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, closeSync, rmdirSync, unlinkSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import * as bpf from "../../src/libbpf/index.js";
import { compile } from "./compile.js";

const ns = `ffi${process.pid}`;
const bpffs = `/tmp/emptcp-ffi-link-${process.pid}`;
const run = (command: string): void => void execFileSync("sh", ["-ec", command]);
run(
  `ip netns add ${ns} && ip -n ${ns} link add name va type veth peer name vb && ip -n ${ns} link set va up && ip -n ${ns} link set vb up`,
);
run(`ip -n ${ns} tuntap add dev t0 mode tun && mkdir ${bpffs} && mount -t bpf bpf ${bpffs}`);

const source = compile(`
SEC("xdp.frags") int x1(struct xdp_md *ctx) { return 2; }
SEC("xdp.frags") int x2(struct xdp_md *ctx) { return 2; }
SEC("tc") int t1(struct __sk_buff *skb) { return -1; }
SEC("tc") int t2(struct __sk_buff *skb) { return -1; }
SEC("sockops") int s1(struct bpf_sock_ops *ctx) { return 1; }`);
const object = bpf.BpfObject.open(source, { name: "ffi_link" });
for (const program of object.programs()) program.setExpectedAttachType(0);
object.program("s1").setExpectedAttachType(bpf.ATTACH_TYPES.cgroup_sock_ops);
object.load();
const fd = (name: string): number => object.program(name).fd;
const id = (name: string): number => {
  using program = object.program(name).program();
  return program.info().id;
};
const a = bpf.interfaceIndex("va", ns) ?? 0;

afterAll(() => {
  object.close();
  run(`umount ${bpffs}; rmdir ${bpffs}; ip netns del ${ns}`);
});

test("interfaces of a namespace", () => {
  expect(bpf.listNamespaces()).toContain(ns);
  const list = bpf.listInterfaces(ns);
  expect(list.map((i) => [i.name, i.layer3]).sort()).toEqual([
    ["lo", false],
    ["t0", true],
    ["va", false],
    ["vb", false],
  ]);
  expect(list.find((i) => i.name === "va")?.ifindex).toBe(a);
  expect(bpf.interfaceIndex("nothing", ns)).toBeUndefined();
  expect(bpf.interfaceIndex("a-name-that-is-much-too-long", ns)).toBeUndefined();
  expect(bpf.listInterfaces().map((i) => i.name)).not.toContain("t0");
  expect(() => bpf.listInterfaces("no-such-namespace")).toThrow(/ENOENT/);
});

test("the thread comes home, whatever happens inside", () => {
  const home = bpf.netnsInode();
  expect(bpf.withNetns(ns, () => bpf.netnsInode())).toBe(bpf.netnsInode(ns));
  expect(bpf.netnsInode()).toBe(home);
  expect(() =>
    bpf.withNetns(ns, () => {
      throw new Error("inside");
    }),
  ).toThrow("inside");
  expect(bpf.netnsInode()).toBe(home);
  expect(() => bpf.withNetns(ns, async () => {})).toThrow("must be synchronous");
  expect(() => bpf.withNetns(undefined, async () => {})).toThrow("must be synchronous");
  expect(bpf.netnsInode()).toBe(home);
  expect(bpf.netnsCookie(ns)).not.toBe(bpf.netnsCookie());
  expect(() => bpf.withNetns("", () => 1)).toThrow(TypeError);
  expect(() => bpf.withNetns("/dev/zero", () => 1)).toThrow(expect.objectContaining({ code: "EINVAL" }));
});

test.each(["native", "generic"] as const)("xdp link, %s", (mode) => {
  bpf.withNetns(ns, () => {
    using link = bpf.BpfLink.createXdp(fd("x1"), a, mode);
    expect(link.info()).toMatchObject({ type: "xdp", progId: id("x1"), ifindex: a });
    const found = bpf.queryXdp(a);
    expect(found).toMatchObject({ id: id("x1"), name: "x1", mode });
    expect(found?.detach()).toBe(false);
    expect(() => bpf.BpfLink.createXdp(fd("x2"), a, mode)).toThrow(
      expect.objectContaining({ code: "EBUSY" }),
    );
    expect(() => link.update(fd("x2"), { old: fd("x2") })).toThrow(
      expect.objectContaining({ code: "EPERM" }),
    );
    link.update(fd("x2"), { old: fd("x1") });
    expect(link.info().progId).toBe(id("x2"));
    link.pin(`${bpffs}/link`);
    link.close();
    expect(() => link.info()).toThrow("use of closed link");
    using again = bpf.BpfLink.fromPin(`${bpffs}/link`);
    expect(again.info().progId).toBe(id("x2"));
    unlinkSync(`${bpffs}/link`);
  });
  expect(bpf.withNetns(ns, () => bpf.queryXdp(a))).toBeUndefined();
});

test("xdp by netlink can be taken off by anyone who finds it", () => {
  bpf.withNetns(ns, () => {
    bpf.xdpAttach(fd("x1"), a, "generic");
    expect(() => bpf.xdpAttach(fd("x2"), a, "generic")).toThrow(bpf.SystemError);
    bpf.xdpAttach(fd("x2"), a, "generic", { old: fd("x1") });
    expect(bpf.queryXdp(a)).toMatchObject({ id: id("x2"), mode: "generic" });
    expect(bpf.queryXdp(a)?.detach()).toBe(true);
    expect(bpf.queryXdp(a)).toBeUndefined();
  });
});

test("tcx links keep their order", () => {
  bpf.withNetns(ns, () => {
    expect(bpf.tcxQuery(a, "egress").programs).toEqual([]);
    using last = bpf.BpfLink.createTcx(fd("t1"), a, "egress");
    const before = bpf.tcxQuery(a, "egress");
    using first = bpf.BpfLink.createTcx(fd("t2"), a, "egress", {
      position: "first",
      revision: before.revision,
    });
    expect(bpf.tcxQuery(a, "egress").programs.map((p) => p.progId)).toEqual([id("t2"), id("t1")]);
    expect(() => bpf.BpfLink.createTcx(fd("t1"), a, "egress", { revision: before.revision })).toThrow(
      /ESTALE|EEXIST/,
    );
    first.close();
    using beside = bpf.BpfLink.createTcx(fd("t2"), a, "egress", {
      position: { before: { linkId: last.info().id } },
    });
    expect(beside.info()).toMatchObject({ type: "tcx", ifindex: a, attachType: bpf.ATTACH_TYPES.tcx_egress });
    expect(bpf.tcxQuery(a, "egress").programs.map((p) => p.linkId)).toEqual([
      beside.info().id,
      last.info().id,
    ]);
    beside.detach();
    expect(bpf.tcxQuery(a, "egress").programs).toHaveLength(1);
    expect(bpf.tcxQuery(a, "ingress").programs).toEqual([]);
  });
});

test("clsact filters", () => {
  bpf.withNetns(ns, () => {
    expect(bpf.queryClsact(a, "ingress")).toBeUndefined();
    expect(bpf.detachClsact(a, "ingress")).toBe(false);
    bpf.attachClsact(fd("t1"), a, "ingress");
    expect(bpf.queryClsact(a, "ingress")).toEqual({ progId: id("t1") });
    expect(bpf.queryClsact(a, "egress")).toBeUndefined();
    bpf.attachClsact(fd("t2"), a, "ingress");
    expect(bpf.queryClsact(a, "ingress")).toEqual({ progId: id("t2") });
    expect(bpf.createClsact(a)).toBe(false);
    expect(bpf.detachClsact(a, "ingress")).toBe(true);
    expect(bpf.queryClsact(a, "ingress")).toBeUndefined();
    bpf.destroyClsact(a);
    expect(bpf.createClsact(a)).toBe(true);
    bpf.destroyClsact(a);
  });
});

test("sockops links on a cgroup", () => {
  const mount = bpf.cgroup2Mount();
  expect(mount).toBeDefined();
  const dir = `${mount}/${ns}`;
  mkdirSync(dir);
  const cgroup = openSync(dir, "r");
  try {
    using link = bpf.BpfLink.createCgroup(fd("s1"), cgroup, bpf.ATTACH_TYPES.cgroup_sock_ops);
    expect(link.info()).toMatchObject({ type: "cgroup", progId: id("s1"), attachType: 3, ifindex: 0 });
  } finally {
    closeSync(cgroup);
    rmdirSync(dir);
  }
});

test("a link knows when its interface is gone", () => {
  run(`ip -n ${ns} link add name vc type veth peer name vd`);
  const c = bpf.interfaceIndex("vc", ns) ?? 0;
  using link = bpf.withNetns(ns, () => bpf.BpfLink.createXdp(fd("x1"), c, "native"));
  run(`ip -n ${ns} link del vc`);
  expect(link.info().ifindex).toBe(0);
  expect(() => link.update(fd("x2"))).toThrow(expect.objectContaining({ code: "ENOLINK" }));
});

test("arguments are checked before the kernel sees them", () => {
  expect(() => bpf.BpfLink.createXdp(fd("x1"), 0)).toThrow("0 is not an interface number");
  expect(() => bpf.BpfLink.createXdp(-1, 1)).toThrow(RangeError);
  expect(() => bpf.BpfLink.createXdp(fd("x1"), 1, "fast" as never)).toThrow("none of auto, native, generic");
  expect(() => bpf.BpfLink.createTcx(fd("t1"), 1, "sideways" as never)).toThrow("neither ingress nor egress");
  expect(() => bpf.attachClsact(fd("t1"), 2 ** 31, "ingress")).toThrow(RangeError);
  expect(() => bpf.attachClsact(fd("t1"), 1, "ingress", { handle: 0, priority: 1 })).toThrow(RangeError);
  expect(() => bpf.BpfLink.createXdp(fd("x1"), 0x7fff_fff0)).toThrow(
    expect.objectContaining({ code: "EINVAL" }),
  );
});
