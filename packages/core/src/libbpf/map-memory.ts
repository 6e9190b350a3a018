import { koffi, type Pointer } from "./koffi.js";
import { libc } from "./libc.js";
import { SystemError } from "./system-error.js";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

/** Memory of a map in this process. */
export interface Mapping {
  readonly buffer: ArrayBuffer;
  /** Lets the map go. The buffer stays safe to touch: it reads as zero and what is written is lost. */
  unmap(): void;
}

/** Returns address space once nothing can touch it any more; views cannot be detached from here. */
const unreachable = new FinalizationRegistry<{ address: Pointer; size: number }>(({ address, size }) => {
  libc("munmap")(address, size);
});

/**
 * Maps kernel memory behind a descriptor.
 *
 * @param size bytes, rounded up to whole pages by the kernel
 * @throws SystemError e.g. EINVAL for a map that was not created with BPF_F_MMAPABLE, EPERM for a frozen one
 */
export function mapMemory(fd: number, size: number, writable: boolean, what: string, offset = 0): Mapping {
  const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = mmap(null, size, protection, MAP_SHARED, fd, offset, what);
  const buffer = koffi().view(address, size);
  unreachable.register(buffer, { address, size });
  let mapped = true;
  return {
    buffer,
    unmap() {
      if (!mapped) return;
      mapped = false;
      const flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE;
      mmap(address, size, PROT_READ | PROT_WRITE, flags, -1, 0, what);
    },
  };
}

function mmap(
  at: Pointer | null,
  size: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
  what: string,
): Pointer {
  const address = libc("mmap")(at, size, protection, flags, fd, offset) as unknown as Pointer | null;
  if (address === null || BigInt.asUintN(64, address) === MAP_FAILED)
    throw new SystemError(`map memory of ${what}`, koffi().errno());
  return address;
}
