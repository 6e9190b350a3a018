// One end of TCP connections. `server PORT` echoes; `client PORT` opens a connection to each address of a line that
// it reads, and writes the addresses that answered as a line; the connections stay open until the next line.
import { createConnection, createServer } from "node:net";
import { createInterface } from "node:readline";

const [role, port] = process.argv.slice(2);
if (role === "server") {
  createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(Number(port), () =>
    console.log("ready"),
  );
} else {
  let open = [];
  for await (const line of createInterface({ input: process.stdin })) {
    for (const socket of open) socket.destroy();
    open = [];
    const answers = line
      .split(" ")
      .filter(Boolean)
      .map(
        (host) =>
          new Promise((resolve) => {
            const socket = createConnection({ host, port: Number(port) });
            open.push(socket);
            const timer = setTimeout(() => resolve([]), 4000);
            socket.on("connect", () => socket.write("hello"));
            socket.on("error", () => resolve([]));
            socket.on("data", () => (clearTimeout(timer), resolve([host])));
          }),
      );
    console.log((await Promise.all(answers)).flat().join(" "));
  }
}
