package org.pledge.policy;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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

    /** The promises behind {@link #minimumAge}. */
    List<String> minimumAgePromises();

    /**
     * The promises that rule a purpose out, whoever asks for it: those with the control {@code prohibited-purpose} that
     * list it under {@code purposes}. Empty where none does, which does not mean that the purpose is known.
     */
    default List<String> prohibiting(String purpose) {
        return promises().stream()
                .filter(promise -> promise.status() == Status.ENFORCED
                        && promise.control().equals("prohibited-purpose")
                        && List.of(promise.parameters()
                                        .getOrDefault("purposes", "")
                                        .split(", *"))
                                .contains(purpose))
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
        /** Keeps an immutable copy. */
        public Purpose {
            retention = Map.copyOf(retention);
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
            Need exact = needIn.get(jurisdiction);
            if (exact == null && jurisdiction.length() > 2) {
                exact = needIn.get(jurisdiction.substring(0, 2));
            }
            return exact == null ? need : exact;
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
