import { FIRST_WINDOW } from "../lib/packets.js";

/** Lengths of the chains that are measured. */
export const LENGTHS = [1, 2, 4, 8] as const;

/** Windows that a chain sets, one after the other: each below the one before and the frame's, so that each is written. */
export function windows(length: number): number[] {
  return Array.from({ length }, (_, i) => FIRST_WINDOW - 1 - i);
}
