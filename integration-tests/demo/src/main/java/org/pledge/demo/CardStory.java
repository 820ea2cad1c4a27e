package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Plays the life of one card: it comes encrypted, is seen masked, serves nothing but payment, and goes for good. */
public final class CardStory {
    /** Of a range for tests; nobody's. */
    private static final String NUMBER = "4111111111111111";

    private static final String LAST_FOUR = NUMBER.substring(NUMBER.length() - 4);

    private final Tenant tenant;
    private final Shell shell;
    private final List<Story.Step> steps = new ArrayList<>();

    /** What somebody types into the platform's shell. */
    public interface Shell {
        /** What it printed. */
        String run(String command);
    }

    /** A story about a card of this tenant's person. */
    public CardStory(Tenant tenant, Shell shell) {
        this.tenant = tenant;
        this.shell = shell;
    }

    /** Plays it. */
    public List<Story.Step> play() {
        Api operator = tenant.operator();
        String cards = "/subjects/" + tenant.subject() + "/cards";
        Api.Answer plain = operator.post(cards, Map.of("number", NUMBER, "expiry", "2031-04"));
        step(
                plain,
                plain.status() == 415,
                "REFUSED unread: " + plain.body().path("detail").asText());

        JsonNode keys = operator.get("/vault/keys").expect(200).body();
        Api.Answer stored = operator.post(
                cards,
                "application/jose",
                CardEncryption.encrypt(keys, Map.of("number", NUMBER, "expiry", "2031-04", "holder", "Ada Example")));
        JsonNode card = stored.body();
        String token = card.path("token").asText();
        step(
                stored,
                stored.status() == 201 && card.path("lastFour").asText().equals(LAST_FOUR),
                "STORED: " + card.path("network").asText() + " ending in "
                        + card.path("lastFour").asText() + ", until "
                        + card.path("expires").asText() + ", known as " + token);

        Api.Answer charged = operator.post(
                "/payments",
                Map.of(
                        "token",
                        token,
                        "amount",
                        1990,
                        "currency",
                        "EUR",
                        "purpose",
                        "marketing",
                        "reference",
                        "demo-" + UUID.randomUUID().toString().substring(0, 8)));
        step(
                charged,
                charged.status() == 403
                        && Story.names(charged.body().path("promises")).containsAll(List.of("AN-11", "AN-9")),
                "DENIED by " + String.join(", ", Story.names(charged.body().path("promises"))) + ": "
                        + charged.body().path("detail").asText());

        String shown = shell.run("vault:reveal --tenant " + tenant.name() + " " + UUID.randomUUID());
        boolean hidden =
                shown.contains("Command not found: vault:reveal") || shown.contains("Insufficient credentials");
        add(hidden, "DENIED: no administrator has the command; a custodian needs a customer's approved request", shown);

        Api.Answer deleted = operator.delete("/cards/" + token);
        String leaf = deleted.body().path("leaf").asText();
        step(deleted, deleted.status() == 200 && leaf.matches("[0-9a-f]{64}"), "DELETED, certificate " + leaf);

        Api.Answer gone = operator.get("/cards/" + token);
        step(gone, gone.status() == 410, "GONE: " + gone.body().path("detail").asText());
        return List.copyOf(steps);
    }

    private void step(Api.Answer answer, boolean passed, String sentence) {
        boolean masked = !answer.body().toString().contains(NUMBER);
        add(passed && masked, sentence, "HTTP " + answer.status() + (masked ? "" : " with the number"));
    }

    private void add(boolean passed, String sentence, String fault) {
        steps.add(new Story.Step(passed, sentence, passed ? "" : fault.strip()));
    }
}
