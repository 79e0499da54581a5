// Sending files with a bar that moves. A file that is too large or not wanted is refused before it travels.

import { csrf, each, newId } from "./dom.js";
import { say } from "./words.js";

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function rowOf(file) {
  const row = document.createElement("div");
  row.className = "filerow";
  const name = document.createElement("span");
  name.className = "filerow__name";
  name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "filerow__state";
  state.setAttribute("role", "status");
  state.textContent = size(file.size);
  const spare = document.createElement("span");
  row.append(spare, name, state);
  return { row, state };
}

/** Send one file; returns its row. `done(answer text)` is called after success; a failure offers another try. */
export function send(url, file, { done, fields = {} } = {}) {
  const { row, state } = rowOf(file);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", say("上传 {}", file.name));
  row.append(bar);
  const id = newId();

  const go = () => {
    row.classList.remove("filerow--failed");
    state.textContent = say("上传中");
    bar.hidden = false;
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set("client_id", id);
    body.set("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => (request.status < 300 ? arrived(request.responseText) : failed(saying(request))));
    request.addEventListener("error", () => failed(say("网络中断，未上传")));
    request.send(body);
  };
  const arrived = (answer) => {
    bar.hidden = true;
    state.textContent = say("已上传 · {}", size(file.size));
    done?.(answer);
  };
  const failed = (why) => {
    bar.hidden = true;
    row.classList.add("filerow--failed");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "line__retry";
    again.textContent = say("点此重试");
    again.addEventListener("click", () => (again.remove(), go()), { once: true });
    state.replaceChildren(`${why} `, again);
  };
  go();
  return row;
}

function saying(request) {
  try {
    const told = JSON.parse(request.responseText);
    return told.detail ?? told.title ?? say("未上传成功");
  } catch {
    return request.status === 413 ? say("文件过大") : say("未上传成功");
  }
}

function picker(field) {
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-files]");
  const limit = Number(field.dataset.limitMb) * 1024 * 1024;
  input.addEventListener("change", () => {
    if (!field.dataset.upload) list.replaceChildren();
    for (const file of input.files) {
      const line = document.createElement("li");
      if (file.size > limit) {
        const { row, state } = rowOf(file);
        row.classList.add("filerow--failed");
        state.textContent = say("超过 {} MB，请压缩后再选", field.dataset.limitMb);
        line.append(row);
        if (!field.dataset.upload) input.value = "";
      } else if (field.dataset.upload) {
        line.append(send(field.dataset.upload, file, { done: (answer) => answer.trim().startsWith("<") && (line.innerHTML = answer) }));
      } else {
        line.append(rowOf(file).row);
      }
      list.append(line);
    }
    if (field.dataset.upload) input.value = "";
  });
  const drop = field.querySelector(".drop");
  input.addEventListener("dragenter", () => drop.setAttribute("data-over", ""));
  ["dragleave", "drop"].forEach((type) => input.addEventListener(type, () => drop.removeAttribute("data-over")));
}

export function startUploads() {
  each("[data-file-field]", picker);
}
