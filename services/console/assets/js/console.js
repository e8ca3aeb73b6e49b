import "htmx.org";
import { startClock } from "./clock.js";
import { startDesk } from "./desk.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startScriptFonts } from "./script-fonts.js";
import { startSmall } from "./small.js";
import { startTheme } from "./theme.js";

startClock();
startScriptFonts();
startTheme();
startSmall();
startDesk();
startKeys();
startLive();
