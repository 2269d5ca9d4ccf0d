// What the page knows: the incidents, the chosen one, and how both are kept up to date.

import { now } from "/live/clock.js";
import { inOrder, isOpen } from "/live/list.js";
import { read } from "/live/wire.js";

// Events of one decision come together; one reading answers them all.
const GATHER_MS = 150;
// Positions change without an event.
const MAP_EVERY_MS = 10_000;
const MOST_KEPT = 60;

const newest = (some) => some.reduce((a, b) => (a && a.opened_at >= b.opened_at ? a : b), null);

/** Incidents as read with one token; `changed` is told after every change. */
export class Incidents {
  #token;
  #changed;
  #dirty = new Set();
  #flushing = null;
  #mapAt = 0;
  /** Incidents by id. */
  known = new Map();
  /** The incident shown in full; `byHand` while the reader has picked it. */
  chosen = { id: null, byHand: false, detail: null, map: null, waves: [] };
  /** Whether the last reading of the list failed. */
  failed = false;

  constructor(token, changed) {
    this.#token = token;
    this.#changed = changed;
  }

  /** The chosen incident. */
  get current() {
    return this.known.get(this.chosen.id);
  }

  /** Reads again after every connection, so nothing that happened in between is lost. */
  async readAll() {
    try {
      // The open ones apart, so that many closed ones cannot push one out of the page.
      const pages = await Promise.all(["open", "all"].map((state) =>
        read(this.#token, `/v1/incidents?state=${state}&limit=20`)));
      const fresh = new Map(pages.flatMap((page) => page.items).map((one) => [one.id, one]));
      for (const old of this.known.values()) {
        if (isOpen(old) && !fresh.has(old.id)) this.#dirty.add(old.id);
      }
      for (const one of fresh.values()) this.known.set(one.id, one);
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.#chooseNewest();
    if (this.chosen.id !== null) this.#dirty.add(this.chosen.id);
    await this.#flush();
  }

  /** Notes that something happened in an incident. */
  heard(id) {
    this.#dirty.add(id);
    this.#flushing ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Shows an incident and stays with it. */
  async pick(id) {
    this.chosen.byHand = true;
    this.#choose(id);
    this.#dirty.add(id);
    this.#changed();
    await this.#flush();
  }

  /** Goes back to showing the newest. */
  async followNewest() {
    this.#choose(null);
    this.chosen.byHand = false;
    this.#chooseNewest();
    await this.#flush();
  }

  /** Reads the map again when it is due. */
  async refreshMap() {
    if (!this.current || !isOpen(this.current) || now() - this.#mapAt < MAP_EVERY_MS) return;
    await this.#readMap(this.chosen.id);
    this.#changed();
  }

  async #flush() {
    const ids = [...this.#dirty];
    this.#dirty.clear();
    await Promise.all(ids.map((id) => this.#readOne(id)));
    this.#chooseNewest();
    // The choice may have moved to an incident that is not read in full yet.
    if (this.chosen.id !== null && this.chosen.detail === null) await this.#readOne(this.chosen.id);
    const more = this.#dirty.size > 0;
    this.#flushing = more ? setTimeout(() => this.#flush(), GATHER_MS) : null;
    this.#changed();
  }

  async #readOne(id) {
    try {
      const detail = await read(this.#token, `/v1/incidents/${id}`);
      // Answers may overtake each other; an older version never replaces a newer one.
      const older = this.known.get(id)?.version > detail.incident.version;
      if (!older) this.known.set(id, detail.incident);
      if (id !== this.chosen.id || (older && this.chosen.detail)) return;
      this.chosen.detail = detail;
      await Promise.all([this.#readMap(id), this.#readWaves(id)]);
    } catch (failure) {
      if (failure.status !== 404) return;
      this.known.delete(id);
      if (id === this.chosen.id) this.#choose(null);
    }
  }

  async #readMap(id) {
    this.#mapAt = now();
    const map = await read(this.#token, `/v1/incidents/${id}/map`).catch(() => null);
    if (id === this.chosen.id && map) this.chosen.map = map;
  }

  // Only the seat may read who was not asked; for anybody else there is nothing to show.
  async #readWaves(id) {
    const found = await read(this.#token, `/v1/incidents/${id}/candidates`).catch(() => null);
    if (id === this.chosen.id && found) this.chosen.waves = found.waves;
  }

  #chooseNewest() {
    const all = inOrder(this.known.values());
    for (const old of all.slice(MOST_KEPT)) if (old.id !== this.chosen.id) this.known.delete(old.id);
    if (this.chosen.byHand && this.current) return;
    const next = newest(all.filter(isOpen)) ?? newest(all);
    // What is shown stays until a newer one comes, so that its end can be read.
    const newer = !this.current || next.opened_at > this.current.opened_at;
    if (next && newer) this.#choose(next.id);
  }

  #choose(id) {
    if (id !== this.chosen.id) Object.assign(this.chosen, { id, detail: null, map: null, waves: [] });
  }
}
