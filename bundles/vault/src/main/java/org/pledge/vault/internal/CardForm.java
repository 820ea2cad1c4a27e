package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.vault.Network;

/**
 * A card as somebody gave it, checked; closing it wipes everything.
 *
 * @param ticket to be used up with the card
 * @param address street, postal code, city and country as a JSON object; empty where none was given
 * @param code the security code; empty where none was given
 */
record CardForm(
        UsedOnce.Ticket ticket,
        byte[] number,
        Network network,
        YearMonth expires,
        byte[] holder,
        byte[] address,
        byte[] code)
        implements AutoCloseable {
    private static final String WHAT = "the card";
    private static final int LONGEST_TEXT = 100;
    private static final int LONGEST_LIFE_YEARS = 25;
    private static final String[] ADDRESS = {"street", "postalCode", "city", "country"};
    private static final JsonObject.Shape SHAPE = new JsonObject.Shape(
            Set.of("number", "expiry", "holder", "securityCode", "jti"),
            Set.of("iat"),
            Map.of("address", new JsonObject.Shape(ADDRESS)));
    private static final JsonObject.Shape CODE_SHAPE =
            new JsonObject.Shape(Set.of("securityCode", "jti"), Set.of("iat"), Map.of());

    /** Reads a card whose identifier is not used up yet. */
    static CardForm read(byte[] plain, UsedOnce once, YearMonth now) {
        try (JsonObject json = JsonObject.read(WHAT, plain, SHAPE)) {
            UsedOnce.Ticket ticket = ticket(json, once);
            byte[] number = json.text("number");
            if (!CardNumber.isDigits(number) || !CardNumber.checks(number)) {
                throw invalid("number is no card number", "Give the digits alone, without spaces, and check them.");
            }
            Network network = CardNumber.network(number)
                    .orElseThrow(() -> invalid(
                            "number is of no network that is known here, or has not as many digits as its cards have",
                            "Use a card of Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay or"
                                    + " Maestro."));
            YearMonth expires = expiry(json.text("expiry"), now);
            byte[] holder = json.text("holder");
            checkText("holder", holder);
            byte[] code = json.has("securityCode") ? code(json.text("securityCode"), network) : new byte[0];
            boolean complete = false;
            try {
                byte[] address = json.object("address").map(CardForm::address).orElse(new byte[0]);
                complete = true;
                return new CardForm(ticket, number.clone(), network, expires, holder.clone(), address, code);
            } finally {
                if (!complete) {
                    Arrays.fill(code, (byte) 0);
                }
            }
        }
    }

    /** Reads a security code that comes alone; the caller closes it. */
    static CodeForm readCode(byte[] plain, UsedOnce once, Network network) {
        try (JsonObject json = JsonObject.read("the security code", plain, CODE_SHAPE)) {
            UsedOnce.Ticket ticket = ticket(json, once);
            return new CodeForm(Optional.of(ticket), code(json.text("securityCode"), network));
        }
    }

    private static UsedOnce.Ticket ticket(JsonObject json, UsedOnce once) {
        long iat = json.number("iat").orElseThrow(() -> invalid("iat is missing", "Give the seconds since 1970."));
        return once.check(json.text("jti"), iat);
    }

    private static byte[] code(byte[] code, Network network) {
        boolean form = code.length == CardNumber.codeLength(network);
        for (byte each : code) {
            form &= each >= '0' && each <= '9';
        }
        if (!form) {
            throw invalid(
                    "securityCode has " + CardNumber.codeLength(network) + " digits on such a card",
                    "Check it, or leave it out.");
        }
        return code.clone();
    }

    private static YearMonth expiry(byte[] text, YearMonth now) {
        boolean form = text.length == 7 && text[4] == '-';
        int[] digits = new int[7];
        for (int i = 0; form && i < 7; i++) {
            digits[i] = text[i] - '0';
            form = i == 4 || digits[i] >= 0 && digits[i] <= 9;
        }
        int month = digits[5] * 10 + digits[6];
        if (!form || month < 1 || month > 12) {
            throw invalid("expiry must be a month such as 2030-01", "Write the year in full.");
        }
        YearMonth expires = YearMonth.of(digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3], month);
        if (expires.isBefore(now)) {
            throw invalid("expiry is past", "Use a card that is valid.");
        }
        if (expires.isAfter(now.plusYears(LONGEST_LIFE_YEARS))) {
            throw invalid("expiry is too far ahead", "Check the year.");
        }
        return expires;
    }

    private static byte[] address(JsonObject given) {
        for (String name : ADDRESS) {
            checkText("address." + name, given.text(name));
        }
        byte[] country = given.text("country");
        if (country.length != 2 || !isUpper(country[0]) || !isUpper(country[1])) {
            throw invalid("address.country must be an ISO 3166-1 code such as CA", "Write two capital letters.");
        }
        ByteBuffer json = ByteBuffer.allocate(64 + ADDRESS.length * 2 * LONGEST_TEXT);
        try {
            for (String name : ADDRESS) {
                json.put((byte) (json.position() == 0 ? '{' : ','));
                json.put(("\"" + name + "\":\"").getBytes(StandardCharsets.US_ASCII));
                for (byte each : given.text(name)) {
                    if (each == '"' || each == '\\') {
                        json.put((byte) '\\');
                    }
                    json.put(each);
                }
                json.put((byte) '"');
            }
            json.put((byte) '}');
            return Arrays.copyOf(json.array(), json.position());
        } finally {
            Arrays.fill(json.array(), (byte) 0);
        }
    }

    private static boolean isUpper(byte each) {
        return each >= 'A' && each <= 'Z';
    }

    private static void checkText(String name, byte[] text) {
        boolean form = text.length > 0 && text.length <= LONGEST_TEXT;
        for (byte each : text) {
            form &= each < 0 || each >= ' ' && each != 0x7F;
        }
        if (!form) {
            throw invalid(name + " must have 1 to " + LONGEST_TEXT + " bytes and no control characters", "Shorten it.");
        }
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(Kind.INVALID, text).remedy(remedy);
    }

    /** What may be shown of the number. */
    String lastFour() {
        return CardNumber.lastFour(number);
    }

    @Override
    public void close() {
        for (byte[] each : new byte[][] {number, holder, address, code}) {
            Arrays.fill(each, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "CardForm";
    }
}
