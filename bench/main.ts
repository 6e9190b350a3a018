import { environment } from "./lib/environment.js";
import { heading, table } from "./lib/report.js";
import { ruleRows } from "./rows/rules.js";

const about = environment();
console.log(heading(about));
const figures = await ruleRows(process.argv[2] as "subflow", { rounds: 20, repeat: 50_000, count: 1_000_000, runs: 5 });
console.log(`\n${table(figures)}`);
