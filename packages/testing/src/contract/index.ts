export { testActor } from "./actor.js";
export type { ActorContract } from "./actor.js";
export { dataSegment } from "./base-packet.js";
export type { HostileCase, Traffic } from "./hostile.js";
export { malformedTcp, oddIp, otherTraffic, truncated } from "./hostile.js";
export { probe } from "../probe.js";
export { testSelector } from "./selector.js";
export type { SelectorContract } from "./selector.js";
