// On the help pages the way out is a plain link; with scripts it also leaves no way back.
import { readyExit } from "./leave.js";

readyExit(() => {});
