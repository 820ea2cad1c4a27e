package org.pledge.consent.internal;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/** A policy that only has names, and keeps data for {@link #ANSWERING} until an inquiry is closed. */
record FakePolicy(TenantId tenant, int version, Set<String> purposeNames, Set<String> categoryNames) implements Policy {
    static final String ANSWERING = "answering";
    /** Who has this purpose names a region that data goes to. */
    static final String ABROAD = "abroad";
    /** Who has this purpose lets guardians agree. */
    static final String GUARDED = "guarded";

    @Override
    public Map<String, String> transfers() {
        return purposeNames.contains(ABROAD) ? Map.of("US", "consent") : Map.of();
    }

    @Override
    public String prefix() {
        return "KX";
    }

    @Override
    public String controller() {
        return "Example";
    }

    @Override
    public LocalDate published() {
        return LocalDate.EPOCH;
    }

    @Override
    public String contact() {
        return "privacy officer";
    }

    @Override
    public String digest() {
        return "0".repeat(64);
    }

    @Override
    public List<String> jurisdictions() {
        return List.of("US");
    }

    @Override
    public Map<String, String> documents() {
        return Map.of();
    }

    @Override
    public List<Category> categories() {
        return List.of();
    }

    @Override
    public List<Purpose> purposes() {
        return purposeNames.stream().flatMap(name -> purpose(name).stream()).toList();
    }

    @Override
    public List<Recipient> recipients() {
        return List.of();
    }

    @Override
    public List<Promise> promises() {
        return List.of(new Promise("KX-8", "", "", Status.ENFORCED, "open-inquiry", Map.of("purposes", ANSWERING), ""));
    }

    @Override
    public Optional<Category> category(String name) {
        return Optional.of(name)
                .filter(categoryNames::contains)
                .map(known -> new Category(known, DataClass.PERSONAL, DataRole.CONTROLLER, false, "user", "Data"));
    }

    @Override
    public Optional<Purpose> purpose(String name) {
        return Optional.of(name)
                .filter(purposeNames::contains)
                .map(known -> new Purpose(
                        known,
                        LegalBasis.CONSENT,
                        known.equals(ANSWERING) ? Map.of("email", Purpose.UNTIL_INQUIRY_CLOSED) : Map.of(),
                        "use",
                        "Purpose"));
    }

    @Override
    public Optional<Recipient> recipient(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Promise> promise(String id) {
        return Optional.empty();
    }

    @Override
    public Ruling ruling(String recipient, String purpose, String category) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CaseRuling caseRuling(Ground ground, String recipient, String category) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Collection> collection(String tier, Holder holder) {
        return Optional.empty();
    }

    @Override
    public Set<String> tiers() {
        return Set.of();
    }

    @Override
    public Optional<ContactRules> contactRules() {
        return Optional.empty();
    }

    @Override
    public OptionalInt minimumAge(String jurisdiction) {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt minimumAgeWithGuardian() {
        return purposeNames.contains(GUARDED) ? OptionalInt.of(13) : OptionalInt.empty();
    }

    @Override
    public List<String> minimumAgePromises() {
        return purposeNames.contains(GUARDED) ? List.of("AI-28") : List.of();
    }
}
