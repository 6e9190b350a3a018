import { isSystemError, NETLINK, netlink } from "../../libbpf/index.js";
import { attribute, attributes } from "./attributes.js";

const CONTROL = 16;
const GET_FAMILY = 3;
const HEADER = 4;
const ID = 1;
const NAME = 2;

function message(command: number, attrs: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([command, 1, 0, 0]), ...attrs]);
}

function familyId(name: string): number | undefined {
  try {
    const body = message(GET_FAMILY, [attribute(NAME, name)]);
    const [answer] = netlink(`find netlink family ${name}`, {
      protocol: NETLINK.generic,
      type: CONTROL,
      body,
    });
    return answer && attributes(answer.subarray(HEADER)).get(ID)?.readUInt16LE();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Asks a family of generic netlink.
 *
 * @returns the attributes of each answer, or undefined when the kernel has no such family or command
 * @throws SystemError
 */
export function askGeneric(
  family: string,
  command: number,
  attrs: readonly Buffer[] = [],
  dump = false,
): Buffer[] | undefined {
  const type = familyId(family);
  if (type === undefined) return undefined;
  try {
    const request = { protocol: NETLINK.generic, type, body: message(command, attrs), dump };
    return netlink(`ask netlink family ${family}`, request).map((answer) => answer.subarray(HEADER));
  } catch (error) {
    if (isSystemError(error, "EOPNOTSUPP")) return undefined;
    throw error;
  }
}
