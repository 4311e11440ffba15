"use strict";
const $ = (selector, root = document) => root.querySelector(selector);
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}
const won = (amount) => amount.toLocaleString("ko-KR") + "원";
async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  return answer.ok;
}
/* Fetches anew whenever one of the topics has changed, and at least once at the start. */
function live(topics, refresh) {
  let running = false, again = false;
  const run = async () => {
    if (running) { again = true; return; }
    running = true;
    try { await refresh(); document.body.classList.remove("lost"); }
    catch (error) { document.body.classList.add("lost"); }
    running = false;
    if (again) { again = false; run(); }
  };
  const feed = new EventSource("/events");
  feed.addEventListener("open", run);
  feed.addEventListener("error", () => document.body.classList.add("lost"));
  feed.addEventListener("changed", (event) => {
    if (event.data === "all" || topics.includes(event.data)) run();
  });
  run();
}
