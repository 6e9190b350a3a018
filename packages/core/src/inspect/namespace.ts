import { withNetns } from "../libbpf/index.js";

/** `ip netns exec NAME ` before a command for a namespace; nothing for the one of this process. */
export function inNamespace(netns: string | undefined, command: string): string {
  return netns === undefined ? command : `ip netns exec ${netns} ${command}`;
}

/** Name of an interface together with its namespace, as policies write it. */
export function interfaceText(netns: string | undefined, name: string): string {
  return netns === undefined ? name : `${netns}/${name}`;
}

/** Runs in a namespace; undefined when it has gone meanwhile. */
export function whileThere<T>(netns: string | undefined, run: () => T): T | undefined {
  try {
    return withNetns(netns, run);
  } catch (error) {
    if (netns !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
