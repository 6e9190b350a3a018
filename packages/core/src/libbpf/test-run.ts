import { addressOf } from "./koffi.js";
import { libbpf } from "./library.js";
import { checkU32 } from "./pin.js";
import { SystemError } from "./system-error.js";

const OPTS_SIZE = 80;
const ENOSPC = -28;
/** Programs may make packets longer. */
const HEADROOM = 512;

/** What a program is run on. */
export interface TestRunOptions {
  /** The frame, 14 bytes at least. */
  readonly data: Uint8Array;
  /** `struct xdp_md` or `struct __sk_buff` to begin with. */
  readonly ctx?: Uint8Array;
  /** Rounds; more than one costs 20 ms extra for XDP. */
  readonly repeat?: number;
  /** Bytes to expect back; grown by itself when too few. */
  readonly dataOutSize?: number;
  /** BPF_F_TEST_* bits. */
  readonly flags?: number;
  readonly cpu?: number;
}

/** What came out of a run. */
export interface TestRunResult {
  /** What the program returned, as an unsigned 32-bit number. */
  readonly retval: number;
  /** The frame afterwards. */
  readonly data: Buffer;
  /** The context afterwards; empty when none was given. */
  readonly ctx: Buffer;
  /** Nanoseconds of one round, on average. */
  readonly duration: number;
}

/** BPF_PROG_TEST_RUN (Documentation/bpf/bpf_prog_run.rst of Linux). @throws SystemError */
export function testRun(fd: number, options: TestRunOptions): TestRunResult {
  const { data, ctx } = options;
  if (!(data instanceof Uint8Array)) throw new TypeError("run program: data is not a Uint8Array");
  const ctxOut = Buffer.alloc(ctx?.length ?? 0);
  let out = Buffer.alloc(Math.max(options.dataOutSize ?? data.length + HEADROOM, 1));
  const opts = Buffer.alloc(OPTS_SIZE);
  for (;;) {
    opts.fill(0);
    opts.writeBigUInt64LE(BigInt(OPTS_SIZE), 0);
    opts.writeBigUInt64LE(data.length === 0 ? 0n : addressOf(data), 8);
    opts.writeBigUInt64LE(addressOf(out), 16);
    opts.writeUInt32LE(data.length, 24);
    opts.writeUInt32LE(out.length, 28);
    if (ctx && ctx.length > 0) {
      opts.writeBigUInt64LE(addressOf(ctx), 32);
      opts.writeBigUInt64LE(addressOf(ctxOut), 40);
      opts.writeUInt32LE(ctx.length, 48);
      opts.writeUInt32LE(ctxOut.length, 52);
    }
    opts.writeUInt32LE(checkU32(options.repeat ?? 1, "repeat"), 60);
    opts.writeUInt32LE(checkU32(options.flags ?? 0, "flags"), 68);
    opts.writeUInt32LE(checkU32(options.cpu ?? 0, "cpu"), 72);
    const result = Number(libbpf("bpf_prog_test_run_opts")(fd, addressOf(opts)));
    const size = opts.readUInt32LE(28);
    if (result === ENOSPC && size > out.length) {
      out = Buffer.alloc(size);
      continue;
    }
    if (result < 0) throw new SystemError("run program", -result);
    return {
      retval: opts.readUInt32LE(56),
      data: out.subarray(0, Math.min(size, out.length)),
      ctx: ctxOut.subarray(0, opts.readUInt32LE(52)),
      duration: opts.readUInt32LE(64),
    };
  }
}
