package org.pledge.subject.internal;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/** A policy that only says what may be collected. */
final class FakePolicy implements Policy {
    private final TenantId tenant;
    private final String prefix;
    private final Map<String, Collection> tiers;
    private final Optional<ContactRules> contacts;
    private final OptionalInt age;
    private final List<Purpose> purposes = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private final Map<String, Category> categories = new LinkedHashMap<>();

    private FakePolicy(String tenant, Map<String, Collection> tiers, Optional<ContactRules> contacts, OptionalInt age) {
        this.tenant = new TenantId(tenant);
        this.prefix = tenant.toUpperCase(java.util.Locale.ROOT);
        this.tiers = tiers;
        this.contacts = contacts;
        this.age = age;
        Map.of(
                        "name", "user.name",
                        "email", "user.contact.email",
                        "phone", "user.contact.phone_number",
                        "fax", "user.contact.fax_number",
                        "shoe-size", "user")
                .forEach((name, key) -> categories.put(
                        name, new Category(name, DataClass.PERSONAL, DataRole.CONTROLLER, false, key, "Data")));
        categories.put(
                "card", new Category("card", DataClass.FINANCIAL, DataRole.CONTROLLER, true, "user", "PaymentCard"));
    }

    /** Contact persons with three phones and a fax, one of them complete. */
    static FakePolicy kx() {
        Collection collection = new Collection(Set.of("name", "email"), Map.of("phone", 3, "fax", 1), List.of("KX-10"));
        return new FakePolicy(
                "kx",
                Map.of("customer", collection),
                Optional.of(new ContactRules(collection, Set.of("billing", "technical"), true, List.of("KX-12"))),
                OptionalInt.empty());
    }

    /** A shop that ships orders and asks people; nobody has to give anything for that. */
    static FakePolicy shop() {
        FakePolicy shop = new FakePolicy(
                "shop",
                Map.of(
                        "customer",
                        new Collection(
                                Set.of("name"), Map.of("email", 1, "phone", 1, "fax", 1, "shoe-size", 1), List.of())),
                Optional.empty(),
                OptionalInt.empty());
        return shop.keeping("account", Map.of("name", "until account-closed", "email", "until account-closed"))
                .keeping("offers", Map.of("email", "until opted-out"))
                .keeping("order", Map.of("name", "until order-fulfilled", "phone", "until order-fulfilled"))
                .keeping("survey", Map.of("shoe-size", "P30D", "fax", "P30D"))
                .keeping("reply", Map.of("fax", "until inquiry-closed"))
                .keeping("legal-order", Map.of("phone", "until case-closed", "email", "until case-closed"));
    }

    /** Reads of what a form collects are bound to its purpose. */
    FakePolicy binding(String id, String purpose) {
        promises.add(new Promise(
                id, "section", "text", Status.ENFORCED, "purpose-bound-reads", Map.of("purposes", purpose), ""));
        return this;
    }

    FakePolicy keeping(String purpose, Map<String, String> data) {
        purposes.add(new Purpose(purpose, LegalBasis.CONTRACT, data, "", ""));
        return this;
    }

    /** A free tier without personal data. */
    static FakePolicy an() {
        return new FakePolicy(
                "an",
                Map.of(
                        "free", new Collection(Set.of(), Map.of(), List.of("AN-13")),
                        "premium", new Collection(Set.of(), Map.of("email", 2), List.of("AN-14"))),
                Optional.empty(),
                OptionalInt.empty());
    }

    /** An age limit, which is higher in Germany. */
    static FakePolicy ai() {
        Collection collection = new Collection(Set.of("email"), Map.of(), List.of("AI-2"));
        return new FakePolicy(
                "ai",
                Map.of("user", collection),
                Optional.of(new ContactRules(collection, Set.of("owner"), false, List.of())),
                OptionalInt.of(13));
    }

    @Override
    public TenantId tenant() {
        return tenant;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String prefix() {
        return prefix;
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
        return List.copyOf(categories.values());
    }

    @Override
    public List<Purpose> purposes() {
        return List.copyOf(purposes);
    }

    @Override
    public List<Recipient> recipients() {
        return List.of();
    }

    @Override
    public List<Promise> promises() {
        return List.copyOf(promises);
    }

    @Override
    public Optional<Category> category(String name) {
        return Optional.ofNullable(categories.get(name));
    }

    @Override
    public Optional<Purpose> purpose(String name) {
        return Optional.empty();
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
        return Optional.ofNullable(tiers.get(tier)).filter(found -> holder == Holder.INDIVIDUAL);
    }

    @Override
    public Set<String> tiers() {
        return tiers.keySet();
    }

    @Override
    public Optional<ContactRules> contactRules() {
        return contacts;
    }

    @Override
    public OptionalInt minimumAge(String jurisdiction) {
        return age.isPresent() && jurisdiction.equals("DE") ? OptionalInt.of(16) : age;
    }

    @Override
    public OptionalInt minimumAgeWithGuardian() {
        return age;
    }

    @Override
    public List<String> minimumAgePromises() {
        return List.of("AI-28");
    }
}
