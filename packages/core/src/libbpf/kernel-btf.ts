import { Fd } from "./fd.js";
import { addressOf } from "./koffi.js";
import { bpfSyscall } from "./syscalls.js";

const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_BTF_GET_FD_BY_ID = 19;
const INFO_SIZE = 32;

/** The BTF with this id, as the kernel keeps it: the types of a loaded map or program. @throws SystemError ENOENT, EPERM */
export function readKernelBtf(id: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeUInt32LE(id, 0);
  const number = bpfSyscall(`open btf ${id}`, BPF_BTF_GET_FD_BY_ID, request);
  using fd = new Fd(number, `btf ${id}`);
  const size = info(fd.fd, undefined).readUInt32LE(8);
  const data = Buffer.alloc(size);
  info(fd.fd, data);
  return data;
}

/** struct bpf_btf_info: u64 where to put the data, u32 its size, u32 id, and what is not needed here. */
function info(fd: number, data: Buffer | undefined): Buffer {
  const result = Buffer.alloc(INFO_SIZE);
  if (data) {
    result.writeBigUInt64LE(BigInt(addressOf(data) as bigint), 0);
    result.writeUInt32LE(data.length, 8);
  }
  const attr = Buffer.alloc(16);
  attr.writeUInt32LE(fd, 0);
  attr.writeUInt32LE(INFO_SIZE, 4);
  attr.writeBigUInt64LE(BigInt(addressOf(result) as bigint), 8);
  bpfSyscall("read btf", BPF_OBJ_GET_INFO_BY_FD, attr);
  return result;
}
