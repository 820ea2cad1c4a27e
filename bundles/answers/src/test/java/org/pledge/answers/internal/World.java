package org.pledge.answers.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.CredentialService;
import org.pledge.access.CredentialService.Credential;
import org.pledge.audit.AuditLog;
import org.pledge.audit.AuditTrail;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.crypto.LookupTokens;
import org.pledge.inquiry.InquiryService;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.DataRole;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.vault.CardService;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.Network;
import org.pledge.visitor.LinkService;
import org.pledge.visitor.LinkService.Link;
import org.pledge.visitor.LinkService.Recorded;

/** Answers over stores in memory, with every service about the person answering as a test says. */
final class World {
    static final TenantId KORAX = new TenantId("korax");
    static final Caller DESK = new Caller(KORAX, "desk-berlin", Set.of(Role.OPERATOR));
    static final String NAME = "Jürgen Łukasz Ωμέγα Чехов \uD83D\uDE00";

    final MemoryStore store = new MemoryStore();
    final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    final SubjectId person = SubjectId.random();
    final SubjectId colleague = SubjectId.random();
    final SubjectId child = SubjectId.random();
    /** By guardians of the person. */
    final List<Authorisation> authorisations = new ArrayList<>();

    final Map<String, List<String>> values =
            new HashMap<>(Map.of("name", List.of(NAME), "email", List.of("j@example.org"), "score", List.of("7")));
    /** What stays although its purpose ended. */
    final Map<String, List<String>> ended = new HashMap<>();

    final UUID device = UUID.randomUUID();
    final List<Recorded> recorded = new ArrayList<>();
    final List<Promise> promises = new ArrayList<>();
    boolean visitor = true;
    /** Cards of which the vault knows nothing any more. */
    final Set<String> forgotten = new HashSet<>();

    final List<Leaf> trail = new ArrayList<>();
    final List<Card> cards = new ArrayList<>();
    /** What a page of disclosures after a cursor is. */
    Function<Optional<String>, Page<Disclosure>> accounting =
            cursor -> new Page<>(List.of(disclosure("shipper"), disclosure("court-berlin")), Optional.empty());

    Optional<RuntimeException> vaultRefusal = Optional.empty();
    boolean vault = true;
    Runnable whileGathering = () -> {};
    volatile Instant now = Instant.parse("2026-03-10T11:00:00Z");

    private final Policy policy = fake(Policy.class, call -> switch (call.name()) {
        case "tenant" -> KORAX;
        case "version" -> 4;
        case "controller" -> "Korax Web Services";
        case "contact" -> "privacy@korax.example";
        case "published" -> LocalDate.of(2026, 1, 2);
        case "promises" -> promises;
        case "categories" -> categories();
        case "category" ->
            categories().stream()
                    .filter(category -> category.name().equals(call.arguments()[0]))
                    .findFirst();
        case "purposes" ->
            List.of(
                    new Purpose(
                            "delivery",
                            LegalBasis.CONTRACT,
                            Map.of("name", "P2Y", "email", "until account-closed"),
                            "third_party_sharing",
                            "DeliveryOfGoods"),
                    new Purpose("fraud", LegalBasis.LEGITIMATE_INTEREST, Map.of("score", "P30D"), "", ""));
        case "recipient" -> Optional.of(new Policy.Recipient("shipping-partner", Policy.RecipientKind.THIRD_PARTY));
        default -> throw new AssertionError(call.name());
    });

    private static List<Category> categories() {
        return List.of(
                new Category("name", DataClass.PERSONAL, DataRole.CONTROLLER, false, "user.name", "Name"),
                new Category("score", DataClass.PSEUDONYMOUS, DataRole.CONTROLLER, false, "", ""),
                new Category("card-number", DataClass.FINANCIAL, DataRole.CONTROLLER, false, "", ""));
    }

    private final PolicyService policies =
            fake(PolicyService.class, call -> call.name().equals("current") ? policy : List.of(policy));
    private final RightsService rights = fake(RightsService.class, call -> switch (call.name()) {
        case "request" ->
            store.required(() -> store.request(KORAX, (UUID) call.arguments()[1]))
                    .orElseThrow(() -> new PledgeException(PledgeException.Kind.NOT_FOUND, "no such request"));
        case "ofSubject" -> store.required(() -> store.requestsOf(KORAX, person));
        case "recipients" ->
            List.of(new NoticeService.Recipient(
                    "parcel-post", NoticeService.Answer.AWAITED, 1, Optional.empty(), Optional.empty(), false));
        default -> throw new AssertionError(call.name());
    });
    private final CardService cardService = fake(CardService.class, call -> {
        if (vaultRefusal.isPresent()) {
            throw vaultRefusal.get();
        }
        if (call.name().equals("uses") && forgotten.contains(call.arguments()[1])) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such card");
        }
        return call.name().equals("cards")
                ? List.copyOf(cards)
                : new Page<>(
                        List.of(new Use(
                                UUID.randomUUID(),
                                now,
                                "CARD_REVEALED",
                                "vera",
                                Map.of(
                                        "amount",
                                        "1200",
                                        "request",
                                        UUID.randomUUID().toString()))),
                        Optional.empty());
    });
    private final LookupTokens tokens = fake(LookupTokens.class, call -> digest((byte[]) call.arguments()[2]));
    final Sources sources = new Sources(
            policies,
            fake(SubjectService.class, call -> {
                if (call.name().equals("ended")) {
                    return Map.copyOf(ended);
                }
                whileGathering.run();
                return Map.copyOf(values);
            }),
            store,
            fake(ConsentService.class, call -> switch (call.name()) {
                case "authorisations" -> List.copyOf(authorisations);
                case "authorisedBy" -> List.of(authorisation(child, person, "surveys"));
                default -> List.of(consent());
            }),
            fake(
                    InquiryService.class,
                    call -> List.of(new InquiryService.Inquiry(
                            UUID.randomUUID(), KORAX, person, now, "desk-berlin", Optional.empty(), Optional.empty()))),
            fake(SharingService.class, call -> accounting.apply(cursor(call.arguments()[2]))),
            fake(PartnerService.class, call -> Optional.of(partner((String) call.arguments()[1]))),
            fake(NoticeService.class, call -> new Page<>(List.of(notice()), Optional.empty())),
            rights,
            fake(HoldService.class, call -> List.of(hold())),
            this::about,
            fake(
                    CredentialService.class,
                    call -> List.of(
                            new Credential(KORAX, "desk-berlin", "h-1", Set.of(Role.OPERATOR), now, Optional.empty()),
                            new Credential(KORAX, "shipper", "h-2", Set.of(Role.PARTNER), now, Optional.empty()))),
            tokens,
            store,
            () -> vault ? List.of(cardService) : List.of(),
            () -> visitor ? List.of(fake(LinkService.class, this::linked)) : List.of());
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final AuditLog audit = fake(AuditLog.class, call -> {
        Leaf leaf = (Leaf) call.arguments()[0];
        store.afterCommit(() -> leaves.add(leaf));
        return null;
    });
    final DefaultAnswerService answers;

    World(Path folder) {
        answers = new DefaultAnswerService(sources, store, audit, folder, clock, () -> {});
        store.required(() -> {
            store.addAccount(new StoredAccount(KORAX, person, "standard", Policy.Holder.COMPANY, "DE", 1));
            store.addPerson(new StoredPerson(KORAX, person, person, Set.of("owner"), 0));
            store.addPerson(new StoredPerson(KORAX, colleague, person, Set.of("billing", "technical"), 1));
            values.keySet().forEach(field -> store.putField(KORAX, person, field, new byte[1]));
        });
        trail.add(
                leaf(Act.SUBJECT_REGISTERED, "desk-berlin", Map.of("account", colleague.toString(), "fields", "name")));
        trail.add(leaf(Act.SUBJECT_VIEWED, "mallory", Map.of("fields", "name,email", "viewer", "OPERATOR")));
        trail.add(leaf(Act.REFUSED, "shipper", Map.of("partner", "shipper", "reason", "NO_CONSENT")));
        trail.add(leaf(Act.CONSENT_GRANTED, "desk-berlin", Map.of()));
        authorisations.add(authorisation(person, colleague, "marketing"));
        cards.add(new Card(KORAX, "tok_abc", person, Network.VISA, "1111", YearMonth.of(2030, 1), true, now));
    }

    private Object linked(Call call) {
        if (call.name().equals("links")) {
            return List.of(new Link(device, person, now, Map.of("pages", (long) recorded.size()), List.of("AI-9")));
        }
        int after = (int) call.arguments()[2];
        int limit = (int) call.arguments()[3];
        return recorded.subList(
                Math.min(after, recorded.size()), (int) Math.min((long) after + limit, recorded.size()));
    }

    @SuppressWarnings("unchecked")
    private static Optional<String> cursor(Object cursor) {
        return (Optional<String>) cursor;
    }

    Request request(Type type, State state) {
        Request request = new Request(
                UUID.randomUUID(),
                KORAX,
                person,
                type,
                state,
                "DE",
                "web",
                now,
                "desk-berlin",
                new Deadlines(
                        "gdpr",
                        ZoneId.of("Europe/Brussels"),
                        Optional.empty(),
                        Optional.empty(),
                        now.plus(Duration.ofDays(30)),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.of(RightsService.Method.ACCOUNT_LOGIN),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        store.required(() -> store.putRequest(request));
        return request;
    }

    Disclosure disclosure(String partner) {
        return new Disclosure(
                UUID.randomUUID(),
                KORAX,
                person,
                partner,
                "delivery",
                Set.of("name", "email"),
                "consent",
                List.of("KX-1"),
                4,
                Optional.empty(),
                SharingService.State.DELIVERED,
                1,
                OptionalInt.of(200),
                now,
                now,
                Optional.of(now));
    }

    Leaf leaf(Act act, String actor, Map<String, String> details) {
        return new Leaf(KORAX, now, act, actor, Optional.of(person), List.of("KX-1"), details);
    }

    private AuditTrail.Part about(TenantId tenant, SubjectId subject, long from, int most) {
        return new AuditTrail.Part(
                List.of(new Entry(from, trail.get((int) from), "")),
                from + 1 < trail.size() ? OptionalLong.of(from + 1) : OptionalLong.empty());
    }

    private ConsentService.Event consent() {
        return new ConsentService.Event(
                1,
                UUID.randomUUID(),
                KORAX,
                person,
                ConsentService.Kind.GRANTED,
                now,
                1,
                "delivery",
                "shipper",
                Set.of("name"),
                Optional.of(ConsentService.Level.OPT_IN),
                Optional.empty(),
                4,
                "",
                new ConsentService.Wording("web", "w-3", "00".repeat(32)),
                "mallory");
    }

    Authorisation authorisation(SubjectId of, SubjectId guardian, String purpose) {
        return new Authorisation(
                KORAX,
                of,
                purpose,
                guardian,
                RightsService.Evidence.CALL,
                now,
                "mallory",
                now.plusSeconds(60),
                Optional.empty());
    }

    private NoticeService.Notice notice() {
        return new NoticeService.Notice(
                UUID.randomUUID(),
                KORAX,
                person,
                "shipper",
                Outbox.Kind.CORRECTION,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                NoticeService.State.QUEUED,
                0,
                OptionalInt.empty(),
                now,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private Hold hold() {
        return new Hold(
                UUID.randomUUID(),
                KORAX,
                "email",
                Optional.of(person),
                Policy.Ground.LAW,
                "2026/77-secret",
                now,
                now.plus(Duration.ofDays(9)),
                Set.of("olga", "otto"),
                Set.of(),
                Optional.empty());
    }

    private static Partner partner(String name) {
        return new Partner(
                KORAX,
                name,
                "shipping-partner",
                new Partner.Agreement(Set.of(), Set.of(), "DE", LocalDate.MIN, LocalDate.MAX, Optional.empty()),
                URI.create("https://shipper.example"),
                false,
                1);
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One call of a faked service. */
    record Call(String name, Object[] arguments) {}

    private static <T> T fake(Class<T> type, Function<Call, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return defaulted(proxy, method, arguments);
                    }
                    return answers.apply(new Call(method.getName(), arguments));
                }));
    }

    private static Object defaulted(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
