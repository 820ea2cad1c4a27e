package org.pledge.policy;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.TenantId;

/** One immutable version of a tenant's policy, compiled. Every answer is a look-up; thread-safe. */
public interface Policy {
    /** Whose policy it is. */
    TenantId tenant();

    /** From 1, ascending. */
    int version();

    /** The prefix of its promises, such as {@code KX}. */
    String prefix();

    /** The controller's name. */
    String controller();

    /** When it was published. */
    LocalDate published();

    /** Where people turn to with questions. */
    String contact();

    /** SHA-256 of the pack's text, as lower-case hexadecimal. */
    String digest();

    /** The jurisdictions it was written for, as ISO 3166-1 or 3166-2 codes. */
    List<String> jurisdictions();

    /** The documents that are part of it by reference, by name, each with its SHA-256 or an address. */
    Map<String, String> documents();

    /** The kinds of data it names. */
    List<Category> categories();

    /** The purposes it names. */
    List<Purpose> purposes();

    /** The recipients it names. */
    List<Recipient> recipients();

    /** Its promises, in the order of their numbers. */
    List<Promise> promises();

    /** A category by name. */
    Optional<Category> category(String name);

    /** A purpose by name. */
    Optional<Purpose> purpose(String name);

    /** A recipient by name. */
    Optional<Recipient> recipient(String name);

    /** A promise by identifier. */
    Optional<Promise> promise(String id);

    /**
     * The cookies, stored values and beacons that the tenant's own sites may use, in the order of the pack. What is
     * not in it may not be used; empty where the policy names none.
     */
    default List<Tracker> trackers() {
        return List.of();
    }

    /**
     * What the policy says about giving one category to one recipient for one purpose. Never null: what the policy
     * does not name is prohibited, and the ruling says by which promise.
     */
    Ruling ruling(String recipient, String purpose, String category);

    /** What the policy says about giving one category to one recipient because of a legal case. Never null. */
    CaseRuling caseRuling(Ground ground, String recipient, String category);

    /** What may be collected from the holder of an account of a tier; empty where the policy has no such tier. */
    Optional<Collection> collection(String tier, Holder holder);

    /** The tiers it knows. */
    Set<String> tiers();

    /** What may be collected about additional contact persons; empty where the policy has none. */
    Optional<ContactRules> contactRules();

    /** The least age in years at which somebody may register, if the policy has one for this jurisdiction. */
    OptionalInt minimumAge(String jurisdiction);

    /**
     * The least age in years at which somebody below {@link #minimumAge} may register with a guardian's authorisation
     * (GDPR Article 8(1)), 13 or more; empty where the policy lets no guardian agree.
     */
    default OptionalInt minimumAgeWithGuardian() {
        return OptionalInt.empty();
    }

    /** The promises behind {@link #minimumAge}. */
    List<String> minimumAgePromises();

    /**
     * The purpose under which people consent expressly to the transfer of their data to a partner in another region;
     * packs do not define it.
     */
    String TRANSFER_ABROAD = "transfer-abroad";

    /**
     * The regions that the policy says data is transferred to, each with the mechanism it names, such as {@code
     * consent}. Where it names any, data of people from elsewhere goes nowhere without a basis; empty where the policy
     * says nothing about transfers.
     */
    default Map<String, String> transfers() {
        return Map.of();
    }

    /** Whether the policy announces that data may be transferred when the controller's ownership changes. */
    default boolean announcesOwnershipTransfer() {
        return false;
    }

    /** The promises that a control is to keep, planned ones too. */
    default List<String> promisesOf(String control) {
        return promises().stream()
                .filter(promise -> promise.control().equals(control))
                .map(Promise::id)
                .toList();
    }

    /**
     * The promises that rule a purpose out, whoever asks for it: those with the control {@code prohibited-purpose} that
     * list it under {@code purposes}. Empty where none does, which does not mean that the purpose is known.
     */
    default List<String> prohibiting(String purpose) {
        return enforcedFor("prohibited-purpose", purpose);
    }

    /**
     * The promises that let a purpose end with the inquiry of a person: those with the control {@code open-inquiry} that
     * list it under {@code purposes}.
     */
    default List<String> endingWithInquiry(String purpose) {
        return enforcedFor("open-inquiry", purpose);
    }

    /**
     * The purposes that an opt-out of a person ends as an objection to them does: those that a promise with the control
     * {@code objection} lists under {@code ends}, where it names {@code opt-out} under {@code by}.
     */
    default Set<String> endingWithOptOut() {
        return promises().stream()
                .filter(promise -> promise.status() == Status.ENFORCED
                        && promise.control().equals("objection")
                        && promise.words("by").contains("opt-out"))
                .flatMap(promise -> promise.words("ends").stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The promises that bind reads of a category inside the company to its purpose: those with the control
     * {@code purpose-bound-reads} that list under {@code purposes} one that uses it. Empty where none does.
     */
    default List<String> bindingReads(String category) {
        return serving(category).stream()
                .flatMap(purpose -> enforcedFor("purpose-bound-reads", purpose).stream())
                .distinct()
                .toList();
    }

    /** The names of the purposes that use a category, in order. */
    default List<String> serving(String category) {
        return purposes().stream()
                .filter(purpose -> purpose.retention().containsKey(category))
                .map(Purpose::name)
                .sorted()
                .toList();
    }

    private List<String> enforcedFor(String control, String purpose) {
        return promises().stream()
                .filter(promise -> promise.status() == Status.ENFORCED
                        && promise.control().equals(control)
                        && promise.words("purposes").contains(purpose))
                .map(Promise::id)
                .toList();
    }

    /** What kind of data it is. */
    enum DataClass {
        /** Identifies or may identify a person. */
        PERSONAL,
        /** Of a special category (GDPR Article 9). */
        SENSITIVE,
        /** Payment and billing data. */
        FINANCIAL,
        /** Relates to a person only with further information (GDPR Article 4(5)). */
        PSEUDONYMOUS,
        /** Relates to no identifiable person (GDPR Recital 26). */
        ANONYMOUS
    }

    /** In which role the tenant holds data (GDPR Article 4(7) and (8)). */
    enum DataRole {
        /** It decides about purposes and means. */
        CONTROLLER,
        /** It acts on its customer's instructions. */
        PROCESSOR
    }

    /**
     * A kind of data.
     *
     * @param supplied true when a value comes with a request for disclosure and is not held about the person
     * @param fideslang the key of Ethyca's taxonomy, such as {@code user.contact.email}
     * @param dpv the term of the W3C Data Privacy Vocabulary, such as {@code EmailAddress}
     */
    record Category(String name, DataClass dataClass, DataRole role, boolean supplied, String fideslang, String dpv) {}

    /** Why processing is lawful (GDPR Article 6(1)). */
    enum LegalBasis {
        /** Article 6(1)(a). */
        CONSENT,
        /** Article 6(1)(b). */
        CONTRACT,
        /** Article 6(1)(c). */
        LEGAL_OBLIGATION,
        /** Article 6(1)(d). */
        VITAL_INTEREST,
        /** Article 6(1)(e). */
        PUBLIC_TASK,
        /** Article 6(1)(f). */
        LEGITIMATE_INTEREST
    }

    /**
     * What data is used for.
     *
     * @param retention for each category used, an ISO 8601 duration or {@code until <event>}
     */
    record Purpose(String name, LegalBasis basis, Map<String, String> retention, String fideslang, String dpv) {
        /** Until when data is kept that serves only while an inquiry of the person is open. */
        public static final String UNTIL_INQUIRY_CLOSED = "until inquiry-closed";

        /** Keeps an immutable copy. */
        public Purpose {
            retention = Map.copyOf(retention);
        }

        /** Whether it is direct marketing, to which people can always object (GDPR Article 21(3)), by its fideslang key. */
        public boolean promotes() {
            return fideslang.equals("marketing") || fideslang.startsWith("marketing.");
        }

        /** Whether an objection of the person ends it: what neither a contract nor a law nor a public task needs. */
        public boolean endsWithObjection() {
            return basis == LegalBasis.CONSENT || basis == LegalBasis.LEGITIMATE_INTEREST || promotes();
        }

        /** Whether data is kept for it until an inquiry is closed, so that it serves only while one is open. */
        public boolean endsWithInquiry() {
            return retention.containsValue(UNTIL_INQUIRY_CLOSED);
        }
    }

    /** In which position a recipient is. */
    enum RecipientKind {
        /** Acts only on the controller's instructions, under an agreement (GDPR Article 28). */
        PROCESSOR,
        /** Acts for purposes of its own. */
        THIRD_PARTY,
        /** A court or public authority. */
        AUTHORITY
    }

    /** Somebody data may go to. */
    record Recipient(String name, RecipientKind kind) {}

    /** How far a promise is kept by code. */
    enum Status {
        /** A control enforces it. */
        ENFORCED,
        /** A control will enforce it in a later version of Pledge. */
        PLANNED,
        /** No control can enforce it; the reason is given. */
        DECLARED_ONLY
    }

    /**
     * A promise of the policy.
     *
     * @param id such as {@code KX-1}
     * @param section the part of the published policy it comes from
     * @param text our paraphrase
     * @param control the name of the control that keeps it; empty when declared only
     * @param parameters of the control
     * @param reason why it is planned or declared only; empty when enforced
     */
    record Promise(
            String id,
            String section,
            String text,
            Status status,
            String control,
            Map<String, String> parameters,
            String reason) {
        /** Keeps an immutable copy. */
        public Promise {
            parameters = Map.copyOf(parameters);
        }

        /** What a parameter lists with commas; empty where it is not given. */
        public List<String> words(String parameter) {
            String words = parameters.getOrDefault(parameter, "");
            return words.isEmpty() ? List.of() : List.of(words.split(", *"));
        }
    }

    /** What the person must have said for a disclosure to be permitted, weakest first. */
    enum Need {
        /** Nothing. */
        NOTHING,
        /** Consent may be implied by use. */
        IMPLIED,
        /** Consent must be express. */
        OPT_IN,
        /** No consent is enough. */
        NEVER
    }

    /** A duty that comes with a permission, such as {@code k-anonymity} with {@code k=20}. */
    record Obligation(String name, Map<String, String> parameters) {
        /** Keeps an immutable copy. */
        public Obligation {
            parameters = Map.copyOf(parameters);
        }
    }

    /**
     * The answer for one category.
     *
     * @param need what the person must have said, unless {@code needIn} says otherwise
     * @param needIn other needs for people of some jurisdictions, by ISO 3166 code
     * @param promises which decided it; at least one
     * @param text why, in one sentence that fits both a permission and a refusal
     * @param remedy what to do when it is refused; may hold the placeholders of {@code Denied}
     */
    record Ruling(
            Need need,
            Map<String, Need> needIn,
            List<String> promises,
            List<Obligation> obligations,
            String text,
            String remedy) {
        /** Keeps immutable copies. */
        public Ruling {
            needIn = Map.copyOf(needIn);
            promises = List.copyOf(promises);
            obligations = List.copyOf(obligations);
        }

        /** The need for a person of this jurisdiction; a code such as {@code US-CA} falls back to {@code US}. */
        public Need needFor(String jurisdiction) {
            return Policy.needFor(need, needIn, jurisdiction);
        }
    }

    private static Need needFor(Need need, Map<String, Need> needIn, String jurisdiction) {
        Need exact = needIn.get(jurisdiction);
        if (exact == null && jurisdiction.length() > 2) {
            exact = needIn.get(jurisdiction.substring(0, 2));
        }
        return exact == null ? need : exact;
    }

    /** By what a site recognises a browser or learns what it reads. */
    enum TrackerType {
        /** A cookie (RFC 6265). */
        COOKIE,
        /** A value in the browser's own storage (Web Storage). */
        STORAGE,
        /** A pixel or other thing that is loaded so that a host learns of the visit. */
        BEACON
    }

    /** What a tracker is for. */
    enum TrackerKind {
        /** Needed to serve the visitor; ends with the browser's session. */
        SESSION(Need.NOTHING),
        /** Remembers a choice; holds nothing about a person. */
        PREFERENCE(Need.IMPLIED),
        /** Counts visits. */
        STATISTICS(Need.OPT_IN),
        /** Serves advertising. */
        MARKETING(Need.OPT_IN);

        private final Need need;

        TrackerKind(Need need) {
            this.need = need;
        }

        /** What the visitor must have said, unless the register says otherwise. */
        public Need need() {
            return need;
        }
    }

    /**
     * A cookie, stored value or beacon that a tenant's site may use.
     *
     * @param name such as {@code prefs}; one that ends with an asterisk stands for every name that begins like it
     * @param firstParty false when it belongs to somebody else than the tenant
     * @param purpose the name of a purpose of the policy
     * @param need what the visitor must have said, unless {@code needIn} says otherwise
     * @param needIn other needs for visitors of some jurisdictions, by ISO 3166 code
     * @param life {@code session} or an ISO 8601 duration; empty for a beacon
     * @param host which a beacon is loaded from, or {@code *.} and a domain; empty for all others
     * @param promises the promises behind it
     */
    record Tracker(
            String name,
            TrackerType type,
            boolean firstParty,
            String purpose,
            TrackerKind kind,
            Need need,
            Map<String, Need> needIn,
            String life,
            String host,
            List<String> promises) {
        /** Keeps immutable copies. */
        public Tracker {
            needIn = Map.copyOf(needIn);
            promises = List.copyOf(promises);
        }

        /** The need for a visitor in this jurisdiction; a code such as {@code US-CA} falls back to {@code US}. */
        public Need needFor(String jurisdiction) {
            return Policy.needFor(need, needIn, jurisdiction);
        }
    }

    /** On which ground data may be disclosed without the person's consent. */
    enum Ground {
        /** A law, subpoena or court order requires it. */
        LAW,
        /** Against fraud or for security. */
        SECURITY,
        /** To enforce terms or bring legal action. */
        ENFORCEMENT,
        /** Against harm to the rights, property or safety of somebody. */
        PROTECTION
    }

    /** How a policy treats disclosure because of a legal case. */
    enum CaseState {
        /** An approved case is enough. */
        PERMITTED,
        /** The policy promises never: each promise in {@link CaseRuling#excepts} needs a recorded exception, too. */
        LOCKED,
        /** No case is enough. */
        PROHIBITED
    }

    /**
     * The answer for one category in a legal case.
     *
     * @param promises which decided it; at least one
     * @param excepts the promises that need a recorded exception; empty unless locked
     */
    record CaseRuling(CaseState state, List<String> promises, List<String> excepts, String text, String remedy) {
        /** Keeps immutable copies. */
        public CaseRuling {
            promises = List.copyOf(promises);
            excepts = List.copyOf(excepts);
        }
    }

    /** Who holds an account. */
    enum Holder {
        /** A natural person. */
        INDIVIDUAL,
        /** A company or other organisation. */
        COMPANY
    }

    /**
     * What may be collected.
     *
     * @param required the fields without which nothing is registered
     * @param optional further fields, each with the number of values it may have at most
     * @param promises the promises behind it
     */
    record Collection(Set<String> required, Map<String, Integer> optional, List<String> promises) {
        /** Keeps immutable copies. */
        public Collection {
            required = Set.copyOf(required);
            optional = Map.copyOf(optional);
            promises = List.copyOf(promises);
        }
    }

    /**
     * Rules for contact persons.
     *
     * @param collection what may be collected about one
     * @param roles the roles one may have
     * @param completeContactRequired whether one contact with all roles and a working email must remain
     * @param completeContactPromises the promises behind that
     */
    record ContactRules(
            Collection collection,
            Set<String> roles,
            boolean completeContactRequired,
            List<String> completeContactPromises) {
        /** Keeps immutable copies. */
        public ContactRules {
            roles = Set.copyOf(roles);
            completeContactPromises = List.copyOf(completeContactPromises);
        }
    }
}
