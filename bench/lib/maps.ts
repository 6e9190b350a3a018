import type { BpfProgram, ObjectMap } from "@emptcp/core/libbpf";

/** A number as the key of an array. */
export function index(value: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(value);
  return key;
}

/** Puts a program into a slot of an object's prog array. */
export function setSlot(array: ObjectMap, slot: number, program: BpfProgram): void {
  using map = array.map();
  map.update(index(slot), index(program.fd));
}
