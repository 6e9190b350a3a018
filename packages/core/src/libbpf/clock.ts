import { addressOf } from "./koffi.js";
import { callLibc } from "./libc.js";

const CLOCK_BOOTTIME = 7;

/** Nanoseconds since boot, suspended time included: what `bpf_ktime_get_boot_ns` gives. */
export function bootTimeNs(): bigint {
  const time = Buffer.alloc(16);
  callLibc("read boot clock", "clock_gettime", CLOCK_BOOTTIME, addressOf(time));
  return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
}
