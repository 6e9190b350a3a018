import { OWN_FILTER } from "../libbpf/index.js";
import type { ClsactFilter } from "./netlink/filters.js";

/** Whether a clsact filter sits where every engine puts its own. */
export function isOwnFilter({ handle, priority }: ClsactFilter): boolean {
  return handle === OWN_FILTER.handle && priority === OWN_FILTER.priority;
}
