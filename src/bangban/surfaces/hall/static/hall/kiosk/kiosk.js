// The kiosk: screens are fetched and put in place, so the history keeps one page and nothing that was typed.

import { startDictation } from "./dictation.js";
import { startIdle } from "./idle.js";
import { startPads } from "./pad.js";
import { startScreens } from "./screens.js";
import { startSwitches } from "./switches.js";
import { startTicket } from "./printed.js";
import { startVoice } from "./voice.js";

startScreens();
startSwitches();
startVoice();
startPads();
startIdle();
startTicket();
startDictation();
