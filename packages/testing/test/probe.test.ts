import { probe } from "../src/probe.js";
import { testActor } from "../src/contract/index.js";

testActor(probe, { sample: { drop: false } });
