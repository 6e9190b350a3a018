export { SystemError, LibraryError, isSystemError } from "./system-error.js";
export { ObjectError } from "../object/object-error.js";
export { VerifierError, summarizeLog } from "./verifier-error.js";
export { errnoName, errnoText } from "./errno.js";
export { libbpfVersion, libraryPath } from "./library.js";
export { Fd, traceFds } from "./fd.js";
export { BpfObject } from "./object.js";
export type { ObjectProgram } from "./object-program.js";
export type { ObjectMap } from "./object-map.js";
export {
  BpfMap,
  BatchError,
  BPF_ANY,
  BPF_NOEXIST,
  BPF_EXIST,
  BPF_F_NO_PREALLOC,
  BPF_F_MMAPABLE,
} from "./map.js";
export type { MapOptions } from "./map-create.js";
export type { MapInfo } from "./map-info.js";
export { MAP_TYPES, mapTypeId, mapTypeName, type MapTypeName } from "./map-types.js";
export { possibleCpus } from "./cpus.js";
export { BpfProgram, mapIds, programIds, type ProgramInfo, type ProgramLike } from "./program.js";
export { PROGRAM_TYPES, programTypeId, programTypeName, type ProgramTypeName } from "./program-types.js";
export type { TestRunOptions, TestRunResult } from "./test-run.js";
export { BpfLink, linkIds, type LinkInfo, type TcxNeighbour, type TcxPosition } from "./link.js";
export { ATTACH_TYPES, type Direction, type LinkTypeName, type XdpMode } from "./link-types.js";
export { tcxQuery, type TcxList } from "./tcx.js";
export { queryXdp, xdpAttach, type XdpProgram } from "./xdp.js";
export {
  attachClsact,
  createClsact,
  destroyClsact,
  detachClsact,
  queryClsact,
  OWN_FILTER,
  type FilterSlot,
} from "./tc.js";
export { findInterface, interfaceIndex, listInterfaces, type InterfaceInfo } from "./iface.js";
export { driverOf, offloadsOf, type Offloads } from "./ethtool.js";
export { NETLINK, netlink, type NetlinkRequest } from "./netlink.js";
export { listNamespaces, netnsCookie, netnsInode, netnsPath, withNetns } from "./netns.js";
export { bpfSyscall, hasMembarrier, rcuGracePeriod } from "./syscalls.js";
export { flockExclusive } from "./lock.js";
export { bpffsMounts, cgroup2Mount, ensureBpffs, isOnBpffs, mounts, type Mount } from "./bpffs.js";
export { bootTimeNs } from "./clock.js";
export { linkObjects, type LinkInput } from "./linker.js";
export { RingBuffer, type RingBufferOptions } from "./ringbuf.js";
export { Feature, features, kernelAtLeast, kernelVersion, type FeatureName } from "./features.js";
export { missingCapabilities, NEEDED as NEEDED_CAPABILITIES, type Capability } from "./capabilities.js";
export { readKernelBtf } from "./kernel-btf.js";
