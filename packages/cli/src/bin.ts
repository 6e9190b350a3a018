#!/usr/bin/env node
import { main } from "./main.js";
import { passSignalOn } from "./stop-signal.js";

// `emptcp list | head -1`: nobody reads on. What a command changes it still changes to the end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await main(process.argv.slice(2));
// A command may have set the exit status of a program that it ran.
if (code !== 0) process.exitCode = code;
passSignalOn();
