// What both surfaces start.

import { startComposers } from "./composer.js";
import { startConversations } from "./conversation.js";
import { startCountdowns } from "./countdown.js";
import { startDrafts } from "./drafts.js";
import { startFields } from "./fields.js";
import { startLive } from "./live.js";
import { startNotices } from "./notify.js";
import { startPanels } from "./panels.js";
import { startRefresh } from "./refresh.js";
import { startSubmitOnce } from "./submit-once.js";
import { startUploads } from "./upload.js";

export function startCommon() {
  startNotices();
  startPanels();
  startFields();
  startSubmitOnce();
  startDrafts();
  startUploads();
  startCountdowns();
  startRefresh();
  startConversations();
  startComposers();
  startLive();
}
