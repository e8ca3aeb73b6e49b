import { startClock } from "./clock.js";
import { startSmall } from "./small.js";

startClock();
startSmall();
