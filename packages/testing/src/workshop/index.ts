export { ModuleWorkshop, type ModuleSource } from "./workshop.js";
