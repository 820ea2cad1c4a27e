package org.pledge.sharing.internal;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/** A policy made of the cells a test names; everything else is prohibited by KX-9. */
final class FakePolicy implements Policy {
    private record CaseCell(Ground ground, String recipient, String category) {}

    private final TenantId tenant;
    private final int version;
    private final List<Category> categories;
    private final List<Purpose> purposes;
    private final List<Recipient> recipients;
    private final Map<List<String>, Ruling> rulings = new HashMap<>();
    private final Map<CaseCell, CaseRuling> cases = new HashMap<>();
    private final List<Promise> more = new ArrayList<>();
    private final Map<String, String> transfers = new HashMap<>();
    private boolean announcing;

    FakePolicy(
            TenantId tenant,
            int version,
            Set<String> categories,
            Set<String> supplied,
            Set<String> purposes,
            Set<String> recipients) {
        this.tenant = tenant;
        this.version = version;
        this.categories = categories.stream()
                .map(name ->
                        new Category(name, DataClass.PERSONAL, DataRole.CONTROLLER, supplied.contains(name), "", ""))
                .toList();
        Map<String, String> retention = new HashMap<>();
        categories.forEach(name -> retention.put(name, "P1Y"));
        this.purposes = new ArrayList<>(purposes.stream()
                .map(name -> new Purpose(name, LegalBasis.CONSENT, retention, "", ""))
                .toList());
        this.recipients = new ArrayList<>(recipients.stream()
                .map(name -> new Recipient(name, RecipientKind.THIRD_PARTY))
                .toList());
    }

    /** From now on a recipient is a processor. */
    FakePolicy processor(String recipient) {
        recipients.replaceAll(
                one -> one.name().equals(recipient) ? new Recipient(recipient, RecipientKind.PROCESSOR) : one);
        return this;
    }

    FakePolicy rule(String recipient, String purpose, String category, Need need, String promise, Obligation... owed) {
        return rule(
                recipient,
                purpose,
                category,
                new Ruling(need, Map.of(), List.of(promise), List.of(owed), "Because of " + promise + ".", ""));
    }

    /** One more purpose, for which a category is kept until an inquiry is closed and the others until a year is over. */
    FakePolicy purposeEndingWithInquiry(String name, String category) {
        Map<String, String> retention = new HashMap<>();
        categories.forEach(one -> retention.put(one.name(), "P1Y"));
        retention.put(category, Purpose.UNTIL_INQUIRY_CLOSED);
        purposes.add(new Purpose(name, LegalBasis.CONTRACT, retention, "", ""));
        return this;
    }

    /** One more promise, enforced by a control. */
    FakePolicy promise(String id, String control, Map<String, String> parameters) {
        more.add(new Promise(id, "", "", Status.ENFORCED, control, parameters, ""));
        return this;
    }

    /** From now on it announces that data goes along with the company. */
    FakePolicy announcingOwnershipTransfer() {
        announcing = true;
        return this;
    }

    @Override
    public boolean announcesOwnershipTransfer() {
        return announcing;
    }

    /** One more region that data goes to. */
    FakePolicy transfer(String region, String mechanism) {
        transfers.put(region, mechanism);
        return this;
    }

    @Override
    public Map<String, String> transfers() {
        return transfers;
    }

    FakePolicy rule(String recipient, String purpose, String category, Ruling ruling) {
        rulings.put(List.of(recipient, purpose, category), ruling);
        return this;
    }

    FakePolicy legal(Ground ground, String recipient, String category, CaseState state, String promise) {
        List<String> excepts = state == CaseState.LOCKED ? List.of(promise) : List.of();
        cases.put(
                new CaseCell(ground, recipient, category),
                new CaseRuling(state, List.of(promise), excepts, "Because of " + promise + ".", ""));
        return this;
    }

    @Override
    public Ruling ruling(String recipient, String purpose, String category) {
        Ruling ruling = rulings.get(List.of(recipient, purpose, category));
        return ruling != null
                ? ruling
                : new Ruling(Need.NEVER, Map.of(), List.of("KX-9"), List.of(), "The policy does not provide it.", "");
    }

    @Override
    public CaseRuling caseRuling(Ground ground, String recipient, String category) {
        CaseRuling ruling = cases.get(new CaseCell(ground, recipient, category));
        return ruling != null
                ? ruling
                : new CaseRuling(CaseState.PROHIBITED, List.of("KX-9"), List.of(), "No case is enough.", "");
    }

    @Override
    public TenantId tenant() {
        return tenant;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String prefix() {
        return "KX";
    }

    @Override
    public String controller() {
        return "Korax";
    }

    @Override
    public LocalDate published() {
        return LocalDate.EPOCH;
    }

    @Override
    public String contact() {
        return "the privacy officer";
    }

    @Override
    public String digest() {
        return "00".repeat(32);
    }

    @Override
    public List<String> jurisdictions() {
        return List.of("CA");
    }

    @Override
    public Map<String, String> documents() {
        return Map.of();
    }

    @Override
    public List<Category> categories() {
        return categories;
    }

    @Override
    public List<Purpose> purposes() {
        return purposes;
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public List<Promise> promises() {
        List<Promise> all = new ArrayList<>(List.of(
                new Promise("KX-1", "", "", Status.ENFORCED, "disclosure-rule", Map.of(), ""),
                new Promise("KX-14", "", "", Status.ENFORCED, "attestation", Map.of(), ""),
                new Promise(
                        "KX-77",
                        "",
                        "",
                        Status.ENFORCED,
                        "prohibited-purpose",
                        Map.of("purposes", "sponsoring, third-party-offers"),
                        "")));
        all.addAll(more);
        return all;
    }

    @Override
    public Optional<Category> category(String name) {
        return categories.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    @Override
    public Optional<Purpose> purpose(String name) {
        return purposes.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    @Override
    public Optional<Recipient> recipient(String name) {
        return recipients.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    @Override
    public Optional<Promise> promise(String id) {
        return promises().stream().filter(one -> one.id().equals(id)).findFirst();
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
    public List<String> minimumAgePromises() {
        return List.of();
    }
}
