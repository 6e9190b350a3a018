import { koffi, type NativeFunction } from "./koffi.js";
import { SystemError } from "./system-error.js";

const prototypes = {
  syscall: "int64_t syscall(int64_t number, int64_t a, void *b, int64_t c)",
  mmap: "void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)",
  munmap: "int munmap(void *address, size_t length)",
  fcntl: "int fcntl(int fd, int command, int64_t argument)",
  close: "int close(int fd)",
  setns: "int setns(int fd, int type)",
  flock: "int flock(int fd, int operation)",
  mount:
    "int mount(const char *source, const char *target, const char *type, uint64_t flags, const char *data)",
  memfd_create: "int memfd_create(const char *name, uint32_t flags)",
  socket: "int socket(int domain, int type, int protocol)",
  ioctl: "int ioctl(int fd, uint64_t request, void *argument)",
  send: "int64_t send(int fd, const void *data, size_t size, int flags)",
  recv: "int64_t recv(int fd, void *data, size_t size, int flags)",
  getsockopt: "int getsockopt(int fd, int level, int name, void *value, void *size)",
  clock_gettime: "int clock_gettime(int clock, void *time)",
  getpagesize: "int getpagesize()",
  vsnprintf: "int vsnprintf(void *buffer, size_t size, void *format, void *arguments)",
} as const satisfies Record<string, string>;

const functions = new Map<keyof typeof prototypes, NativeFunction>();
let library: ReturnType<ReturnType<typeof koffi>["load"]> | undefined;

/** A function of the C library, bound at first use. */
export function libc(symbol: keyof typeof prototypes): NativeFunction {
  let bound = functions.get(symbol);
  if (!bound) {
    library ??= koffi().load(null);
    bound = library.func(prototypes[symbol]) as unknown as NativeFunction;
    functions.set(symbol, bound);
  }
  return bound;
}

/**
 * Calls a C function that returns -1 and sets errno on failure.
 *
 * @param step what is tried, for the error
 * @throws SystemError
 */
export function callLibc(step: string, symbol: keyof typeof prototypes, ...args: unknown[]): number {
  const result = Number(libc(symbol)(...args));
  if (result < 0) throw new SystemError(step, koffi().errno());
  return result;
}
