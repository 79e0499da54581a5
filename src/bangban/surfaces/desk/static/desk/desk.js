// What only the work portal needs, beside the shared islands.

import { startChoosers } from "./chooser.js";
import { startIdle } from "./idle.js";
import { startList } from "./list.js";
import { startPanel } from "./panel.js";
import { startSay } from "./say.js";

startChoosers();
startList();
startSay();
startPanel();
startIdle();
