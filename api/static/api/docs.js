// Sends what is filled in on /api/docs/ and shows the answer. Without this file the page can be read, but not tried.
"use strict";

const token = document.getElementById("token");

function request(form) {
  const query = new URLSearchParams();
  const headers = new Headers();
  let path = form.getAttribute("action");
  for (const input of form.querySelectorAll("[data-in]")) {
    if (!input.value) continue;
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.in === "header") headers.set(input.name, input.value);
    else query.set(input.name, input.value);
  }
  if (token.value) headers.set("Authorization", `Bearer ${token.value.trim()}`);
  return { address: query.size ? `${path}?${query}` : path, headers };
}

async function send(form) {
  const shown = form.querySelector("output");
  const { address, headers } = request(form);
  shown.textContent = "…";
  try {
    const response = await fetch(address, { headers, credentials: "omit", redirect: "follow" });
    const text = await response.text();
    const isJson = /json$/.test((response.headers.get("Content-Type") || "").split(";")[0]);
    shown.textContent = `GET ${address}\n${response.status}\n\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
  } catch (error) {
    shown.textContent = `GET ${address}\n${error}`;
  }
}

document.getElementById("credential").hidden = false;
document.getElementById("credential").addEventListener("submit", (event) => event.preventDefault());
for (const details of document.querySelectorAll(".try")) {
  details.hidden = false;
  details.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
}
