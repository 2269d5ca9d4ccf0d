// The page at `/` and the API documentation in a real browser, on a real server.
//
// Reads its task as JSON from standard input and prints one JSON line a finding:
// {"name", "ok", "value"}. Exit code 0 when it came to its end, whatever was found.

import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

// An ES import would not look into NODE_PATH.
const { chromium } = createRequire(import.meta.url)("playwright-core");

const task = JSON.parse(await text(process.stdin));
const PATIENCE_MS = 10_000;
// An operator must see an alarm as soon as this.
const SOON_MS = 2_000;
// The server reads positions of responders into its roster at least this often.
const ROSTER_MS = 2_500;

function found(name, ok, value = "") {
  process.stdout.write(`${JSON.stringify({ name, ok: Boolean(ok), value: String(value) })}\n`);
}

async function call(token, method, path, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(task.base + path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Looks again and again until something is there. */
async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`it did not happen: ${what}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Sends an alarm as the watch does and waits for the answer; tells when it was sent. */
async function fall() {
  const socket = connect(task.watch.port, task.watch.host);
  const sentAt = Date.now();
  socket.write(task.watch.frame);
  const answer = await new Promise((done, failed) => socket.once("data", done).once("error", failed));
  socket.end();
  found("the watch is answered", answer.toString().endsWith("*AL]"), answer);
  return sentAt;
}

async function shot(page, name, options = {}) {
  if (task.shots) await page.screenshot({ path: join(task.shots, `${name}.png`), ...options });
}

/** A page that keeps account of its complaints and of the hosts it asks. */
async function open(browser, path, size) {
  const page = await browser.newPage({ viewport: size });
  const seen = { page, complaints: [], foreign: [] };
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) seen.complaints.push(line.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  page.on("requestfailed", (request) => seen.complaints.push(`${request.url()} failed`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== task.base) seen.foreign.push(request.url());
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400) seen.complaints.push(`${answer.url()}: ${answer.status()}`);
  });
  seen.answer = await page.goto(task.base + path);
  return seen;
}

function isQuiet(name, { complaints, foreign }) {
  found(`${name}: nothing to complain of`, complaints.length === 0, complaints.join(" | "));
  found(`${name}: asks no other host`, foreign.length === 0, foreign.join(" "));
}

const live = (language) => `/?lang=${language}#token=${task.operator}`;
const connected = (page) => page.waitForSelector('#connection[data-state="up"]');

async function alarmAppears({ page, answer }) {
  const policy = answer.headers()["content-security-policy"] ?? "";
  found("a content security policy", policy.includes("default-src 'self'"), policy);
  await connected(page);
  found("the token is gone from the address", !page.url().includes("token"), page.url());
  found("the empty list says so", await page.isVisible("#waiting"));
  await shot(page, "1-empty");
  await page.evaluate(() => { window.sameDocument = true; });
  const sentAt = await fall();
  await page.waitForSelector("#incident-list li", { timeout: PATIENCE_MS });
  const took = Date.now() - sentAt;
  found("the incident appears soon", took <= SOON_MS, `${took} ms`);
  await page.waitForSelector("#map path.network");
  await page.waitForSelector("#map .mark-pending");
  const map = await page.evaluate(() => ({
    network: document.querySelector("#map path.network").getAttribute("d").split("M").length - 1,
    residents: document.querySelectorAll("#map .mark-resident").length,
    asked: document.querySelectorAll("#map .mark-pending").length,
  }));
  found("the map has streets", map.network >= 20, map.network);
  found("the map has the resident", map.residents === 1, map.residents);
  found("the map has who was asked", map.asked >= 1, map.asked);
  await shot(page, "2-asked");
}

/** Six people within a few steps of the resident, drawn by the page's own map into its own sheet. */
function drawCrowd() {
  const METRES = 111_320;
  const at = (east, north) => ({ lon: 100 + east / METRES, lat: north / METRES });
  const states = ["pending", "pending", "accepted", "declined", "withdrawn", "pending"];
  const candidates = [[30, 20], [45, 25], [-40, 10], [20, -30], [60, -20], [35, 40]].map(([east, north], n) => ({
    responder_id: String(n), display: `Somebody Nearby ${n}`, position: at(east, north),
    walking_ms: (n + 1) * 60_000, state: states[n],
  }));
  const [low, high] = [at(-400, -400), at(400, 400)];
  const map = {
    candidates, resident: at(0, 0), network: [[low.lon, 0, high.lon, 0]],
    route: [at(-40, 10), at(-40, 0), at(0, 0)].map(({ lon, lat }) => [lon, lat]),
    bounds: [low.lon, low.lat, high.lon, high.lat],
  };
  return import("/live/map.js").then(({ mapIn }) => {
    mapIn(document.getElementById("map")).show(map, { resident_display: "Somebody" });
    const boxes = (what) => [...document.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
    // A pixel is the rounding of a border.
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const labels = boxes("#map .label rect");
    const marks = boxes("#map .halo, #map .disc, #map .badge circle");
    const hidden = labels.flatMap((label, n) =>
      [...labels.slice(n + 1), ...marks].filter((other) => meet(label, other)));
    return { labels: labels.length, numbers: boxes("#map .badge").length, hidden: hidden.length };
  });
}

/** In a page of its own, which has no incident chosen that would draw over it. */
async function nobodyIsHidden(browser) {
  for (const [width, height, least] of [[1440, 900, 7], [768, 900, 7], [320, 640, 2]]) {
    const seen = await open(browser, live("en"), { width, height });
    await connected(seen.page);
    await seen.page.waitForSelector(".timeline li");
    const { labels, numbers, hidden } = await seen.page.evaluate(drawCrowd);
    found(`${width}: of six people asked nobody is hidden`, hidden === 0 && numbers === 6 && labels >= least,
      `${labels} labels, ${numbers} numbers, ${hidden} hidden`);
    await shot(seen.page, `8-crowd-${width}`);
    await seen.page.close();
  }
}

/** The texts of the timeline, oldest first. */
const timeline = (page) => page.$$eval(".timeline li span", (all) => all.map((one) => one.textContent).reverse());

/** Waits until the page tells all that the API tells of the incident, in the same words. */
async function tellsAll(page, id, what) {
  const same = await until(what, async () => {
    // The page reads with the operator's language; so does this.
    const said = await timeline(page);
    const { incident, timeline: events } = await read(id);
    return said.length > 0 && said.length === events.length && { said, incident };
  });
  return same;
}

const read = (id) => call(task.operator, "GET", `/v1/incidents/${id}`);

async function neighbourGoes({ page }) {
  const mine = await until("the neighbour is asked", async () => {
    const { items } = await call(task.responder, "GET", "/v1/me/offers");
    return items.find((offer) => offer.state === "pending");
  });
  const id = mine.incident_id;
  const before = (await timeline(page)).length;
  await call(task.responder, "POST", `/v1/offers/${mine.id}/acceptance`);
  await page.waitForSelector("#map path.route:not(.route-possible)", { state: "attached" });
  const steps = await page.getAttribute("#map path.route", "d");
  found("the route is drawn", steps.split("L").length >= 2, `${steps.length} characters`);
  found("the one who goes is marked", await page.isVisible("#map .mark-accepted"));
  const accepted = await tellsAll(page, id, "the page tells of the acceptance");
  found("the timeline grew without a reload",
    accepted.said.length > before && await page.evaluate(() => window.sameDocument),
    `${before} to ${accepted.said.length}`);
  await shot(page, "3-accepted");
  await call(task.responder, "POST", `/v1/incidents/${id}/departure`);
  await call(task.responder, "POST", `/v1/incidents/${id}/arrival`);
  await page.waitForSelector(".stages li:nth-child(5).done");
  await shot(page, "4-arrived");
  await call(task.responder, "POST", `/v1/incidents/${id}/closure`, { outcome: "helped" });
  await page.waitForSelector("#incident-list li.closed");
  const closed = await tellsAll(page, id, "the page tells of the end");
  found("every stage is shown as reached", await page.$$eval(".stages li",
    (all) => all.every((one) => one.className === "done")), closed.incident.status);
  await shot(page, "5-closed");
}

async function keyboardReachesTheList({ page }) {
  await page.evaluate(() => document.activeElement?.blur());
  for (let presses = 1; presses <= 12; presses += 1) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate(() => document.activeElement?.closest("#incident-list li button"));
    if (!there) continue;
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#follow:not([hidden])");
    return found("the keyboard reaches and picks an incident", ring !== "none", `${presses} presses, outline ${ring}`);
  }
  return found("the keyboard reaches and picks an incident", false);
}

async function fitsEveryWidth(browser, language) {
  for (const [width, height] of [[320, 640], [768, 900], [1440, 900]]) {
    const seen = await open(browser, live(language), { width, height });
    await seen.page.waitForSelector("#incident-list li");
    await seen.page.waitForSelector(".timeline li");
    const wide = await seen.page.evaluate(() => document.documentElement.scrollWidth);
    found(`${language} ${width}: no sideways scrolling`, wide <= width, wide);
    await shot(seen.page, `6-${language}-${width}`, { fullPage: width < 800 });
    isQuiet(`${language} ${width}`, seen);
    await seen.page.close();
  }
}

async function documentation(browser) {
  const seen = await open(browser, "/docs", { width: 1280, height: 900 });
  await seen.page.waitForSelector(".opblock");
  const shown = await seen.page.$$eval(".opblock", (all) => all.length);
  found("the documentation lists every operation", shown === task.operations, `${shown} of ${task.operations}`);
  await seen.page.click("#operations-ops-health .opblock-summary-control");
  await seen.page.click("#operations-ops-health .try-out__btn");
  await seen.page.click("#operations-ops-health .execute");
  const status = seen.page.locator("#operations-ops-health .live-responses-table .response .response-col_status");
  found("an operation can be tried", (await status.first().innerText()).startsWith("200"));
  await shot(seen.page, "7-docs");
  isQuiet("documentation", seen);
  await seen.page.close();
}

const browser = await chromium.launch({ executablePath: task.browser, chromiumSandbox: false });
try {
  const rosterRead = new Promise((wake) => setTimeout(wake, ROSTER_MS));
  const seen = await open(browser, live("zh-CN"), { width: 1280, height: 800 });
  await rosterRead;
  await alarmAppears(seen);
  await neighbourGoes(seen);
  await keyboardReachesTheList(seen);
  isQuiet("live page", seen);
  await nobodyIsHidden(browser);
  await fitsEveryWidth(browser, "zh-CN");
  await fitsEveryWidth(browser, "en");
  await documentation(browser);
  found("the end", true);
} catch (error) {
  found("the end", false, error.message);
} finally {
  await browser.close();
}
