// Keeps the live parts of a page as they are on the server. A part is an
// element with an id; the server sends its content whenever that has changed.
"use strict";

const topic = document.body.dataset.topic;
const connection = document.getElementById("connection");

function show(part) {
  const element = document.getElementById(part.id);
  if (!element) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = part.html;
  const before = element.querySelector("[data-say]")?.dataset.say;
  merge(element, fresh.content);
  const now = element.querySelector("[data-say]")?.dataset.say;
  if (now && now !== before) document.getElementById("say").textContent = now;
  if (part.id === "job-log-state") readLog();
}

// merge makes the children of one element those of another and keeps what is
// the same, so that the focus, a selection and the place in a list stay.
function merge(old, fresh) {
  const want = [...fresh.childNodes];
  want.forEach((node, i) => {
    const have = old.childNodes[i];
    if (!have) return old.append(node);
    if (have.nodeName !== node.nodeName) return have.replaceWith(node);
    if (have.nodeType === Node.TEXT_NODE) {
      if (have.data !== node.data) have.data = node.data;
      return;
    }
    if (have.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...have.attributes]) {
      if (!node.hasAttribute(name) && name !== "open") have.removeAttribute(name);
    }
    for (const { name, value } of node.attributes) {
      if (have.getAttribute(name) !== value) have.setAttribute(name, value);
    }
    merge(have, node);
  });
  while (old.childNodes.length > want.length) old.lastChild.remove();
}

function state(live) {
  connection.hidden = false;
  connection.dataset.live = live;
  connection.textContent = live ? "Live" : "Connection lost, trying again. If the server was started anew, open the address that it printed.";
}

// The log is a text that only grows: what is behind its known end is fetched.
let reading = false;

async function readLog() {
  const log = document.getElementById("log");
  const size = Number(document.querySelector("[data-log-size]")?.dataset.logSize || 0);
  if (!log || reading) return;
  reading = true;
  try {
    while (Number(log.dataset.to) < size) {
      const answer = await fetch(log.dataset.source + "?plain&from=" + log.dataset.to);
      if (!answer.ok) return;
      const to = answer.headers.get("Log-To");
      const text = await answer.text();
      if (!text && to === log.dataset.to) return;
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      log.append(text);
      while (log.childNodes.length > 40) log.firstChild.remove(); // two megabytes are enough
      log.dataset.to = to;
      if (atEnd) log.scrollTop = log.scrollHeight;
    }
  } catch {
    // The server is away; it says when the log has grown once it is back.
  } finally {
    reading = false;
  }
}

function hear(message) {
  if ("live" in message) state(message.live);
  if (message.part) show(message.part);
}

function listenAlone() {
  const source = new EventSource("/live?t=" + encodeURIComponent(topic));
  source.onopen = () => hear({ live: true });
  source.onerror = () => {
    hear({ live: false });
    if (source.readyState === EventSource.CLOSED) setTimeout(listenAlone, 3000);
  };
  source.addEventListener("part", (event) => hear({ part: JSON.parse(event.data) }));
  addEventListener("pagehide", () => source.close());
}

function listen() {
  if (!window.SharedWorker) return listenAlone();
  const { port } = new SharedWorker("/worker.js");
  port.onmessage = ({ data }) => hear(data);
  port.postMessage({ topic });
  addEventListener("pagehide", () => port.postMessage({}));
  // A page that the browser kept and shows again.
  addEventListener("pageshow", (event) => event.persisted && port.postMessage({ topic }));
}

if (topic) listen();
const log = document.getElementById("log");
if (log) log.scrollTop = log.scrollHeight;
