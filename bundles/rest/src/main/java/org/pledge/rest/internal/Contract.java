package org.pledge.rest.internal;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Entry;
import org.pledge.consent.ConsentService;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;
import org.pledge.subject.SubjectService;
import org.pledge.visitor.UsageService;

/**
 * The schemas of {@code openapi.yaml}, each a record of the same name; what is absent in JSON is null inside them and
 * nowhere else.
 */
final class Contract {
    private Contract() {}

    // What callers send

    record DisclosureRequest(
            SubjectId subject,
            String partner,
            String purpose,
            List<String> fields,
            UUID legalCase,
            Map<String, String> supplied) {
        static final int MOST_FIELDS = 64;

        DisclosureRequest {
            needed("subject", subject);
            needed("partner", partner);
            needed("purpose", purpose);
            fields = asked(fields);
            supplied = supplied == null ? Map.of() : map("supplied", supplied);
        }

        static List<String> asked(List<String> fields) {
            List<String> asked = list("fields", fields);
            if (asked.isEmpty() || asked.size() > MOST_FIELDS) {
                throw new PledgeException(Kind.MALFORMED, "fields must name 1 to " + MOST_FIELDS + " fields");
            }
            return asked;
        }

        SharingService.Request toRequest() {
            return new SharingService.Request(
                    subject, partner, purpose, fields, Optional.ofNullable(legalCase), supplied);
        }

        @Override
        public String toString() {
            return "DisclosureRequest[" + partner + ", " + purpose + "]";
        }
    }

    record MessageRequest(SubjectId subject, String template, Map<String, String> parameters) {
        MessageRequest {
            needed("subject", subject);
            needed("template", template);
            parameters = parameters == null ? Map.of() : map("parameters", parameters);
        }

        @Override
        public String toString() {
            return "MessageRequest[" + template + "]";
        }
    }

    record MessageTemplate(
            String name,
            MessageService.MessageClass messageClass,
            String purpose,
            boolean declinable,
            Set<String> parameters,
            String reviewer,
            String digest) {
        static MessageTemplate of(MessageService.Template t) {
            return new MessageTemplate(
                    t.name(),
                    t.messageClass(),
                    t.purpose(),
                    t.declinable(),
                    sorted(t.parameters()),
                    t.reviewer().orElse(null),
                    t.digest());
        }
    }

    record BatchRequest(String partner, String purpose, List<String> fields, List<SubjectId> subjects) {}

    record NewAccount(
            String tier,
            Holder holder,
            String jurisdiction,
            LocalDate birthDate,
            Map<String, List<String>> fields,
            NewAcceptance acceptance) {
        NewAccount {
            needed("tier", tier);
            needed("holder", holder);
            needed("jurisdiction", jurisdiction);
            fields = fields == null ? Map.of() : values(fields);
            acceptance = acceptance == null ? NewAcceptance.IMPLIED : acceptance;
        }

        SubjectService.NewAccount toValue() {
            return new SubjectService.NewAccount(tier, holder, jurisdiction, Optional.ofNullable(birthDate), fields);
        }

        @Override
        public String toString() {
            return "NewAccount[" + tier + "]";
        }
    }

    record NewAcceptance(ConsentService.Level level, Wording wording) {
        static final NewAcceptance IMPLIED = new NewAcceptance(ConsentService.Level.IMPLIED, null);

        NewAcceptance {
            needed("level", level);
            if (level == ConsentService.Level.OPT_IN) {
                needed("wording", wording);
            }
        }
    }

    record Acceptance(int version, ConsentService.Level level, String jurisdiction, Wording wording) {
        Acceptance {
            if (version < 1) {
                throw new PledgeException(Kind.MALFORMED, "version is missing: name the policy version accepted");
            }
            needed("level", level);
            needed("wording", wording);
        }
    }

    record Wording(String channel, String version, String sha256) {
        Wording {
            needed("channel", channel);
            needed("version", version);
            needed("sha256", sha256);
        }

        static Wording of(ConsentService.Wording wording) {
            return new Wording(wording.channel(), wording.version(), wording.sha256());
        }

        ConsentService.Wording toValue() {
            return new ConsentService.Wording(channel, version, sha256);
        }
    }

    record NewContact(
            Set<String> roles, LocalDate birthDate, Map<String, List<String>> fields, NewAcceptance acceptance) {
        NewContact {
            roles = set("roles", roles);
            fields = fields == null ? Map.of() : values(fields);
            acceptance = acceptance == null ? NewAcceptance.IMPLIED : acceptance;
        }

        @Override
        public String toString() {
            return "NewContact[" + roles.size() + " roles]";
        }
    }

    record FieldChanges(Map<String, List<String>> fields) {
        FieldChanges {
            needed("fields", fields);
            fields = values(fields);
        }

        @Override
        public String toString() {
            return "FieldChanges[" + fields.size() + "]";
        }
    }

    record ContactRoles(Set<String> roles) {
        ContactRoles {
            roles = set("roles", roles);
        }
    }

    record Grant(
            String purpose,
            String recipient,
            Set<String> categories,
            ConsentService.Level level,
            Instant expires,
            Wording wording) {
        Grant {
            needed("purpose", purpose);
            needed("recipient", recipient);
            categories = set("categories", categories);
            needed("level", level);
            needed("wording", wording);
        }

        ConsentService.Grant toValue() {
            return new ConsentService.Grant(
                    purpose, recipient, categories, level, Optional.ofNullable(expires), wording.toValue());
        }
    }

    record Withdrawal(String purpose, String recipient, Set<String> categories, String channel) {
        Withdrawal {
            categories = categories == null ? Set.of() : set("categories", categories);
            needed("channel", channel);
        }

        ConsentService.Withdrawal toValue() {
            return new ConsentService.Withdrawal(
                    Optional.ofNullable(purpose), Optional.ofNullable(recipient), categories, channel);
        }
    }

    record PartnerPut(
            String recipient, Agreement agreement, String connector, URI endpoint, Map<String, String> settings) {
        PartnerPut {
            needed("recipient", recipient);
            needed("agreement", agreement);
            needed("endpoint", endpoint);
            connector = connector == null ? org.pledge.sharing.Partner.REST : connector;
            settings = settings == null ? Map.of() : map("settings", settings);
        }

        org.pledge.sharing.Partner toValue(TenantId tenant, String name, boolean suspended) {
            return new org.pledge.sharing.Partner(
                    tenant, name, recipient, agreement.toValue(), connector, endpoint, settings, suspended, 0);
        }
    }

    record Agreement(
            Set<String> fields,
            Set<String> purposes,
            String region,
            LocalDate from,
            LocalDate until,
            Attestation attestation) {
        Agreement {
            fields = set("agreement.fields", fields);
            purposes = set("agreement.purposes", purposes);
            needed("agreement.region", region);
            needed("agreement.from", from);
            needed("agreement.until", until);
        }

        static Agreement of(org.pledge.sharing.Partner.Agreement agreement) {
            return new Agreement(
                    sorted(agreement.fields()),
                    sorted(agreement.purposes()),
                    agreement.region(),
                    agreement.from(),
                    agreement.until(),
                    agreement
                            .attestation()
                            .map(a -> new Attestation(a.statement(), a.until()))
                            .orElse(null));
        }

        org.pledge.sharing.Partner.Agreement toValue() {
            return new org.pledge.sharing.Partner.Agreement(
                    fields,
                    purposes,
                    region,
                    from,
                    until,
                    Optional.ofNullable(attestation)
                            .map(a -> new org.pledge.sharing.Partner.Attestation(a.statement(), a.until())));
        }
    }

    record Attestation(String statement, LocalDate until) {
        Attestation {
            needed("attestation.statement", statement);
            needed("attestation.until", until);
        }
    }

    record NewCase(
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant expires) {
        NewCase {
            needed("ground", ground);
            needed("reference", reference);
            needed("partner", partner);
            subjects = set("subjects", subjects);
            fields = set("fields", fields);
            needed("expires", expires);
        }
    }

    record NewException(String promise) {
        NewException {
            needed("promise", promise);
        }
    }

    /** Without a channel it is the partner's own. */
    record Acknowledgement(String channel) {
        Optional<String> byHand() {
            return Optional.ofNullable(channel);
        }
    }

    record UsageEvents(List<UsageEvent> events) {}

    record UsageEvent(
            String site,
            Instant at,
            String host,
            String path,
            String category,
            String browser,
            Set<UsageService.Dimension> first,
            Boolean gpc,
            Boolean refused) {
        UsageEvent {
            needed("site", site);
            needed("at", at);
            first = set("first", first);
        }

        UsageService.Event toValue(Set<String> others, boolean gpcOfAll) {
            return new UsageService.Event(
                    site,
                    at,
                    Optional.ofNullable(host),
                    Optional.ofNullable(path),
                    Optional.ofNullable(category),
                    Optional.ofNullable(browser),
                    first,
                    gpcOfAll || Boolean.TRUE.equals(gpc),
                    Boolean.TRUE.equals(refused),
                    others);
        }

        @Override
        public String toString() {
            return "UsageEvent[" + site + "]";
        }
    }

    // What callers get

    record Decision(
            String decision,
            Set<String> fields,
            List<String> promises,
            List<Obligation> obligations,
            List<Reason> reasons,
            String remedy) {
        static Decision of(org.pledge.policy.Decision decision) {
            if (decision instanceof org.pledge.policy.Decision.Permitted permitted) {
                return new Decision(
                        "PERMITTED",
                        sorted(permitted.fields()),
                        permitted.promises(),
                        permitted.obligations().stream()
                                .map(o -> new Obligation(o.name(), o.parameters()))
                                .toList(),
                        Reason.of(permitted.withheld()),
                        "");
            }
            org.pledge.policy.Decision.Denied denied = (org.pledge.policy.Decision.Denied) decision;
            return new Decision(
                    "DENIED", Set.of(), denied.promises(), List.of(), Reason.of(denied.reasons()), denied.remedy());
        }
    }

    record Obligation(String name, Map<String, String> parameters) {}

    record Reason(org.pledge.policy.Decision.Code code, String field, List<String> promises, String text) {
        static List<Reason> of(List<org.pledge.policy.Decision.Reason> reasons) {
            return reasons.stream()
                    .map(r -> new Reason(r.code(), r.field(), r.promises(), r.text()))
                    .toList();
        }
    }

    record BatchAnswer(List<Decision> decisions, List<Integer> answers) {}

    record Disclosure(
            UUID id,
            SubjectId subject,
            String partner,
            String purpose,
            Set<String> fields,
            String basis,
            List<String> promises,
            int policyVersion,
            UUID legalCase,
            SharingService.State state,
            int attempts,
            Integer answer,
            Instant created,
            Instant deadline,
            Instant delivered) {
        static Disclosure of(SharingService.Disclosure d) {
            return new Disclosure(
                    d.id(),
                    d.subject(),
                    d.partner(),
                    d.purpose(),
                    sorted(d.fields()),
                    d.basis(),
                    d.promises(),
                    d.policyVersion(),
                    d.legalCase().orElse(null),
                    d.state(),
                    d.attempts(),
                    d.answer().isPresent() ? (Integer) d.answer().getAsInt() : null,
                    d.created(),
                    d.deadline(),
                    d.delivered().orElse(null));
        }
    }

    record Account(
            SubjectId id, String tier, Holder holder, String jurisdiction, List<SubjectId> contacts, long version) {
        static Account of(SubjectService.Account a) {
            return new Account(a.id(), a.tier(), a.holder(), a.jurisdiction(), a.contacts(), a.version());
        }
    }

    record Person(SubjectId id, SubjectId account, Set<String> roles, Map<String, List<String>> fields) {
        static Person of(SubjectService.Person p) {
            return new Person(p.id(), p.account(), sorted(p.roles()), p.fields());
        }

        @Override
        public String toString() {
            return "Person[" + id + "]";
        }
    }

    record Receipt(
            UUID id,
            SubjectId subject,
            ConsentService.Kind kind,
            Instant at,
            long epoch,
            Integer cancelled,
            List<InDoubt> inDoubt,
            List<Told> told) {
        static Receipt of(ConsentService.Receipt r) {
            return new Receipt(
                    r.id(),
                    r.subject(),
                    r.kind(),
                    r.at(),
                    r.epoch(),
                    r.cancelled(),
                    r.inDoubt().stream()
                            .map(d -> new InDoubt(d.disclosure(), d.partner()))
                            .toList(),
                    r.told().stream()
                            .map(t -> new Told(t.notice(), t.partner()))
                            .toList());
        }

        /** As the history tells it: what a withdrawal stopped is not part of it. */
        static Receipt of(ConsentService.Event e) {
            return new Receipt(e.id(), e.subject(), e.kind(), e.at(), e.epoch(), null, null, null);
        }
    }

    record InDoubt(UUID disclosure, String partner) {}

    record Told(UUID notice, String partner) {}

    record Notice(
            UUID id,
            SubjectId subject,
            String partner,
            Outbox.Kind kind,
            Set<UUID> disclosures,
            Set<String> fields,
            NoticeService.State state,
            int attempts,
            Integer answer,
            Instant created,
            Instant due,
            Instant legallyDue,
            Instant delivered,
            Instant confirmed,
            String channel,
            boolean overdue) {
        static Notice of(NoticeService.Notice n) {
            return new Notice(
                    n.id(),
                    n.subject(),
                    n.partner(),
                    n.kind(),
                    new TreeSet<>(n.disclosures()),
                    sorted(n.fields()),
                    n.state(),
                    n.attempts(),
                    n.answer().isPresent() ? (Integer) n.answer().getAsInt() : null,
                    n.created(),
                    n.due(),
                    n.legallyDue(),
                    n.delivered().orElse(null),
                    n.confirmed().orElse(null),
                    n.channel().orElse(null),
                    n.overdue());
        }
    }

    record ConsentHistory(boolean acceptanceDue, List<ConsentEvent> items) {}

    record ConsentEvent(
            UUID id,
            ConsentService.Kind kind,
            Instant at,
            long epoch,
            String purpose,
            String recipient,
            Set<String> categories,
            ConsentService.Level level,
            Instant expires,
            int policyVersion,
            String jurisdiction,
            Wording wording,
            String actor) {
        static ConsentEvent of(ConsentService.Event e) {
            return new ConsentEvent(
                    e.id(),
                    e.kind(),
                    e.at(),
                    e.epoch(),
                    e.purpose(),
                    e.recipient(),
                    sorted(e.categories()),
                    e.level().orElse(null),
                    e.expires().orElse(null),
                    e.policyVersion(),
                    e.jurisdiction(),
                    Wording.of(e.wording()),
                    e.actor());
        }
    }

    record Partner(
            String name,
            String recipient,
            Agreement agreement,
            String connector,
            URI endpoint,
            Map<String, String> settings,
            boolean suspended,
            long version) {
        static Partner of(org.pledge.sharing.Partner p) {
            return new Partner(
                    p.name(),
                    p.recipient(),
                    Agreement.of(p.agreement()),
                    p.connector(),
                    p.endpoint(),
                    new TreeMap<>(p.settings()),
                    p.suspended(),
                    p.version());
        }
    }

    record Case(
            UUID id,
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant opened,
            Instant expires,
            String openedBy,
            Set<String> approvals,
            Set<String> exceptions,
            LegalCaseService.State state) {
        static Case of(LegalCaseService.LegalCase c) {
            return new Case(
                    c.id(),
                    c.ground(),
                    c.reference(),
                    c.partner(),
                    sorted(c.subjects()),
                    sorted(c.fields()),
                    c.opened(),
                    c.expires(),
                    c.openedBy(),
                    sorted(c.approvals()),
                    sorted(c.exceptions()),
                    c.state());
        }
    }

    record Policy(
            String tenant,
            int version,
            String prefix,
            String controller,
            LocalDate published,
            String contact,
            String digest,
            List<String> jurisdictions,
            Map<String, String> documents,
            List<Category> categories,
            List<Purpose> purposes,
            List<Recipient> recipients,
            Set<String> tiers) {
        static Policy of(org.pledge.policy.Policy p) {
            return new Policy(
                    p.tenant().value(),
                    p.version(),
                    p.prefix(),
                    p.controller(),
                    p.published(),
                    p.contact(),
                    p.digest(),
                    p.jurisdictions(),
                    p.documents(),
                    p.categories().stream().map(Category::of).toList(),
                    p.purposes().stream().map(Purpose::of).toList(),
                    p.recipients().stream()
                            .map(r -> new Recipient(r.name(), r.kind()))
                            .toList(),
                    sorted(p.tiers()));
        }
    }

    record Category(
            String name,
            org.pledge.policy.Policy.DataClass dataClass,
            org.pledge.policy.Policy.DataRole role,
            boolean supplied,
            String fideslang,
            String dpv) {
        static Category of(org.pledge.policy.Policy.Category c) {
            return new Category(c.name(), c.dataClass(), c.role(), c.supplied(), c.fideslang(), c.dpv());
        }
    }

    record Purpose(
            String name,
            org.pledge.policy.Policy.LegalBasis basis,
            Map<String, String> retention,
            String fideslang,
            String dpv) {
        static Purpose of(org.pledge.policy.Policy.Purpose p) {
            return new Purpose(p.name(), p.basis(), p.retention(), p.fideslang(), p.dpv());
        }
    }

    record Recipient(String name, org.pledge.policy.Policy.RecipientKind kind) {}

    record PolicyVersion(int version, LocalDate published, String digest) {
        static PolicyVersion of(org.pledge.policy.Policy p) {
            return new PolicyVersion(p.version(), p.published(), p.digest());
        }
    }

    record Promise(
            String id,
            String section,
            String text,
            org.pledge.policy.Policy.Status status,
            String control,
            Map<String, String> parameters,
            String reason) {
        static Promise of(org.pledge.policy.Policy.Promise p) {
            return new Promise(p.id(), p.section(), p.text(), p.status(), p.control(), p.parameters(), p.reason());
        }
    }

    record Change(String field, String text, boolean material) {
        static Change of(PolicyService.Change c) {
            return new Change(c.field(), c.text(), c.material());
        }
    }

    record MatrixRow(Question question, Decision decision) {
        static MatrixRow of(PolicyMatrix.Answer a) {
            return new MatrixRow(Question.of(a.question()), Decision.of(a.decision()));
        }
    }

    record Question(
            String id,
            String text,
            String recipient,
            String purpose,
            List<String> data,
            org.pledge.policy.Policy.Need consent,
            Ground legalCase) {
        static Question of(PolicyMatrix.Question q) {
            return new Question(
                    q.id(),
                    q.text(),
                    q.recipient(),
                    q.purpose(),
                    q.data(),
                    q.consent(),
                    q.legalCase().orElse(null));
        }
    }

    record AuditEntry(
            long position,
            Instant at,
            org.pledge.audit.Leaf.Act act,
            String actor,
            SubjectId subject,
            List<String> promises,
            Map<String, String> details,
            String chain) {
        static AuditEntry of(Entry e) {
            return new AuditEntry(
                    e.position(),
                    e.leaf().at(),
                    e.leaf().act(),
                    e.leaf().actor(),
                    e.leaf().subject().orElse(null),
                    e.leaf().promises(),
                    e.leaf().details(),
                    e.chain());
        }
    }

    record Verification(boolean intact, long entries, Long firstBroken, String head) {
        static Verification of(org.pledge.audit.Verification v) {
            boolean intact = v.firstBroken().isEmpty();
            return new Verification(
                    intact, v.entries(), intact ? null : (Long) v.firstBroken().getAsLong(), v.head());
        }
    }

    record UsageReceipt(int counted, int withheld, int dropped) {
        static UsageReceipt of(UsageService.Receipt receipt) {
            return new UsageReceipt(receipt.counted(), receipt.withheld(), receipt.dropped());
        }

        String text() {
            return counted + " " + withheld + " " + dropped;
        }

        static UsageReceipt parse(String text) {
            String[] parts = text.split(" ");
            return new UsageReceipt(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
    }

    record UsageStatistics(
            String site,
            LocalDate from,
            LocalDate to,
            UsageService.Dimension by,
            int leastPeople,
            int days,
            long events,
            List<UsageCell> cells,
            long other,
            List<String> promises) {
        static UsageStatistics of(UsageService.Statistics figures) {
            return new UsageStatistics(
                    figures.site(),
                    figures.from(),
                    figures.to(),
                    figures.by(),
                    figures.leastPeople(),
                    figures.days(),
                    figures.events(),
                    figures.cells().stream()
                            .map(cell -> new UsageCell(cell.name(), cell.events(), cell.visitorDays()))
                            .toList(),
                    figures.other(),
                    figures.promises());
        }
    }

    record UsageCell(String name, long events, long visitorDays) {}

    record Health(String status, Map<String, String> parts) {
        static Health of(Services services) {
            Map<String, String> parts = new LinkedHashMap<>();
            services.all()
                    .forEach(live ->
                            parts.merge(live.part(), live.isUp() ? "UP" : "DOWN", (a, b) -> a.equals("UP") ? b : a));
            return new Health(parts.containsValue("DOWN") ? "DEGRADED" : "UP", parts);
        }
    }

    record Problem(
            String type,
            String title,
            int status,
            String detail,
            String instance,
            String code,
            List<String> promises,
            String remedy,
            List<Reason> reasons,
            String field,
            Integer line,
            Integer column) {}

    record Listing<T>(List<T> items, String next) {
        static <A, B> Listing<B> of(Page<A> page, Function<A, B> shape) {
            return new Listing<>(
                    page.items().stream().map(shape).toList(), page.next().orElse(null));
        }

        static <A, B> Listing<B> of(List<A> all, Function<A, B> shape) {
            return new Listing<>(all.stream().map(shape).toList(), null);
        }
    }

    // Checks

    private static void needed(String name, Object value) {
        if (value == null) {
            throw new PledgeException(Kind.MALFORMED, name + " is missing");
        }
    }

    private static <T> void nothingEmpty(String name, Collection<T> values) {
        needed(name, values);
        for (T value : values) {
            if (value == null) {
                throw new PledgeException(Kind.MALFORMED, name + " holds a null");
            }
        }
    }

    private static <T> List<T> list(String name, List<T> values) {
        nothingEmpty(name, values);
        return List.copyOf(values);
    }

    private static <T> Set<T> set(String name, Set<T> values) {
        nothingEmpty(name, values);
        return Set.copyOf(values);
    }

    private static <V> Map<String, V> map(String name, Map<String, V> values) {
        nothingEmpty(name, values.values());
        return Map.copyOf(values);
    }

    private static Map<String, List<String>> values(Map<String, List<String>> fields) {
        fields.values().forEach(list -> nothingEmpty("fields", list));
        return Map.copyOf(fields);
    }

    private static <T> Set<T> sorted(Set<T> values) {
        return new TreeSet<>(values);
    }
}
