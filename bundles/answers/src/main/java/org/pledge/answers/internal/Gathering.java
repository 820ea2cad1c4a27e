package org.pledge.answers.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditTrail;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;
import org.pledge.retention.HoldService.Hold;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.vault.CardService;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Use;
import org.pledge.visitor.LinkService;
import org.pledge.visitor.LinkService.Recorded;

/** Puts together what is kept about one person, a page at a time; other people come out as counts and roles. */
final class Gathering {
    private static final int PAGE = 200;
    private static final int ENTRIES = 5000;
    private static final String LINKING = "lineage";
    private static final Set<LegalBasis> PORTABLE = EnumSet.of(LegalBasis.CONSENT, LegalBasis.CONTRACT);
    private static final Set<Act> DECISIONS = EnumSet.of(
            Act.REFUSED,
            Act.SUBJECT_REGISTERED,
            Act.SUBJECT_UPDATED,
            Act.SUBJECT_REMOVED,
            Act.DISCLOSURE_CANCELLED,
            Act.DISCLOSURE_DROPPED,
            Act.PAYMENT_REFUSED,
            Act.CARD_DELETED,
            Act.REQUEST_EXTENDED,
            Act.REQUEST_REFUSED);
    private static final Set<Act> VIEWS = EnumSet.of(
            Act.SUBJECT_VIEWED, Act.REVEAL_REQUESTED, Act.REVEAL_APPROVED, Act.CARD_REVEALED, Act.EVIDENCE_READ);
    /** What may be told of a record: names, enums and amounts, and no identifier that could be somebody else's. */
    private static final Set<String> TOLD = Set.of(
            "fields",
            "removed",
            "unknownFields",
            "purpose",
            "partner",
            "reason",
            "rule",
            "ground",
            "type",
            "method",
            "state",
            "tier",
            "ageAtLeast",
            "scope",
            "kind",
            "amount",
            "currency");

    private static final Pattern NUMBERED = Pattern.compile("-[0-9]+$");
    private static final List<List<String>> RIGHTS = List.of(
            List.of("access", "GDPR Article 15", "To know what is held about you and to receive a copy."),
            List.of("rectification", "GDPR Article 16", "To have what is wrong corrected."),
            List.of("erasure", "GDPR Article 17", "To have it removed, unless a law demands that it be kept."),
            List.of("restriction", "GDPR Article 18", "To have it kept without being used."),
            List.of("portability", "GDPR Article 20", "To take along what you provided."),
            List.of("objection", "GDPR Article 21", "To object to its use, and to promotion at any time."),
            List.of("withdrawal", "GDPR Article 7(3)", "To withdraw consent at any time."),
            List.of(
                    "complaint",
                    "GDPR Article 77",
                    "To complain to a supervisory authority, such as the one where you live or work."));

    private final Sources from;
    private final Caller caller;
    private final Request request;
    private final Report report;
    private final TenantId tenant;
    private final SubjectId subject;
    private final Policy policy;
    private final Staff staff;

    Gathering(Sources from, Caller caller, Request request, Report report) {
        this.from = from;
        this.caller = caller;
        this.request = request;
        this.report = report;
        this.tenant = request.tenant();
        this.subject = request.subject();
        this.policy = from.policies().current(tenant);
        this.staff = new Staff(tenant, from.credentials(), from.tokens());
    }

    /** An answer without those who are away would be incomplete; whoever asks for it learns so at once. */
    void refuseUnlessAllAnswer() {
        if (request.type() == Type.ACCESS) {
            cards();
            links();
        }
    }

    void run(Instant now) throws IOException {
        boolean portable = request.type() == Type.PORTABILITY;
        report.head(head(now));
        section(Section.DATA, () -> data(portable));
        section(Section.CONSENTS, () -> consents(portable));
        section(Section.PROCESSORS, this::processors);
        section(Section.AUTHORISATIONS, () -> authorisations(now, portable));
        section(Section.AUTHORISED, () -> authorised(now, portable));
        if (!portable) {
            section(Section.RECIPIENTS, this::recipients);
            section(Section.NOTICES, this::notices);
            List<Card> cards = cards();
            Map<String, String> deleted = new LinkedHashMap<>();
            section(Section.INQUIRIES, this::inquiries);
            section(Section.DECISIONS, () -> record(DECISIONS, leaf -> noteDeletedCard(deleted, leaf)));
            section(Section.VIEWS, () -> record(VIEWS, leaf -> {}));
            section(Section.CARDS, () -> each(cards, Gathering::card));
            section(Section.CARD_USES, () -> uses(cards, deleted));
            List<LinkService> links = links();
            section(Section.DEVICES, () -> devices(links));
            section(Section.DEVICE_RECORDS, () -> deviceRecords(links));
            section(Section.REQUESTS, this::requests);
            section(Section.HOLDS, this::holds);
        }
        section(Section.RIGHTS, this::rights);
    }

    private interface Part {
        void write() throws IOException;
    }

    private void section(Section section, Part part) throws IOException {
        report.begin(section);
        part.write();
        report.end();
    }

    private interface Line<T> {
        Map<String, ?> of(T item);
    }

    private <T> void each(Collection<T> items, Line<T> line) throws IOException {
        for (T item : items) {
            report.item(line.of(item));
        }
    }

    private interface Pages<T> {
        Page<T> after(Optional<String> cursor);
    }

    /** One page at a time is in memory. */
    private <T> void paged(Pages<T> pages, Line<T> line) throws IOException {
        Optional<String> cursor = Optional.empty();
        do {
            cursor = page(pages.after(cursor), line);
        } while (cursor.isPresent());
    }

    private <T> Optional<String> page(Page<T> page, Line<T> line) throws IOException {
        each(page.items(), line);
        return page.next();
    }

    private Map<String, ?> head(Instant now) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("$schema", "answer.schema.json");
        head.put("format", 1);
        head.put("answers", request.type());
        head.put("made", now);
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("id", request.id());
        asked.put("received", request.received());
        asked.put("jurisdiction", request.jurisdiction());
        request.verifiedBy().ifPresent(method -> asked.put("verifiedBy", method));
        head.put("request", asked);
        head.put(
                "controller",
                mapOf(
                        "name", policy.controller(),
                        "contact", policy.contact(),
                        "policyVersion", policy.version(),
                        "policyPublished", policy.published()));
        from.transactions().required(this::person).ifPresent(person -> head.put("person", person));
        return head;
    }

    private Optional<Map<String, Object>> person() {
        return from.people().person(tenant, subject).map(stored -> {
            Map<String, Object> person = new LinkedHashMap<>();
            person.put("id", subject);
            from.people().account(tenant, stored.account()).ifPresent(account -> addAccount(person, account));
            person.put("roles", new TreeSet<>(stored.roles()));
            List<StoredPerson> others = from.people().people(tenant, stored.account()).stream()
                    .filter(other -> !other.id().equals(subject))
                    .toList();
            Map<String, Long> roles = others.stream()
                    .flatMap(other -> other.roles().stream())
                    .collect(Collectors.groupingBy(role -> role, TreeMap::new, Collectors.counting()));
            person.put("otherContacts", mapOf("count", others.size(), "roles", roles));
            person.put("restricted", from.people().marks(tenant, subject).contains(Mark.RESTRICTED));
            return person;
        });
    }

    private static void addAccount(Map<String, Object> person, StoredAccount account) {
        person.put("tier", account.tier());
        person.put("holder", account.holder());
        person.put("jurisdiction", account.jurisdiction());
    }

    private void data(boolean portable) throws IOException {
        Set<String> held = from.transactions()
                .required(() -> from.people().fields(tenant, subject).keySet());
        Map<String, List<String>> values = new TreeMap<>(from.subjects().values(tenant, subject, held));
        values.putAll(from.subjects().ended(tenant, subject));
        List<Hold> holds = from.holds().inForce(tenant, subject);
        for (Map.Entry<String, List<String>> field : values.entrySet()) {
            List<Purpose> purposes = policy.purposes().stream()
                    .filter(purpose -> purpose.retention().containsKey(field.getKey()))
                    .toList();
            if (!portable || purposes.stream().anyMatch(purpose -> PORTABLE.contains(purpose.basis()))) {
                report.item(field(field.getKey(), field.getValue(), purposes, holds));
            }
        }
    }

    private Map<String, ?> field(String name, List<String> values, List<Purpose> purposes, List<Hold> holds) {
        Map<String, Object> field = new LinkedHashMap<>();
        field.put("category", name);
        policy.category(name).ifPresent(category -> described(field, category));
        field.put("values", values);
        field.put(
                "purposes",
                purposes.stream()
                        .map(purpose -> {
                            Map<String, Object> shown = mapOf(
                                    "purpose", purpose.name(),
                                    "legalBasis", purpose.basis(),
                                    "kept", purpose.retention().get(name));
                            addIfAny(shown, "fideslang", purpose.fideslang());
                            addIfAny(shown, "dpv", purpose.dpv());
                            return shown;
                        })
                        .toList());
        holds.stream()
                .filter(hold -> hold.category().equals(name))
                .map(Hold::ends)
                .max(Instant::compareTo)
                .ifPresent(end -> field.put("heldUntil", end));
        return field;
    }

    private static void described(Map<String, Object> field, Category category) {
        field.put("class", category.dataClass());
        field.put("role", category.role());
        addIfAny(field, "fideslang", category.fideslang());
        addIfAny(field, "dpv", category.dpv());
    }

    private void consents(boolean portable) throws IOException {
        Optional<Event> last = Optional.empty();
        do {
            last = consents(from.consents().history(caller, subject, last, PAGE), portable);
        } while (last.isPresent());
    }

    private Optional<Event> consents(List<Event> events, boolean portable) throws IOException {
        each(events, event -> consent(event, portable));
        return events.size() < PAGE ? Optional.empty() : Optional.of(events.get(events.size() - 1));
    }

    private Map<String, ?> consent(Event event, boolean portable) {
        Map<String, Object> consent = mapOf("at", event.at(), "kind", event.kind());
        addIfAny(consent, "purpose", event.purpose());
        addIfAny(consent, "recipient", event.recipient());
        if (!event.categories().isEmpty()) {
            consent.put("fields", new TreeSet<>(event.categories()));
        }
        event.level().ifPresent(level -> consent.put("level", level));
        event.expires().ifPresent(at -> consent.put("expires", at));
        consent.put("policyVersion", event.policyVersion());
        addIfAny(consent, "channel", event.wording().channel());
        addIfAny(consent, "wording", event.wording().version());
        if (!portable) {
            consent.put("recordedBy", staff.of(event.actor(), Optional.empty()));
        }
        return consent;
    }

    /** Guardians are told apart by numbers. */
    private void authorisations(Instant now, boolean portable) throws IOException {
        List<SubjectId> guardians = new ArrayList<>();
        each(from.consents().authorisations(caller, subject), one -> {
            if (!guardians.contains(one.guardian())) {
                guardians.add(one.guardian());
            }
            return authorisation(mapOf("guardian", guardians.indexOf(one.guardian()) + 1), one, now, portable);
        });
    }

    /** Under the identifiers by which guardians ask for a child's removal. */
    private void authorised(Instant now, boolean portable) throws IOException {
        each(
                from.consents().authorisedBy(caller, subject),
                one -> authorisation(mapOf("child", one.child()), one, now, portable));
    }

    private Map<String, ?> authorisation(
            Map<String, Object> shown, Authorisation authorisation, Instant now, boolean portable) {
        shown.put("purpose", authorisation.purpose());
        shown.put("state", authorisation.state(now));
        shown.put("since", authorisation.given());
        shown.put("until", authorisation.until());
        authorisation.withdrawn().ifPresent(at -> shown.put("withdrawn", at));
        if (!portable) {
            shown.put("evidence", authorisation.evidence());
            shown.put("recordedBy", staff.of(authorisation.givenBy(), Optional.empty()));
        }
        return shown;
    }

    private void recipients() throws IOException {
        paged(cursor -> from.sharing().accounting(caller, subject, cursor, PAGE), this::recipient);
    }

    private Map<String, ?> recipient(Disclosure disclosure) {
        Map<String, Object> shown = mapOf("at", disclosure.created(), "recipient", disclosure.partner());
        from.partners().find(tenant, disclosure.partner()).ifPresent(partner -> addPartner(shown, partner));
        shown.put("purpose", disclosure.purpose());
        shown.put("fields", new TreeSet<>(disclosure.fields()));
        shown.put("basis", disclosure.basis());
        shown.put("promises", disclosure.promises());
        shown.put("policyVersion", disclosure.policyVersion());
        shown.put("state", disclosure.state());
        shown.put("mayHaveLeft", disclosure.attempts() > 0);
        disclosure.delivered().ifPresent(at -> shown.put("delivered", at));
        return shown;
    }

    private void addPartner(Map<String, Object> shown, Partner partner) {
        policy.recipient(partner.recipient()).ifPresent(recipient -> shown.put("kind", recipient.kind()));
        addIfAny(shown, "region", partner.agreement().region());
    }

    private void notices() throws IOException {
        paged(cursor -> from.notices().ofSubject(caller, subject, cursor, PAGE), Gathering::notice);
    }

    private static Map<String, ?> notice(Notice notice) {
        Map<String, Object> shown = mapOf(
                "at", notice.created(),
                "recipient", notice.partner(),
                "kind", notice.kind(),
                "fields", new TreeSet<>(notice.fields()),
                "state", notice.state());
        notice.delivered().ifPresent(at -> shown.put("delivered", at));
        notice.confirmed().ifPresent(at -> shown.put("confirmed", at));
        return shown;
    }

    private void processors() throws IOException {
        each(from.rights().recipients(caller, request.id()), asked -> {
            Map<String, Object> shown = mapOf("recipient", asked.partner(), "answer", asked.answer());
            asked.answered().ifPresent(at -> shown.put("answered", at));
            return shown;
        });
    }

    /** A vault that is away or sealed could have cards: an answer without them would be incomplete. */
    private List<Card> cards() {
        boolean financial =
                policy.categories().stream().anyMatch(category -> category.dataClass() == DataClass.FINANCIAL);
        return financial ? vault().cards(caller, subject) : List.of();
    }

    private CardService vault() {
        return from.vaults().get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        Kind.UNAVAILABLE, "the vault is not there, and the person may have cards in it")
                .remedy("Start the vault, and make the answer again."));
    }

    private static Map<String, ?> card(Card card) {
        return mapOf(
                "card", masked(card),
                "expires", card.expires(),
                "securityCodeGiven", card.securityCodeGiven(),
                "stored", card.stored());
    }

    private static String masked(Card card) {
        return card.network() + " ending in " + card.lastFour();
    }

    /** What was done with a card is kept longer than the card. */
    private static void noteDeletedCard(Map<String, String> deleted, Leaf leaf) {
        String token = leaf.details().getOrDefault("card", "");
        if (leaf.act() == Act.CARD_DELETED && !token.isEmpty()) {
            deleted.computeIfAbsent(
                    token,
                    any -> "deleted card " + (deleted.size() + 1)
                            + Optional.ofNullable(leaf.details().get("network"))
                                    .map(network -> ", " + network)
                                    .orElse(""));
        }
    }

    private void uses(List<Card> cards, Map<String, String> deleted) throws IOException {
        for (Card card : cards) {
            paged(cursor -> vault().uses(caller, card.token(), cursor, PAGE), use -> use(masked(card), use));
        }
        for (Map.Entry<String, String> card : deleted.entrySet()) {
            paged(cursor -> usesIfKept(card.getKey(), cursor), use -> use(card.getValue(), use));
        }
    }

    private Page<Use> usesIfKept(String token, Optional<String> cursor) {
        try {
            return vault().uses(caller, token, cursor, PAGE);
        } catch (PledgeException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return new Page<>(List.of(), Optional.empty());
            }
            throw e;
        }
    }

    /** Where the policy says what a linked device means, somebody has to say which there are. */
    private List<LinkService> links() {
        List<LinkService> present = from.devices().get();
        boolean linking = policy.promises().stream()
                .anyMatch(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals(LINKING));
        if (linking && present.isEmpty()) {
            throw new PledgeException(
                            Kind.UNAVAILABLE, "nobody is there to say what is recorded of the person's devices")
                    .remedy("Start the visitor bundle, and make the answer again.");
        }
        return present;
    }

    private void devices(List<LinkService> links) throws IOException {
        for (LinkService service : links) {
            each(
                    service.links(caller, subject),
                    link -> mapOf(
                            "device",
                            link.id(),
                            "linked",
                            link.since(),
                            "records",
                            new TreeMap<>(link.records()),
                            "promises",
                            link.promises()));
        }
    }

    /** A sweep between two pages moves them together: what is left out then is past its time. */
    private void deviceRecords(List<LinkService> links) throws IOException {
        for (LinkService service : links) {
            int read = 0;
            List<Recorded> page;
            do {
                page = service.recorded(tenant, subject, read, PAGE);
                each(page, this::deviceRecord);
                read += page.size();
            } while (page.size() == PAGE);
        }
    }

    private Map<String, ?> deviceRecord(Recorded recorded) {
        return mapOf(
                "at", recorded.at(),
                "device", recorded.link(),
                "category", recorded.category(),
                "value", recorded.value(),
                "purposes", purposes(recorded.category()));
    }

    private Set<String> purposes(String category) {
        return policy.purposes().stream()
                .filter(purpose -> purpose.retention().containsKey(category))
                .map(Purpose::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, ?> use(String card, Use use) {
        Map<String, Object> shown = mapOf("at", use.at(), "card", card, "act", use.act());
        shown.put("by", staff.of(use.actor(), Optional.empty()));
        addFacts(shown, use.details());
        return shown;
    }

    private void inquiries() throws IOException {
        each(from.inquiries().inquiries(caller, subject), inquiry -> {
            Map<String, Object> shown = mapOf("opened", inquiry.opened());
            inquiry.closed().ifPresent(at -> shown.put("closed", at));
            return shown;
        });
    }

    private void record(Set<Act> acts, Consumer<Leaf> noting) throws IOException {
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            next = part(from.trail().about(tenant, subject, next.getAsLong(), ENTRIES), acts, noting);
        }
    }

    private OptionalLong part(AuditTrail.Part part, Set<Act> acts, Consumer<Leaf> noting) throws IOException {
        for (Entry entry : part.entries()) {
            if (acts.contains(entry.leaf().act())) {
                noting.accept(entry.leaf());
                report.item(entry(entry));
            }
        }
        return part.next();
    }

    private Map<String, ?> entry(Entry entry) {
        Leaf leaf = entry.leaf();
        Map<String, Object> shown = mapOf("at", leaf.at(), "act", leaf.act(), "position", entry.position());
        shown.put(
                "by", staff.of(leaf.actor(), Optional.ofNullable(leaf.details().get("viewer"))));
        shown.put("promises", leaf.promises());
        addFacts(shown, leaf.details());
        return shown;
    }

    private static void addFacts(Map<String, Object> shown, Map<String, String> details) {
        Map<String, String> facts = new TreeMap<>();
        details.forEach((key, value) -> {
            if (TOLD.contains(NUMBERED.matcher(key).replaceFirst("")) && !value.isEmpty()) {
                facts.put(key, value);
            }
        });
        if (!facts.isEmpty()) {
            shown.put("facts", facts);
        }
    }

    private void requests() throws IOException {
        each(from.rights().ofSubject(caller, subject), asked -> {
            Map<String, Object> shown = mapOf(
                    "id", asked.id(),
                    "type", asked.type(),
                    "received", asked.received(),
                    "state", asked.state(),
                    "lastDay", asked.deadlines().lastDay());
            asked.closing().map(Closing::at).ifPresent(at -> shown.put("closed", at));
            asked.closing().flatMap(Closing::ground).ifPresent(ground -> shown.put("ground", ground));
            return shown;
        });
    }

    private void holds() throws IOException {
        each(
                from.holds().inForce(tenant, subject),
                hold -> mapOf(
                        "category", hold.category(),
                        "ground", hold.ground(),
                        "since", hold.placed(),
                        "until", hold.ends()));
    }

    private void rights() throws IOException {
        each(
                RIGHTS,
                right -> mapOf(
                        "right",
                        right.get(0),
                        "source",
                        right.get(1),
                        "text",
                        right.get(2),
                        "turnTo",
                        policy.contact()));
    }

    private static void addIfAny(Map<String, Object> to, String key, String text) {
        if (!text.isEmpty()) {
            to.put(key, text);
        }
    }

    private static Map<String, Object> mapOf(Object... entries) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i].toString(), entries[i + 1]);
        }
        return map;
    }
}
