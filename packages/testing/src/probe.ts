import { drop } from "@emptcp/actor-drop";
import type { Step } from "@emptcp/core";

/**
 * A step that drops every packet: behind the steps under test it shows by its verdict that the chain came this
 * far.
 */
export function probe(): Step {
  return drop({ mpCapable: true });
}
