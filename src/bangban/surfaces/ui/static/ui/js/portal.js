import { startCommon } from "./common.js";
import { startElder } from "./elder.js";

startCommon();
startElder();
