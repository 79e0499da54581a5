import { startCommon } from "./common.js";
import { startDesk } from "./desk-only.js";
import { startKeys } from "./keys.js";
import { startSound } from "./sound.js";

startCommon();
startKeys();
startSound();
startDesk();
