/** Makes a testbed, says each step on standard output, and holds it until killed. Usage: hold-lab.ts ID [PAUSE_BEFORE] */
import { openLab } from "../src/index.js";

const [id = "", pauseBefore] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const lab = await openLab(
  { id, paths: [{ delayMs: 5 }, { rateMbit: 10 }] },
  {
    onStep: (title) => {
      say(title);
      // The process is stopped here, in the middle of building, until the test has sent its signal.
      if (title === pauseBefore) process.kill(process.pid, "SIGSTOP");
    },
  },
);
lab.server.start(["sleep", "1000"]);
say("up");
setInterval(() => undefined, 1000);
