package org.pledge.simulators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a clearing house did: one entry for each identifier, without anything of a card. It refuses the cards
 * 4000000000000002 ({@code declined}), 4000000000009995 ({@code insufficient_funds}) and 4000000000000069
 * ({@code expired_card}), cards past their expiry, amounts above 1 000 000 ({@code limit}), and more than is left of the
 * movement before. The code 000 gives N, 999 gives P, 111 gives U, another M. A postal code that begins with 0 gives N,
 * with 9 gives Z, another Y.
 */
final class ClearingLedger {
    private static final Map<String, String> DECLINED = Map.of(
            "4000000000000002", "declined",
            "4000000000009995", "insufficient_funds",
            "4000000000000069", "expired_card");
    private static final Map<String, String> CODES = Map.of("000", "N", "999", "P", "111", "U", "", "");
    private static final Map<String, String> ADDRESSES = Map.of("0", "N", "9", "Z", "", "");
    private static final long LIMIT = 1_000_000;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * One movement.
     *
     * @param done how often money moved or was reserved: 0 or 1
     * @param sent how often it was told to
     */
    record Entry(
            String id,
            String kind,
            String parent,
            long amount,
            String currency,
            String reason,
            String code,
            String addressMatch,
            int done,
            int sent) {
        ObjectNode json(ObjectNode node) {
            return node.put("id", id)
                    .put("kind", kind)
                    .put("amount", amount)
                    .put("currency", currency)
                    .put("status", done > 0 ? "confirmed" : "refused")
                    .put("reason", reason)
                    .put("code", code)
                    .put("addressMatch", addressMatch);
        }

        private boolean same(Entry other) {
            return kind.equals(other.kind)
                    && parent.equals(other.parent)
                    && amount == other.amount
                    && currency.equals(other.currency);
        }

        private Entry sentAgain() {
            return new Entry(id, kind, parent, amount, currency, reason, code, addressMatch, done, sent + 1);
        }
    }

    /** What it says to whoever sent it. */
    record Outcome(Entry entry, boolean conflict) {}

    /** Does it, unless it was done before: then it says the same again. */
    synchronized Outcome carryOut(JsonNode said) {
        Entry next = judged(said);
        Entry before = entries.get(next.id());
        if (before == null) {
            entries.put(next.id(), next);
            return new Outcome(next, false);
        }
        boolean asked = before.kind().isEmpty();
        entries.put(before.id(), before.sentAgain());
        return new Outcome(before, !asked && !before.same(next));
    }

    /** What became of it; one that it is asked about before it comes is never carried out. */
    synchronized Optional<ObjectNode> asked(String id, ObjectNode node) {
        Entry known = entries.computeIfAbsent(id, missing -> new Entry(id, "", "", 0, "", "unknown", "", "", 0, 0));
        return known.kind().isEmpty() ? Optional.empty() : Optional.of(known.json(node));
    }

    synchronized ArrayNode json(ArrayNode all) {
        entries.values()
                .forEach(entry ->
                        entry.json(all.addObject()).put("done", entry.done()).put("sent", entry.sent()));
        return all;
    }

    private Entry judged(JsonNode said) {
        JsonNode card = said.path("card");
        String kind = said.path("kind").asText();
        Map<String, String> tried = new HashMap<>();
        String reason =
                kind.equals("authorise") ? card(card, said.path("amount").asLong()) : later(said, kind);
        if (kind.equals("authorise")) {
            String code = card.path("code").asText();
            tried.put("code", CODES.getOrDefault(code, "M"));
            String postal = card.path("address").path("postalCode").asText();
            tried.put("address", ADDRESSES.getOrDefault(postal.isEmpty() ? "" : postal.substring(0, 1), "Y"));
        }
        return new Entry(
                said.path("id").asText(),
                kind,
                said.path("parent").asText(),
                said.path("amount").asLong(),
                said.path("currency").asText(),
                reason,
                tried.getOrDefault("code", ""),
                tried.getOrDefault("address", ""),
                reason.isEmpty() ? 1 : 0,
                1);
    }

    private static String card(JsonNode card, long amount) {
        String declined = DECLINED.get(card.path("number").asText());
        if (declined != null) {
            return declined;
        }
        try {
            boolean past = YearMonth.parse(card.path("expiry").asText()).isBefore(YearMonth.now(ZoneOffset.UTC));
            return past ? "expired_card" : amount > LIMIT ? "limit" : "";
        } catch (DateTimeParseException e) {
            return "expiry";
        }
    }

    private String later(JsonNode said, String kind) {
        Entry parent = entries.get(said.path("parent").asText());
        String builds = kind.equals("refund") ? "capture" : "authorise";
        if (parent == null || parent.done() == 0 || !parent.kind().equals(builds)) {
            return "parent";
        }
        if (of(parent, "void") > 0 || kind.equals("void") && of(parent, "capture") > 0) {
            return "closed";
        }
        long left = parent.amount() - of(parent, kind);
        return !kind.equals("void") && said.path("amount").asLong() > left ? "amount" : "";
    }

    /** How much of it was captured or refunded; 1 where it was given up. */
    private long of(Entry parent, String kind) {
        return entries.values().stream()
                .filter(entry ->
                        entry.parent().equals(parent.id()) && entry.kind().equals(kind) && entry.done() > 0)
                .mapToLong(entry -> kind.equals("void") ? 1 : entry.amount())
                .sum();
    }
}
