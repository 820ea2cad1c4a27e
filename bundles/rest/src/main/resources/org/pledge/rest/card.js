/**
 * Encrypts a card where it is typed: a JWE in compact form (RFC 7516; ECDH-ES, A256GCM) to a key of the vault, on X25519
 * where the browser and the form have it, as that costs the vault less, and on P-256 elsewhere.
 * Nothing is loaded and nothing sent but the form, in which the card is encrypted. Knows every form with data-kid:
 *
 *   <form method="post" action="…" data-kid="…" data-x="…" data-y="…"   of the current keys of /api/v1/vault/keys,
 *       data-okp-kid="…" data-okp-x="…">                                on P-256 and on X25519, which may be left out
 *     <input type="hidden" name="jwe">
 *     <input data-card="number">                                          fields of the card have no name
 *     <p role="alert"></p>
 *     <button disabled>…</button>
 *   </form>
 *
 * Fields: number, expiry, holder, and if the policy takes them securityCode, address.street, address.postalCode,
 * address.city, address.country. data-now: the server's clock in seconds since 1970, for clocks that are wrong.
 */
const ADDRESS = ["address.street", "address.postalCode", "address.city", "address.country"];
const utf8 = new TextEncoder();

/** What whoever typed has to correct; the message never holds what was typed. */
export class Mistake extends Error {
  /** @param {string} field as in data-card */
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/**
 * What is encrypted, made from what was typed.
 * @param {Object<string, string>} typed texts by field; empty ones are left out
 * @param {number} now milliseconds since 1970
 * @throws {Mistake}
 */
export function card(typed, now) {
  const text = (field) => (typed[field] ?? "").trim();
  const made = {
    number: number(text("number")),
    expiry: expiry(text("expiry"), new Date(now)),
    holder: short("holder", text("holder"), "Give the name as it stands on the card, in at most 100 letters."),
  };
  if (ADDRESS.some((field) => text(field))) {
    made.address = {};
    for (const field of ADDRESS) {
      const part = short(field, text(field), "Give the whole billing address, or none of it.");
      made.address[field.slice("address.".length)] = part;
    }
    made.address.country = made.address.country.toUpperCase();
    if (!/^[A-Z]{2}$/.test(made.address.country)) {
      throw new Mistake("address.country", "Give the country in two letters, such as CA.");
    }
  }
  if (text("securityCode")) {
    made.securityCode = text("securityCode");
    if (!(/^3[47]/.test(made.number) ? /^\d{4}$/ : /^\d{3}$/).test(made.securityCode)) {
      throw new Mistake("securityCode", "The security code has 3 digits, on American Express 4.");
    }
  }
  return made;
}

function number(text) {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{12,19}$/.test(digits)) {
    throw new Mistake("number", "A card number has 12 to 19 digits.");
  }
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const weighed = i % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  if (sum % 10 !== 0) {
    throw new Mistake("number", "The card number has a digit that is wrong or in the wrong place.");
  }
  return digits;
}

/** Takes MM/YY, MM/YYYY, YYYY-MM, and MMYY and MMYYYY as they are typed on a phone. */
function expiry(text, now) {
  const found = /^(?<month>\d{2}|\d(?!\d))\s*[/-]?\s*(?<year>\d{2}|\d{4})$|^(?<y>\d{4})-(?<m>\d{2})$/.exec(text)?.groups;
  const month = Number(found?.month ?? found?.m);
  const year = Number(found?.year ?? found?.y);
  if (!(month >= 1 && month <= 12)) {
    throw new Mistake("expiry", "Give the expiry as it stands on the card, such as 08/29.");
  }
  const whole = year < 100 ? 2000 + year : year;
  if (whole * 12 + month <= now.getUTCFullYear() * 12 + now.getUTCMonth()) {
    throw new Mistake("expiry", "This card has expired.");
  }
  return `${String(whole).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
}

function short(field, text, message) {
  if (!text || utf8.encode(text).length > 100) {
    throw new Mistake(field, message);
  }
  return text;
}

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/**
 * The compact JWE of a card.
 * @param {object} content of card()
 * @param {{kid: string, x: string, y: string, okp?: {kid: string, x: string}}} key of the vault, okp the one on X25519
 * @param {number} now milliseconds since 1970; the vault takes it for five minutes, and once
 * @returns {Promise<string>}
 */
export async function encrypt(content, key, now) {
  const { curve, kid, vault, own } = await pair(key);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", own.publicKey);
  const head = { alg: "ECDH-ES", enc: "A256GCM", kid, epk: { kty, crv, x, y } };
  const header = base64url(utf8.encode(JSON.stringify(head)));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const jti = base64url(crypto.getRandomValues(new Uint8Array(24)));
  const plain = utf8.encode(JSON.stringify({ ...content, iat: Math.floor(now / 1000), jti }));
  try {
    const aes = await agreed(curve.name, vault, own.privateKey);
    const sealed = new Uint8Array(await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: utf8.encode(header) }, aes, plain));
    return [header, "", base64url(iv), base64url(sealed.slice(0, -16)), base64url(sealed.slice(-16))].join(".");
  } finally {
    plain.fill(0);
  }
}

/** The vault's key and one for this card alone, on the best curve that this browser knows. */
async function pair(key) {
  const on = async (curve, kid, jwk) => ({
    curve,
    kid,
    vault: await crypto.subtle.importKey("jwk", jwk, curve, false, []),
    own: await crypto.subtle.generateKey(curve, false, ["deriveBits"]),
  });
  if (key.okp) {
    try {
      return await on({ name: "X25519" }, key.okp.kid, { kty: "OKP", crv: "X25519", x: key.okp.x });
    } catch {
      // an older browser
    }
  }
  return on({ name: "ECDH", namedCurve: "P-256" }, key.kid, { kty: "EC", crv: "P-256", x: key.x, y: key.y });
}

/** The key that both sides agree on: one round of the Concat KDF with SHA-256 (RFC 7518, 4.6.2). */
async function agreed(name, vault, own) {
  const secret = new Uint8Array(await crypto.subtle.deriveBits({ name, public: vault }, own, 256));
  const info = [0, 0, 0, 7, ...utf8.encode("A256GCM"), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
  const round = new Uint8Array([0, 0, 0, 1, ...secret, ...info]);
  const key = new Uint8Array(await crypto.subtle.digest("SHA-256", round));
  try {
    return await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  } finally {
    [secret, round, key].forEach((bytes) => bytes.fill(0));
  }
}

/** Lets a form send its card encrypted, and in no other way. */
export function attach(form) {
  const { kid, x, y, okpKid, okpX, now } = form.dataset;
  const key = { kid, x, y, okp: okpKid && { kid: okpKid, x: okpX } };
  const ahead = now ? Number(now) * 1000 - Date.now() : 0;
  const fields = [...form.querySelectorAll("[data-card]")];
  const alert = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  if (!globalThis.crypto?.subtle) {
    alert.textContent = "This browser cannot encrypt a card here. Use a recent one, and an address with https.";
    return;
  }
  const empty = () => [form.elements.jwe, ...fields].forEach((field) => (field.value = ""));
  const ready = () => {
    alert.textContent = "";
    button.disabled = false;
  };
  const send = async () => {
    const typed = Object.fromEntries(fields.map((field) => [field.dataset.card, field.value]));
    const jwe = await encrypt(card(typed, Date.now() + ahead), key, Date.now() + ahead);
    if (!button.disabled) {
      return; // the page was left meanwhile
    }
    empty();
    form.elements.jwe.value = jwe;
    HTMLFormElement.prototype.submit.call(form); // a button may be named submit
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) {
      return;
    }
    button.disabled = true;
    fields.forEach((field) => field.removeAttribute("aria-invalid"));
    alert.textContent = "";
    try {
      await send();
    } catch (thrown) {
      button.disabled = false;
      const wrong = fields.find((field) => field.dataset.card === thrown.field);
      wrong?.setAttribute("aria-invalid", "true");
      wrong?.focus();
      alert.textContent = thrown instanceof Mistake ? thrown.message : "The card could not be encrypted; nothing was sent.";
    }
  });
  // browsers keep pages to come back to, with what was typed
  globalThis.addEventListener("pagehide", () => {
    empty();
    ready();
  });
  ready();
}

globalThis.document?.querySelectorAll("form[data-kid]").forEach(attach);
