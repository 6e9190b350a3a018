/** Types of maps (enum bpf_map_type) that hold one value per CPU. */
export function isPerCpu(typeId: number): boolean {
  return typeId === 5 || typeId === 6 || typeId === 10 || typeId === 21;
}
