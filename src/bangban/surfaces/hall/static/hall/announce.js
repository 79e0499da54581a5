// Speaks calls one after the other: a chime, then the sentence. Each key once, and nothing that is older than a minute,
// whatever the board missed. Browsers may demand a touch before any sound; then a notice asks for it.

import { store } from "../ui/js/dom.js";

const OLDEST = 60; // seconds
const KEPT = 300;
const LONGEST = 12_000; // some engines never say that they have ended
const CHIME = 350;

const pause = (time) => new Promise((done) => setTimeout(done, time));

export class Announcer {
  constructor(speaks, notice) {
    this.speaks = speaks;
    this.notice = notice;
    this.queue = [];
    this.busy = false;
    this.place = `bb-board:${location.pathname}${location.search}`;
    this.spoken = new Set(store.get(this.place) ?? []);
    if (speaks) this.prepare();
  }

  prepare() {
    try {
      this.context = new AudioContext();
    } catch {
      this.context = undefined; // a machine without any sound: the screen alone calls
      return;
    }
    this.context.addEventListener("statechange", () => this.look());
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.touched());
    globalThis.speechSynthesis?.getVoices(); // some browsers load them at the first question
    this.look();
  }

  get silent() {
    return !this.context || this.context.state !== "running";
  }

  look() {
    this.notice.hidden = !this.silent;
    if (!this.silent) this.next();
  }

  async touched() {
    await this.context.resume().catch(() => {});
    this.look();
  }

  /** Take what the server says is called; ages count from this moment. */
  hear(calls) {
    if (!this.speaks) return;
    const at = performance.now();
    const waiting = new Set(this.queue.map((call) => call.key));
    for (const { key, say, age, waits } of [...calls].reverse()) {
      if (!waits || age >= OLDEST || this.spoken.has(key) || waiting.has(key)) continue;
      this.queue.push({ key, say, born: at - age * 1000 });
    }
    this.next();
  }

  async next() {
    if (this.busy || this.silent) return;
    this.busy = true;
    try {
      for (let call = this.queue.shift(); call; call = this.queue.shift()) {
        if (performance.now() - call.born >= OLDEST * 1000) continue;
        this.remember(call.key);
        await this.announce(call.say);
        if (this.silent) return;
      }
    } finally {
      this.busy = false;
    }
  }

  remember(key) {
    this.spoken.add(key);
    const newest = [...this.spoken].slice(-KEPT);
    if (this.spoken.size > 2 * KEPT) this.spoken = new Set(newest);
    store.set(this.place, newest);
  }

  async announce(sentence) {
    this.chime();
    await pause(CHIME);
    const voice = chineseVoice();
    if (voice) await speak(sentence, voice);
    else await pause(CHIME);
  }

  chime() {
    const start = this.context.currentTime;
    [[659, 0], [523, 0.16]].forEach(([frequency, after]) => {
      const tone = this.context.createOscillator();
      const volume = this.context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, start + after);
      volume.gain.linearRampToValueAtTime(0.25, start + after + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + after + 0.5);
      tone.connect(volume).connect(this.context.destination);
      tone.start(start + after);
      tone.stop(start + after + 0.55);
    });
  }
}

function chineseVoice() {
  const voices = (globalThis.speechSynthesis?.getVoices() ?? []).filter((voice) => /^(zh|cmn)([-_]|$)/i.test(voice.lang));
  const mainland = voices.filter((voice) => /cn|hans/i.test(voice.lang));
  // a voice of this machine speaks at once and without the network
  return mainland.find((voice) => voice.localService) ?? mainland[0] ?? voices[0];
}

function speak(sentence, voice) {
  return new Promise((done) => {
    const words = new SpeechSynthesisUtterance(sentence);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.95;
    const timer = setTimeout(() => {
      speechSynthesis.cancel();
      done();
    }, LONGEST);
    words.onend = words.onerror = () => {
      clearTimeout(timer);
      done();
    };
    speechSynthesis.speak(words);
  });
}
