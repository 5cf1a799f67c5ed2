// One connection to the server for all tabs of a browser, which would
// otherwise run out of connections after six.
"use strict";

const ports = new Map(); // port → topic
let source = null;
let asked = "";
let waiting = 0;

function tell(message) {
  for (const port of ports.keys()) port.postMessage(message);
}

function connect() {
  const topics = [...new Set(ports.values())].sort().slice(-64);
  const address = "/live?" + topics.map((t) => "t=" + encodeURIComponent(t)).join("&");
  if (source && source.readyState !== EventSource.CLOSED && address === asked) return;
  if (source) source.close();
  source = null;
  asked = address;
  if (topics.length === 0) return;
  const mine = (source = new EventSource(address));
  mine.onopen = () => tell({ live: true });
  mine.onerror = () => {
    tell({ live: false });
    // The server refused: it may have been started anew. Ask again.
    if (mine.readyState === EventSource.CLOSED && mine === source) later(3000);
  };
  mine.addEventListener("part", (event) => {
    const part = JSON.parse(event.data);
    for (const [port, topic] of ports) if (topic === part.topic) port.postMessage({ part });
  });
}

function later(milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(connect, milliseconds);
}

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.topic) {
      ports.set(port, data.topic);
      // The connection is made anew, so that this tab gets everything as it is now.
      asked = "";
    } else {
      ports.delete(port);
    }
    later(100);
  };
};
