import type { Part } from "../types.js";
import { doctor, generation, history, modules, stats } from "./engine.js";
import { links, maps, programs } from "./kernel-objects.js";
import { dmesg, interfaces, mptcp, sysctls } from "./machine.js";
import { versions } from "./versions.js";

/** Every part of a report. */
export const parts: readonly Part[] = [
  versions,
  doctor,
  generation,
  stats,
  history,
  modules,
  programs,
  maps,
  links,
  interfaces,
  sysctls,
  mptcp,
  dmesg,
];
