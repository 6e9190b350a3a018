import { testActor } from "@emptcp/testing";
import { pass } from "../src/index.js";

testActor(pass, { sample: {} });
