import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const TCP_PORT = 5000;

function start(netns: string, role: string, directory: string): ChildProcess {
  const args = [
    `--net=/run/netns/${netns}`,
    process.execPath,
    join(directory, "peer.mjs"),
    role,
    `${TCP_PORT}`,
  ];
  return spawn("nsenter", args, { stdio: ["pipe", "pipe", "inherit"] });
}

/** TCP connections from one namespace to another. */
export class Traffic {
  readonly #server: ChildProcess;
  readonly #client: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(server: ChildProcess, client: ChildProcess) {
    this.#server = server;
    this.#client = client;
    const input = client.stdout;
    if (!input) throw new TypeError("the client has no output");
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  /** @param directory where peer.mjs is */
  static async start(server: string, client: string, directory: string): Promise<Traffic> {
    const traffic = new Traffic(start(server, "server", directory), start(client, "client", directory));
    if (traffic.#server.stdout) await once(traffic.#server.stdout, "data");
    return traffic;
  }

  /** Opens a connection to each address, in place of those before. @returns the addresses that answered */
  async connect(addresses: readonly string[]): Promise<Set<string>> {
    this.#client.stdin?.write(`${addresses.join(" ")}\n`);
    const { value } = await this.#lines.next();
    return new Set(String(value).split(" ").filter(Boolean));
  }

  end(): void {
    this.#client.kill();
    this.#server.kill();
  }
}
