/** What there is to say about a module of the original eMPTCP that has a successor here. */
interface EmptcpNote {
  /** Its parameters, as its users wrote them. */
  readonly params: string;
  /** What differs besides IPv6, VLAN tags and fragments, which none of the original's modules knows. */
  readonly differs: string;
}

/** By the original's name; docs/from-emptcp.md shows those of which a module here is the successor. */
export const emptcpNotes: Readonly<Record<string, EmptcpNote>> = {
  tcp2: {
    params: "`local_addr`, `remote_addr`",
    differs: "any protocol, not TCP alone: add `tcp`; prefixes; one address may be left out",
  },
  tcp4: {
    params: "`local_addr`, `local_port`, `remote_addr`, `remote_port`, or `tcp4=(…)` in network byte order",
    differs: "prefixes, port ranges, and on egress too",
  },
  tcp: { params: "none", differs: "a policy with it can be removed again" },
  set_recv_win: {
    params: "`recv_win`: the field before scaling",
    differs:
      "lowers windows only, unless `onlyLower: false`; keeps checksums that the kernel has not finished",
  },
  set_flow_prio: {
    params: "`backup`, `addr_id`",
    differs:
      "tells it three times after a change and then every `repeat`, not with every packet; version 1 of MPTCP only, so no `addr_id`",
  },
  rm_add_addr: {
    params: "none",
    differs: "both families, all announcements of a packet, echoes stay; nothing is put back later",
  },
  record: {
    params: "`pkt`, `flow`, `rtt`",
    differs: "records all of it, for each direction of each subflow, in the map `record_flows`",
  },
};
