/**
 * Drivers with native XDP, and the first Linux with it and with packets in several buffers; for kernels before
 * 6.3, which do not tell. From the release notes of Linux; what is not here is taken to have none.
 */
const DRIVERS: Readonly<Record<string, { readonly native: string; readonly frags?: string }>> = {
  veth: { native: "4.20", frags: "5.18" },
  virtio_net: { native: "4.10" },
  tun: { native: "4.15" },
  bonding: { native: "5.15" },
  ena: { native: "5.6" },
  hv_netvsc: { native: "5.6" },
  i40e: { native: "4.13" },
  ice: { native: "5.5" },
  igb: { native: "5.10" },
  igc: { native: "5.13" },
  ixgbe: { native: "4.12" },
  ixgbevf: { native: "4.17" },
  mlx4_en: { native: "4.8" },
  mlx5_core: { native: "4.9", frags: "5.18" },
  mvneta: { native: "5.5", frags: "5.18" },
  mvpp2: { native: "5.9" },
  nfp: { native: "4.10" },
  qede: { native: "4.10" },
  sfc: { native: "5.9" },
  stmmaceth: { native: "5.13" },
  bnxt_en: { native: "4.11", frags: "5.19" },
  mana: { native: "5.17" },
  "xen-netfront": { native: "5.9" },
};

/** What a driver is known to do on a kernel. @param atLeast whether the kernel is at least of a version */
export function driverXdp(
  driver: string | undefined,
  atLeast: (version: string) => boolean,
): { readonly native: boolean; readonly frags: boolean } {
  const known = driver === undefined ? undefined : DRIVERS[driver];
  return {
    native: known !== undefined && atLeast(known.native),
    frags: known?.frags !== undefined && atLeast(known.frags),
  };
}
