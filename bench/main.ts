import { environment } from "./lib/environment.js";
import { heading, table } from "./lib/report.js";
import { chainRows } from "./rows/chain.js";

const about = environment();
console.log(heading(about));
const figures = await chainRows({ rounds: 20, repeat: 50_000 });
console.log(`\n${table(figures)}`);
