#!/usr/bin/env node
// citty decides about colours when it is imported, and does not look whether anybody can see them.
if (!process.stdout.isTTY) process.env.NO_COLOR = "1";

const { main } = await import("./main.js");
const code = await main(process.argv.slice(2));
// A command may have set the exit status of a program that it ran.
if (code !== 0) process.exitCode = code;
