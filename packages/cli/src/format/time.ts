/** A moment for people, in UTC: `2026-11-21 13:57:16Z`. @param iso as `toISOString` writes it */
export function timeText(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/, "Z");
}
