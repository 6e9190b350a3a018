import type { Power } from "../module/types.js";

/** Helpers that need a power. */
const NEEDS: Readonly<Record<string, Power>> = {
  bpf_redirect: "redirect",
  bpf_redirect_map: "redirect",
  bpf_redirect_peer: "redirect",
  bpf_redirect_neigh: "redirect",
  bpf_clone_redirect: "inject",
  bpf_xdp_adjust_head: "change-length",
  bpf_xdp_adjust_tail: "change-length",
  bpf_skb_adjust_room: "change-length",
  bpf_skb_change_tail: "change-length",
  bpf_skb_change_head: "change-length",
  bpf_skb_vlan_push: "change-length",
  bpf_skb_vlan_pop: "change-length",
  bpf_skb_change_proto: "change-length",
};

/** Powers that the object uses without the module declaring them. */
export function missingPowers(helpers: readonly string[], powers: readonly Power[]): string[] {
  return helpers.flatMap((helper) => {
    const power = NEEDS[helper];
    return power && !powers.includes(power)
      ? [`powers: ${helper} needs "${power}", declared: ${powers.join(", ") || "none"}`]
      : [];
  });
}
